"""Call lists of a run, version by version; what is on one never changes."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, Select, Text, cast, func, insert, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.records.ids import new_id
from amphi.records.tables.interns import interns
from amphi.records.tables.people import persons
from amphi.records.tables.rankings import (
    call_list_lines,
    call_lists,
    perimeters,
    ranking_rows,
    ranking_runs,
)
from amphi.rules.ids import PersonId
from amphi.rules.ranking.figures import truncated
from amphi.rules.ranking.preranking import Line, Place

_decode = msgspec.json.Decoder(Line).decode


class CallListRow(msgspec.Struct, frozen=True, kw_only=True):
    """`version`: counted over all runs of the perimeter and semester; `interns`: on the list."""

    id: str
    run: str
    version: int
    state: str
    made_at: datetime
    made_by: str
    digest: str
    perimeter: str
    perimeter_name: str
    territory: str
    regime: str
    semester: str
    interns: int


class ListedLine(msgspec.Struct, frozen=True, kw_only=True):
    """The columns of DCI §7 and what they come from. `name`s as people write them."""

    call_rank: int
    person: PersonId
    first_name: str
    last_name: str
    des: str
    regime: str
    place: Place
    line: Line

    @property
    def cohort(self) -> int:
        return self.line.intern.cohort

    @property
    def theoretical_size(self) -> int | None:
        return self.line.adjusted.theoretical.size

    @property
    def adjusted_rank(self) -> str:
        """Two decimals, truncated."""
        return truncated(self.line.adjusted.value)


async def insert_call_list(connection: AsyncConnection, run: str, state: str, by: str) -> str:
    """The callable lines of the run as they are now; `state`: provisional or frozen."""
    version = await connection.scalar(
        select(func.coalesce(func.max(call_lists.c.version), 0) + 1)
        .join(ranking_runs, ranking_runs.c.id == call_lists.c.run)
        .where(_same_perimeter(run))
    )
    made = new_id()
    row = {"id": made, "run": run, "version": version, "state": state, "made_by": by}
    digest = await connection.scalar(_digest(run))
    await connection.execute(insert(call_lists).values(row | {"digest": digest}))
    columns = ("call_list", "call_rank", "person", "place", "line")
    await connection.execute(insert(call_list_lines).from_select(columns, _callable(made, run)))
    return made


async def shows_what_is(connection: AsyncConnection, run: str) -> bool:
    """Whether the newest version made of this run says what its lines say now."""
    newest = select(call_lists.c.digest).where(call_lists.c.run == run)
    last = await connection.scalar(newest.order_by(call_lists.c.version.desc()).limit(1))
    return last is not None and last == await connection.scalar(_digest(run))


def _same_perimeter(run: str) -> Any:
    this = ranking_runs.alias("this")
    return (
        select(this.c.id)
        .where(this.c.id == run)
        .where(this.c.perimeter == ranking_runs.c.perimeter)
        .where(this.c.semester == ranking_runs.c.semester)
        .exists()
    )


def _callable(call_list: str, run: str) -> Select[Any]:
    """ "only the row of the discipline where the intern will choose can be called" (ranking.md §4)"""
    table = ranking_rows.c
    return select(literal(call_list), table.call_rank, table.person, table.place, table.line).where(
        table.run == run,
        table.ranked,
        table.call_rank.is_not(None),
        table.removed.is_(False),
        table.place != Place.LEAVING,
    )


def _digest(run: str) -> Select[Any]:
    """SHA-256 over rank, person, place and figures of each line, in order."""
    lines = _callable("", run).subquery()
    text = func.format(
        "%s %s %s %s", lines.c.call_rank, lines.c.person, lines.c.place, cast(lines.c.line, Text)
    )
    whole = func.string_agg(text, aggregate_order_by(literal("\n"), lines.c.call_rank))
    return select(
        func.coalesce(func.encode(func.sha256(func.convert_to(whole, "UTF8")), "hex"), "")
    )


# --- reading -----------------------------------------------------------------


async def one_call_list(connection: AsyncConnection, call_list: str) -> CallListRow | None:
    """One version."""
    query = _lists().where(call_lists.c.id == call_list)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _row(row)


async def list_call_lists(
    connection: AsyncConnection,
    territory: str,
    *,
    perimeter: str | None = None,
    semester: str | None = None,
    run: str | None = None,
) -> list[CallListRow]:
    """All versions of an ARS, newest first."""
    query = _lists().where(perimeters.c.territory == territory)
    wanted = (
        (ranking_runs.c.perimeter, perimeter),
        (ranking_runs.c.semester, semester),
        (call_lists.c.run, run),
    )
    for column, value in wanted:
        if value is not None:
            query = query.where(column == value)
    newest = query.order_by(call_lists.c.made_at.desc(), call_lists.c.version.desc())
    return [_row(row) for row in await connection.execute(newest)]


async def latest_call_list(
    connection: AsyncConnection, perimeter: str, semester: str, *, state: str | None = None
) -> CallListRow | None:
    """The newest version, or the newest of that state."""
    query = _lists().where(ranking_runs.c.perimeter == perimeter)
    query = query.where(ranking_runs.c.semester == semester)
    if state is not None:
        query = query.where(call_lists.c.state == state)
    newest = query.order_by(call_lists.c.version.desc()).limit(1)
    row = (await connection.execute(newest)).one_or_none()
    return None if row is None else _row(row)


async def lines_of(connection: AsyncConnection, call_list: str) -> list[ListedLine]:
    """By call rank."""
    table = call_list_lines.c
    query = (
        select(
            *(table.call_rank, table.person, persons.c.first_name, persons.c.last_name),
            *(interns.c.des, interns.c.regime, table.place, cast(table.line, Text).label("line")),
        )
        .join(persons, persons.c.id == table.person)
        .join(interns, interns.c.person == table.person)
        .where(table.call_list == call_list)
        .order_by(table.call_rank)
    )
    return [_listed(row) for row in await connection.execute(query)]


async def place_on(
    connection: AsyncConnection, call_list: str, person: PersonId
) -> tuple[int, int] | None:
    """The call rank, and which line of the list that is: ranks may have holes. None: not on it."""
    table = call_list_lines.c
    nth = func.row_number().over(order_by=table.call_rank).label("nth")
    on_it = table.call_list == call_list
    lines = select(table.person, table.call_rank, nth).where(on_it).subquery()
    query = select(lines.c.call_rank, lines.c.nth).where(lines.c.person == person)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else (row.call_rank, row.nth)


def _listed(row: Row[Any]) -> ListedLine:
    return ListedLine(
        call_rank=row.call_rank,
        person=PersonId(row.person),
        first_name=row.first_name,
        last_name=row.last_name,
        des=row.des,
        regime=row.regime,
        place=Place(row.place),
        line=_decode(row.line),
    )


def _lists() -> Select[Any]:
    count = select(func.count()).where(call_list_lines.c.call_list == call_lists.c.id)
    return (
        select(
            call_lists,
            *(ranking_runs.c.perimeter, ranking_runs.c.semester),
            *(perimeters.c.name.label("perimeter_name"), perimeters.c.territory),
            *(perimeters.c.regime, count.scalar_subquery().label("interns")),
        )
        .join(ranking_runs, ranking_runs.c.id == call_lists.c.run)
        .join(perimeters, perimeters.c.id == ranking_runs.c.perimeter)
    )


def _row(row: Row[Any]) -> CallListRow:
    fields = {name: getattr(row, name) for name in CallListRow.__struct_fields__}
    return msgspec.convert(fields, CallListRow)
