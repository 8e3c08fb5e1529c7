"""Contests of a ranking run: filed by interns, answered by operators."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.records.instants import millis, moment
from amphi.records.tables.rankings import contests
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
