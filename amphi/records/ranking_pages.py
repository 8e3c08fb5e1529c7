"""What pages show of rankings beside the rankings themselves: absences, proxies, who did what."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.records.call_lists import (
    CallListRow,
    ListedLine,
    latest_call_list,
    lines_of,
    one_call_list,
)
from amphi.records.feeding import AWAY
from amphi.records.tables.amphis import amphis, call_list_entries
from amphi.records.tables.audit import audit
from amphi.records.tables.interns import intern_semesters
from amphi.records.tables.people import operators
from amphi.records.tables.proxies import proxies
from amphi.records.tables.rankings import (
    amphi_feedings,
    call_list_lines,
    call_lists,
    ranking_runs,
)
from amphi.rules.ids import AmphiId, EntryId, PersonId


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """An act upon a run; `agent`: by name, empty for the command line."""

    at: datetime
    agent: str
    what: str
    before: Any
    after: Any
    why: str


async def traces_of(connection: AsyncConnection, run: str, limit: int = 200) -> list[Trace]:
    """Newest first."""
    query = (
        select(
            *(audit.c.at, audit.c.what, audit.c.before, audit.c.after, audit.c.why),
            func.coalesce(operators.c.name, "").label("agent"),
        )
        .outerjoin(operators, operators.c.person == audit.c.who)
        .where(audit.c.subject == run)
        .order_by(audit.c.id.desc())
        .limit(limit)
    )
    rows = (await connection.execute(query)).all()
    names = Trace.__struct_fields__
    return [Trace(**{name: getattr(row, name) for name in names}) for row in rows]


async def absent_from(connection: AsyncConnection, call_list: str) -> frozenset[PersonId]:
    """Those on the list who spend the semester chosen for so that they will not choose."""
    query = (
        select(call_list_lines.c.person)
        .join(call_lists, call_lists.c.id == call_list_lines.c.call_list)
        .join(ranking_runs, ranking_runs.c.id == call_lists.c.run)
        .join(intern_semesters, intern_semesters.c.person == call_list_lines.c.person)
        .where(call_list_lines.c.call_list == call_list)
        .where(intern_semesters.c.semester == ranking_runs.c.semester)
        .where(intern_semesters.c.kind.in_(AWAY))
    )
    return frozenset(map(PersonId, (await connection.execute(query)).scalars()))


async def proxies_on(connection: AsyncConnection, call_list: str) -> dict[PersonId, str]:
    """Who holds the proxy of whom, accepted, in the amphis fed with this list."""
    query = (
        select(
            call_list_entries.c.person,
            proxies.c.holder_first_name,
            proxies.c.holder_last_name,
            proxies.c.holder_email,
        )
        .join(proxies, proxies.c.entry == call_list_entries.c.id)
        .join(amphi_feedings, amphi_feedings.c.amphi == call_list_entries.c.amphi)
        .where(amphi_feedings.c.call_list == call_list, proxies.c.state == "accepted")
    )
    return {
        PersonId(row.person): f"{row.holder_first_name} {row.holder_last_name}".strip()
        or row.holder_email
        for row in await connection.execute(query)
    }


# --- what everybody may see ------------------------------------------------------------------------


async def published_lists(connection: AsyncConnection) -> list[CallListRow]:
    """The newest version of each perimeter and semester, the newest semesters first."""
    newest = (
        select(call_lists.c.id)
        .join(ranking_runs, ranking_runs.c.id == call_lists.c.run)
        .ext(distinct_on(ranking_runs.c.perimeter, ranking_runs.c.semester))
        .order_by(ranking_runs.c.perimeter, ranking_runs.c.semester, call_lists.c.version.desc())
    )
    found = [await one_call_list(connection, row.id) for row in await connection.execute(newest)]
    rows = [row for row in found if row is not None]
    rows.sort(key=lambda row: (row.territory, row.perimeter_name))
    return sorted(rows, key=lambda row: row.semester, reverse=True)


async def published(connection: AsyncConnection, call_list: str) -> CallListRow | None:
    """The list, if it is the newest of its perimeter and semester: "always up to date" (ranking.md §5)."""
    row = await one_call_list(connection, call_list)
    if row is None:
        return None
    newest = await latest_call_list(connection, row.perimeter, row.semester)
    return row if newest is not None and newest.id == row.id else None


async def figures_of(connection: AsyncConnection, amphi: AmphiId) -> dict[EntryId, ListedLine]:
    """The figures behind an amphi's present call list, by its lines, when it comes from a ranking."""
    query = (
        select(amphi_feedings.c.call_list)
        .where(amphi_feedings.c.amphi == amphi)
        .join(amphis, amphis.c.id == amphi_feedings.c.amphi)
        .where(amphi_feedings.c.amphi_version <= amphis.c.call_list_version)
        .order_by(amphi_feedings.c.amphi_version.desc())
        .limit(1)
    )
    call_list = (await connection.execute(query)).scalar_one_or_none()
    if call_list is None:
        return {}
    entries = select(call_list_entries.c.person, call_list_entries.c.id).where(
        call_list_entries.c.amphi == amphi
    )
    lines = {row.person: EntryId(row.id) for row in await connection.execute(entries)}
    listed = await lines_of(connection, call_list)
    return {lines[line.person]: line for line in listed if line.person in lines}
