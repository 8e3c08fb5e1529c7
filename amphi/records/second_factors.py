"""The second factor of operators: one sealed secret each, and the newest code that was used."""

import msgspec
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.records.tables.people import second_factors
from amphi.rules.ids import PersonId


class SecondFactor(msgspec.Struct, frozen=True):
    """`sealed`: the secret, which only the installation's key opens."""

    person: PersonId
    sealed: str


async def second_factor_of(connection: AsyncConnection, person: PersonId) -> SecondFactor | None:
    """None: not enrolled."""
    query = select(second_factors.c.sealed).where(second_factors.c.person == person)
    sealed = (await connection.execute(query)).scalar_one_or_none()
    return None if sealed is None else SecondFactor(person, sealed)


async def enrol(connection: AsyncConnection, factor: SecondFactor, step: int) -> None:
    """In the place of a former one; the code of `step`, which proved it, is used up."""
    row = {"sealed": factor.sealed, "last_step": step}
    await connection.execute(
        insert(second_factors)
        .values(person=factor.person, **row)
        .on_conflict_do_update(index_elements=["person"], set_=row)
    )


async def use_up(connection: AsyncConnection, person: PersonId, step: int) -> bool:
    """Whether the code of `step` may be used: once, and none older than it afterwards."""
    factor = second_factors.c
    used = await connection.execute(
        update(second_factors)
        .where(factor.person == person, factor.last_step < step)
        .values(last_step=step)
        .returning(factor.person)
    )
    return used.one_or_none() is not None


async def forget(connection: AsyncConnection, person: PersonId) -> None:
    """A phone lost or changed."""
    await connection.execute(delete(second_factors).where(second_factors.c.person == person))
