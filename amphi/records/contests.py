"""Contests of a ranking run: filed by interns, answered by operators."""

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.records.instants import millis, moment
from amphi.records.tables.people import persons
from amphi.records.tables.rankings import contests, perimeters, ranking_runs
from amphi.rules.ids import PersonId
from amphi.rules.ranking.run_contests import Contest, ContestState


async def contests_of(connection: AsyncConnection, run: str) -> list[Contest]:
    """In the order in which they were filed."""
    query = select(contests).where(contests.c.run == run)
    rows = await connection.execute(query.order_by(contests.c.filed_at, contests.c.id))
    return [_contest(row) for row in rows]


def _contest(row: Row[Any]) -> Contest:
    return Contest(
        id=row.id,
        person=PersonId(row.person),
        says=row.says,
        filed_at=millis(row.filed_at),
        state=ContestState(row.state),
        answer=row.answer,
        answered_by=row.answered_by,
        answered_at=None if row.answered_at is None else millis(row.answered_at),
    )


async def insert_contests(connection: AsyncConnection, run: str, new: Iterable[Contest]) -> None:
    """As filed."""
    for each in new:
        row = {"id": each.id, "run": run, "person": each.person, "says": each.says}
        await connection.execute(insert(contests).values(row | {"filed_at": moment(each.filed_at)}))


async def update_contests(connection: AsyncConnection, answered: Iterable[Contest]) -> None:
    """With their answers."""
    for each in answered:
        at = None if each.answered_at is None else moment(each.answered_at)
        row = {"state": each.state, "answer": each.answer, "answered_by": each.answered_by}
        await connection.execute(
            update(contests).where(contests.c.id == each.id).values(row | {"answered_at": at})
        )


async def carry_open(connection: AsyncConnection, run: str) -> int:
    """What nobody answered in the runs before goes on in this one: how many contests."""
    this, other = ranking_runs.alias("this"), ranking_runs.alias("other")
    same = (this.c.perimeter == other.c.perimeter) & (this.c.semester == other.c.semester)
    before = select(other.c.id).join(this, same).where(this.c.id == run, other.c.id != run)
    carried = await connection.execute(
        update(contests)
        .where(contests.c.state == ContestState.OPEN, contests.c.run.in_(before))
        .values(run=run)
        .returning(contests.c.id)
    )
    return len(carried.all())


# --- as people read them ------------------------------------------------------


class OwnContest(msgspec.Struct, frozen=True):
    """What an intern contested, and of which ranking."""

    contest: Contest
    perimeter_name: str
    semester: str


async def contests_by(connection: AsyncConnection, person: PersonId) -> list[OwnContest]:
    """Newest first; those of rankings done anew since then too."""
    query = (
        select(contests, perimeters.c.name, ranking_runs.c.semester)
        .join(ranking_runs, ranking_runs.c.id == contests.c.run)
        .join(perimeters, perimeters.c.id == ranking_runs.c.perimeter)
        .where(contests.c.person == person)
        .order_by(contests.c.filed_at.desc(), contests.c.id)
    )
    rows = await connection.execute(query)
    return [OwnContest(_contest(row), row.name, row.semester) for row in rows]


async def contesters(connection: AsyncConnection, run: str) -> dict[PersonId, str]:
    """By name, also those who have left the ranking since."""
    query = select(persons.c.id, persons.c.last_name, persons.c.first_name).where(
        persons.c.id.in_(select(contests.c.person).where(contests.c.run == run))
    )
    return {
        PersonId(row.id): f"{row.last_name} {row.first_name}".strip()
        for row in await connection.execute(query)
    }
