"""The agents of one ARS, as their colleagues see them."""

from typing import Any

import msgspec
from sqlalchemy import Select, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.records.tables.people import accounts, operators, second_factors
from amphi.rules.ids import PersonId


class Agent(msgspec.Struct, frozen=True, kw_only=True):
    """`email` None: comes by one-use links alone; `enrolled`: has a password and a second factor."""

    person: PersonId
    name: str
    territory: str
    active: bool
    email: str | None
    enrolled: bool


async def agents_of(connection: AsyncConnection, territory: str) -> list[Agent]:
    """By name, those no longer active at the end."""
    order = (operators.c.active.desc(), operators.c.name, operators.c.person)
    query = _agents().where(operators.c.territory == territory).order_by(*order)
    return [Agent(**row) for row in (await connection.execute(query)).mappings()]


async def agent(connection: AsyncConnection, person: PersonId) -> Agent | None:
    """Active or not."""
    found = await connection.execute(_agents().where(operators.c.person == person))
    row = found.mappings().one_or_none()
    return None if row is None else Agent(**row)


def _agents() -> Select[Any]:
    whole = accounts.c.password_hash.is_not(None) & second_factors.c.person.is_not(None)
    return (
        select(
            operators,
            accounts.c.email,
            whole.label("enrolled"),
        )
        .outerjoin(accounts, accounts.c.person == operators.c.person)
        .outerjoin(second_factors, second_factors.c.person == operators.c.person)
    )


async def appoint(connection: AsyncConnection, person: PersonId, name: str, territory: str) -> None:
    """Makes a person an agent, or one again."""
    row = {"name": name, "territory": territory, "active": True}
    await connection.execute(
        insert(operators)
        .values(person=person, **row)
        .on_conflict_do_update(index_elements=["person"], set_=row)
    )


async def dismiss(connection: AsyncConnection, person: PersonId) -> None:
    """No longer an agent: nothing at the console answers any more."""
    await connection.execute(
        update(operators).where(operators.c.person == person).values(active=False)
    )


async def forget_password(connection: AsyncConnection, person: PersonId) -> None:
    """A new one is to be chosen."""
    await connection.execute(
        update(accounts).where(accounts.c.person == person).values(password_hash=None)
    )
