"""Files brought in, and the rows that wait: written with what they bring, settled one by one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, Select, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.records.ids import new_id
from amphi.records.tables.imports import imports, quarantine
from amphi.records.tables.people import operators
from amphi.rules.ranking.import_reading import ImportKind
from amphi.rules.table_faults import RowFault


class NewImport(msgspec.Struct, frozen=True, kw_only=True):
    """`file`: its name, as the browser gave it; `who`: an operator's person, or the command line."""

    territory: str
    kind: ImportKind
    file: str
    digest: str
    counts: dict[str, int]
    warnings: tuple[RowFault, ...]
    who: str


class ImportRow(msgspec.Struct, frozen=True, kw_only=True):
    """`waiting`: rows of it still in quarantine; `agent`: by name, empty for the command line."""

    id: str
    territory: str
    kind: ImportKind
    file: str
    counts: dict[str, int]
    warnings: tuple[RowFault, ...]
    at: datetime
    agent: str
    waiting: int


class WaitingRow(msgspec.Struct, frozen=True, kw_only=True):
    """`cells` by the column's name; `faults`: all that was found wrong when it was last looked at."""

    id: str
    brought_by: str
    territory: str
    kind: ImportKind
    file: str
    line: int
    cells: dict[str, str]
    faults: tuple[RowFault, ...]
    state: str


class Rejected(msgspec.Struct, frozen=True):
    """A row for the quarantine."""

    line: int
    cells: dict[str, str]
    faults: tuple[RowFault, ...]


async def insert_import(
    connection: AsyncConnection, new: NewImport, rejected: Sequence[Rejected]
) -> str:
    """Its id."""
    made = new_id()
    row = msgspec.to_builtins(new) | {"id": made}
    await connection.execute(insert(imports).values(row))
    waiting = [msgspec.to_builtins(each) | {"id": new_id(), "import": made} for each in rejected]
    if waiting:
        await connection.execute(insert(quarantine), waiting)
    return made


async def list_imports(
    connection: AsyncConnection, territory: str, limit: int = 50
) -> list[ImportRow]:
    """Newest first."""
    query = _imports().where(imports.c.territory == territory)
    newest = query.order_by(imports.c.at.desc(), imports.c.id).limit(limit)
    return [_import(row) for row in await connection.execute(newest)]


async def one_import(connection: AsyncConnection, made: str) -> ImportRow | None:
    """Of any territory: the caller looks whose it is."""
    row = (await connection.execute(_imports().where(imports.c.id == made))).one_or_none()
    return None if row is None else _import(row)


def _imports() -> Select[Any]:
    waiting = (
        select(func.count())
        .select_from(quarantine)
        .where(quarantine.c["import"] == imports.c.id, quarantine.c.state == "waiting")
        .scalar_subquery()
    )
    agent = func.coalesce(operators.c.name, "").label("agent")
    joined = imports.outerjoin(operators, operators.c.person == imports.c.who)
    return select(imports, waiting.label("waiting"), agent).select_from(joined)


def _import(row: Row[Any]) -> ImportRow:
    fields = {name: getattr(row, name) for name in ImportRow.__struct_fields__}
    return msgspec.convert(fields, ImportRow)


# --- quarantine --------------------------------------------------------------


async def waiting_rows(
    connection: AsyncConnection, territory: str, made: str | None = None, limit: int = 500
) -> list[WaitingRow]:
    """Of one import, or of all, in the order of the files."""
    query = _waiting().where(imports.c.territory == territory, quarantine.c.state == "waiting")
    if made is not None:
        query = query.where(imports.c.id == made)
    order = (imports.c.at.desc(), imports.c.id, quarantine.c.line)
    return [_row(row) for row in await connection.execute(query.order_by(*order).limit(limit))]


async def one_waiting(
    connection: AsyncConnection, row: str, *, lock: bool = False
) -> WaitingRow | None:
    """In any state, of any territory. `lock`: whoever settles it too waits."""
    query = _waiting().where(quarantine.c.id == row)
    found = await connection.execute(query.with_for_update(of=quarantine) if lock else query)
    one = found.one_or_none()
    return None if one is None else _row(one)


def _waiting() -> Select[Any]:
    return select(
        quarantine,
        quarantine.c["import"].label("brought_by"),
        *(imports.c.territory, imports.c.kind, imports.c.file),
    ).join(imports, imports.c.id == quarantine.c["import"])


def _row(row: Row[Any]) -> WaitingRow:
    fields = {name: getattr(row, name) for name in WaitingRow.__struct_fields__}
    return msgspec.convert(fields, WaitingRow)


async def settle(
    connection: AsyncConnection, row: str, state: str, who: str, why: str = ""
) -> None:
    """Brought in or discarded, for good."""
    values = {"state": state, "settled_by": who, "why": why}
    await connection.execute(
        update(quarantine)
        .where(quarantine.c.id == row)
        .values(**values, settled_at=func.clock_timestamp())
    )


async def keep_waiting(
    connection: AsyncConnection, row: str, cells: dict[str, str], faults: tuple[RowFault, ...]
) -> None:
    """Corrected, but still wrong."""
    values = {"cells": cells, "faults": msgspec.to_builtins(faults)}
    await connection.execute(update(quarantine).where(quarantine.c.id == row).values(**values))
