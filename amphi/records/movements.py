"""Movements of interns on record, and the runs that a movement touches."""

from typing import Any

import msgspec
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.records.tables.interns import movements
from amphi.rules.ids import PersonId
from amphi.rules.ranking.movements import MovementKind


class Movement(msgspec.Struct, frozen=True, kw_only=True):
    """`before`, `after`: state, discipline and DES."""

    person: PersonId
    kind: MovementKind
    who: str
    why: str
    before: dict[str, Any]
    after: dict[str, Any]


async def insert_movement(connection: AsyncConnection, movement: Movement) -> None:
    """For good."""
    await connection.execute(insert(movements).values(msgspec.to_builtins(movement)))


async def movements_of(connection: AsyncConnection, person: PersonId) -> list[Movement]:
    """Oldest first."""
    query = select(movements).where(movements.c.person == person).order_by(movements.c.id)
    names = Movement.__struct_fields__
    return [
        msgspec.convert({name: getattr(row, name) for name in names}, Movement)
        for row in await connection.execute(query)
    ]
