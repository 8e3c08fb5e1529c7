"""Ranking runs: written once by the preranking, then changed row by row as people go on with them."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, Select, Text, cast, func, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.records.bulk import copy_rows
from amphi.records.ids import new_id
from amphi.records.tables.rankings import perimeters, ranking_rows, ranking_runs
from amphi.rules.ids import PersonId
from amphi.rules.ranking.adjusted_rank import Adjustment
from amphi.rules.ranking.preranking import Line, Preranking, Unranked
from amphi.rules.ranking.run import Stage

COLUMNS = ("run", "person", "place", "ranked", "position", "line")
_encode = msgspec.json.Encoder().encode


class NewRun(msgspec.Struct, frozen=True, kw_only=True):
    perimeter: str
    semester: str
    adjustment: Adjustment
    seniority_scope: str
    started_by: str


class RunRow(msgspec.Struct, frozen=True, kw_only=True):
    """A run with its perimeter; `contests_until`: announced, nothing happens by itself."""

    id: str
    perimeter: str
    perimeter_name: str
    territory: str
    profession: str
    regime: str
    semester: str
    n: int
    stage: Stage
    adjustment: Adjustment
    seniority_scope: str
    late_movement: bool
    changed: bool
    contests_until: datetime | None
    started_at: datetime
    started_by: str
    superseded_at: datetime | None


async def insert_run(connection: AsyncConnection, new: NewRun, preranking: Preranking) -> str:
    """The next run of its perimeter and semester, with all its rows; the one before is superseded."""
    run, table = new_id(), ranking_runs.c
    same = (table.perimeter == new.perimeter, table.semester == new.semester)
    n = await connection.scalar(select(func.coalesce(func.max(table.n), 0) + 1).where(*same))
    await connection.execute(
        update(ranking_runs)
        .where(*same, table.superseded_at.is_(None))
        .values(superseded_at=func.clock_timestamp())
    )
    row = msgspec.to_builtins(new) | {"id": run, "n": n, "stage": Stage.TIES}
    await connection.execute(insert(ranking_runs).values(row))
    await copy_rows(connection, ranking_rows, COLUMNS, _rows(run, preranking))
    return run


def _rows(run: str, preranking: Preranking) -> Iterator[tuple[Any, ...]]:
    for position, line in enumerate(preranking.lines, 1):
        placed = line.placed
        yield run, placed.intern.id, placed.place.value, True, position, line_json(line)
    for position, each in enumerate(preranking.unranked, 1):
        placed = each.placed
        yield run, placed.intern.id, placed.place.value, False, position, line_json(each)


def line_json(line: Line | Unranked) -> str:
    """Every input of the figures, without names: they stand in `persons`."""
    intern = msgspec.structs.replace(line.intern, last_name="", first_name="")
    placed = msgspec.structs.replace(line.placed, intern=intern)
    return _encode(msgspec.structs.replace(line, placed=placed)).decode()


# --- reading -----------------------------------------------------------------


async def one_run(connection: AsyncConnection, run: str, *, lock: bool = False) -> RunRow | None:
    """`lock`: other gestures on this run wait for the end of the transaction."""
    query = _runs().where(ranking_runs.c.id == run)
    found = await connection.execute(query.with_for_update(of=ranking_runs) if lock else query)
    row = found.one_or_none()
    return None if row is None else _run(row)


async def present_run(connection: AsyncConnection, perimeter: str, semester: str) -> RunRow | None:
    """The one that is not superseded."""
    same = (ranking_runs.c.perimeter == perimeter, ranking_runs.c.semester == semester)
    query = _runs().where(*same, ranking_runs.c.superseded_at.is_(None))
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _run(row)


async def list_runs(
    connection: AsyncConnection,
    territory: str,
    *,
    perimeter: str | None = None,
    semester: str | None = None,
) -> list[RunRow]:
    """Those of an ARS, newest first."""
    query = _runs().where(perimeters.c.territory == territory)
    if perimeter is not None:
        query = query.where(ranking_runs.c.perimeter == perimeter)
    if semester is not None:
        query = query.where(ranking_runs.c.semester == semester)
    newest = query.order_by(ranking_runs.c.started_at.desc(), ranking_runs.c.id)
    return [_run(row) for row in await connection.execute(newest)]


async def runs_of(
    connection: AsyncConnection, person: PersonId, *, ever: bool = False
) -> list[RunRow]:
    """Present runs in which this intern has a line; `ever`: or had one, in a run before."""
    runs, former = ranking_runs.c, ranking_runs.alias("former").c
    lines = select(ranking_rows.c.run).where(ranking_rows.c.person == person)
    ranked = select(former.perimeter, former.semester).where(former.id.in_(lines))
    mine = tuple_(runs.perimeter, runs.semester).in_(ranked) if ever else runs.id.in_(lines)
    query = _runs().where(mine, runs.superseded_at.is_(None))
    newest = query.order_by(ranking_runs.c.semester.desc(), ranking_runs.c.id)
    return [_run(row) for row in await connection.execute(newest)]


def _runs() -> Select[Any]:
    return select(
        ranking_runs,
        perimeters.c.name.label("perimeter_name"),
        perimeters.c.territory,
        perimeters.c.profession,
        perimeters.c.regime,
    ).join(perimeters, perimeters.c.id == ranking_runs.c.perimeter)


def _run(row: Row[Any]) -> RunRow:
    fields = {name: getattr(row, name) for name in RunRow.__struct_fields__}
    return msgspec.convert(fields, RunRow)


async def announce_contests_until(
    connection: AsyncConnection, run: str, until: datetime | None
) -> None:
    """What interns are told; nothing happens by itself then."""
    mine = ranking_runs.c.id == run
    await connection.execute(update(ranking_runs).where(mine).values(contests_until=until))


LINE_TEXT = cast(ranking_rows.c.line, Text).label("line")
