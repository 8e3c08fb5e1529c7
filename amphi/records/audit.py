"""The journal of administrative acts: who did what to what, before and after, why.

Written in the transaction of the act; insert and select only. Gestures in a live amphi are in its
own journal instead.
"""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.records.tables.audit import audit

COMMAND_LINE = "command line"  # `who` for somebody who has the machine, not an account


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """`who`: a person's id or COMMAND_LINE; `subject`: the id of what was acted upon. No names."""

    who: str
    what: str
    subject: str = ""
    before: Any = None
    after: Any = None
    why: str = ""


class Audited(msgspec.Struct, frozen=True):
    """An act on record, at PostgreSQL's time."""

    id: int
    at: datetime
    act: Act


async def record(connection: AsyncConnection, act: Act) -> None:
    """Nothing to say (`before`, `after` None) stays NULL."""
    row = {key: value for key, value in msgspec.to_builtins(act).items() if value is not None}
    await connection.execute(insert(audit).values(**row))


async def acts(
    connection: AsyncConnection, *, subject: str | None = None, after: int = 0, limit: int = 100
) -> list[Audited]:
    """Oldest first, behind the id `after`."""
    query = select(audit).where(audit.c.id > after).order_by(audit.c.id).limit(limit)
    if subject is not None:
        query = query.where(audit.c.subject == subject)
    fields = Act.__struct_fields__
    return [
        Audited(row.id, row.at, Act(**{name: getattr(row, name) for name in fields}))
        for row in await connection.execute(query)
    ]
