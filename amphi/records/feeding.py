"""From a frozen call list to the call list of an amphi (live-rules.md §1)."""

from typing import Any

import msgspec
from sqlalchemy import Row, Select, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.live.ports import NextList
from amphi.records.ids import new_id
from amphi.records.projecting_amphis import listed, planned
from amphi.records.session_plans import sessions_for
from amphi.records.tables.amphis import amphis, call_list_entries
from amphi.records.tables.interns import intern_semesters, interns
from amphi.records.tables.rankings import (
    amphi_feedings,
    call_list_lines,
    call_lists,
    perimeters,
    ranking_runs,
)
from amphi.rules.choosing.facts import AmphiFacts, EntryFacts
from amphi.rules.choosing.state import Phase
from amphi.rules.ids import AmphiId
from amphi.rules.ranking.seniority import SemesterKind
from amphi.rules.ranking.session_planner import Expected

# Who spends next semester so will not choose: "expected_absence" (leave, research year, ...).
AWAY = (SemesterKind.RESEARCH_YEAR, SemesterKind.RESEARCH_LEAVE, SemesterKind.PERSONAL_LEAVE)


async def next_list(
    connection: AsyncConnection, amphi: AmphiId, regime: str, call_list: str
) -> NextList:
    """Whoever is on the amphi's present list keeps the line and what was decided for it.

    A list of all regimes gives each amphi its own interns. No sessions: none are planned.
    """
    rows = await connection.execute(_lines(amphi, regime, call_list))
    entries = tuple(_entry(row) for row in rows)
    expected = [
        Expected(each.call_rank, each.expected_absence, each.extra_seconds) for each in entries
    ]
    return NextList(entries, await sessions_for(connection, call_list, expected))


def _lines(amphi: AmphiId, regime: str, call_list: str) -> Select[Any]:
    here, line = call_list_entries.c, call_list_lines.c
    same = (here.person == line.person) & (here.amphi == amphi)
    away = exists().where(
        intern_semesters.c.person == line.person,
        intern_semesters.c.semester == ranking_runs.c.semester,
        intern_semesters.c.kind.in_(AWAY),
    )
    return (
        select(
            *(line.call_rank, line.person, interns.c.des, here.id),
            func.coalesce(here.choice_status, interns.c.choice_status).label("choice_status"),
            func.coalesce(here.extra_seconds, interns.c.extra_seconds).label("extra_seconds"),
            func.coalesce(here.expected_absence, away).label("expected_absence"),
        )
        .join(interns, interns.c.person == line.person)
        .join(call_lists, call_lists.c.id == line.call_list)
        .join(ranking_runs, ranking_runs.c.id == call_lists.c.run)
        .join(perimeters, perimeters.c.id == ranking_runs.c.perimeter)
        .outerjoin(call_list_entries, same)
        .where(line.call_list == call_list)
        .where((perimeters.c.regime != "") | (interns.c.regime == regime))
        .order_by(line.call_rank)
    )


def _entry(row: Row[Any]) -> EntryFacts:
    fields = {
        "id": row.id or new_id(),
        "person": row.person,
        "call_rank": row.call_rank,
        "des": row.des,
        "choice_status": row.choice_status,
        "extra_seconds": row.extra_seconds,
        "expected_absence": row.expected_absence,
    }
    return msgspec.convert(fields, EntryFacts)


async def feed_rows(
    connection: AsyncConnection, amphi: AmphiId, given: NextList, version: int
) -> None:
    """Before the amphi is validated: its rows are nobody's but ours."""
    for statement in (*listed(amphi, given.entries), *planned(amphi, given.sessions)):
        await connection.execute(statement)
    mine = amphis.c.id == amphi
    await connection.execute(update(amphis).where(mine).values(call_list_version=version))


async def next_version(connection: AsyncConnection, amphi: AmphiId) -> tuple[int, Phase]:
    """That a list fed now will have, and the phase; the row is locked until the transaction ends.

    The first list of an amphi that has none yet is its first version.
    """
    columns = (amphis.c.call_list_version, amphis.c.phase)
    query = select(*columns).where(amphis.c.id == amphi).with_for_update()
    row = (await connection.execute(query)).one()
    phase = Phase(row.phase)
    known = exists().where(call_list_entries.c.amphi == amphi)
    again = phase is not Phase.PLANNED or await connection.scalar(select(known))
    return row.call_list_version + (1 if again else 0), phase


async def insert_feeding(
    connection: AsyncConnection, amphi: AmphiId, version: int, call_list: str, by: str
) -> None:
    """On record for good, journaled by the conductor or not."""
    row = {"amphi": amphi, "amphi_version": version, "call_list": call_list, "fed_by": by}
    await connection.execute(insert(amphi_feedings).values(row))


async def is_outdated(connection: AsyncConnection, amphi: AmphiId) -> bool:
    """Whether the ranking is no longer what the list that the amphi was fed with says.

    It was run again, a newer version was frozen, or somebody left, arrived or was swapped since.
    """
    fed, newer = call_lists.c, call_lists.alias("newer")
    present = ranking_runs.alias("present")
    last = (
        select(amphi_feedings.c.call_list)
        .where(amphi_feedings.c.amphi == amphi)
        .order_by(amphi_feedings.c.id.desc())
        .limit(1)
    )
    same = (present.c.perimeter == ranking_runs.c.perimeter) & (
        present.c.semester == ranking_runs.c.semester
    )
    replaced = exists().where(
        newer.c.run == fed.run, newer.c.version > fed.version, newer.c.state == "frozen"
    )
    query = (
        select(func.count())
        .select_from(call_lists)
        .join(ranking_runs, ranking_runs.c.id == fed.run)
        .join(present, same & present.c.superseded_at.is_(None))
        .where(fed.id == last.scalar_subquery())
        .where((present.c.id != fed.run) | present.c.changed | replaced)
    )
    return bool(await connection.scalar(query))


async def staged_list(connection: AsyncConnection, facts: AmphiFacts) -> NextList | None:
    """What was fed last and is not journaled yet: what `replace_call_list` freezes."""
    table = amphi_feedings.c
    query = (
        select(table.call_list)
        .where(table.amphi == facts.id, table.amphi_version > facts.call_list_version)
        .order_by(table.id.desc())
        .limit(1)
    )
    call_list = (await connection.execute(query)).scalar_one_or_none()
    if call_list is None:
        return None
    given = await next_list(connection, facts.id, facts.regime, call_list)
    return _with_proxies(given, facts)


def _with_proxies(given: NextList, facts: AmphiFacts) -> NextList:
    """A grant follows its line."""
    granted = {each.id: each.proxy for each in facts.entries}
    entries = (msgspec.structs.replace(each, proxy=granted.get(each.id)) for each in given.entries)
    return NextList(tuple(entries), given.sessions)
