"""Accounts, login sessions, operators: who may sign in, and who is signed in.

Passwords come here hashed, tokens as their SHA-256: nothing in these rows lets anybody in.
"""

from datetime import timedelta
from typing import Literal

import msgspec
from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.records.tables.people import accounts, login_sessions, operators, second_factors
from amphi.rules.ids import PersonId

Kind = Literal["intern", "operator"]


class Account(msgspec.Struct, frozen=True):
    """`password_hash` None: invited, has not chosen a password yet."""

    person: PersonId
    email: str
    password_hash: str | None


class SignedIn(msgspec.Struct, frozen=True):
    """Who a token belongs to, as long as it is neither expired nor revoked."""

    person: PersonId
    kind: Kind


class Operator(msgspec.Struct, frozen=True):
    """An agent of the ARS, as the console greets them.

    `must_enrol`: has an account without password or second factor, and does nothing before both
    are chosen. An agent without an account comes by one-use links alone.
    """

    person: PersonId
    name: str
    territory: str
    must_enrol: bool = False


async def insert_account(
    connection: AsyncConnection, person: PersonId, email: str, password_hash: str | None = None
) -> None:
    """Raises Violated when the address (whatever its capitals) has an account."""
    row = {"person": person, "email": email, "password_hash": password_hash}
    await connection.execute(insert(accounts).values(**row))


async def account_of(connection: AsyncConnection, email: str) -> Account | None:
    """The account with this address, whatever its capitals."""
    return await _account(connection, func.lower(accounts.c.email) == email.lower())


async def account_by_person(connection: AsyncConnection, person: PersonId) -> Account | None:
    """The person's account."""
    return await _account(connection, accounts.c.person == person)


async def _account(connection: AsyncConnection, which: ColumnElement[bool]) -> Account | None:
    query = select(accounts.c.person, accounts.c.email, accounts.c.password_hash).where(which)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else Account(PersonId(row.person), row.email, row.password_hash)


async def set_password(
    connection: AsyncConnection, person: PersonId, password_hash: str
) -> list[str]:
    """Whoever knew the old one is signed out everywhere; the token hashes, for caches to forget."""
    account = update(accounts).where(accounts.c.person == person)
    await connection.execute(account.values(password_hash=password_hash))
    return await revoke_all(connection, person)


async def open_session(
    connection: AsyncConnection, token_hash: str, who: SignedIn, lifetime: timedelta
) -> None:
    """A login session, by PostgreSQL's clock."""
    expires_at = func.clock_timestamp() + lifetime
    row = {"token_hash": token_hash, "person": who.person, "kind": who.kind}
    await connection.execute(insert(login_sessions).values(**row, expires_at=expires_at))


async def signed_in(connection: AsyncConnection, token_hash: str) -> SignedIn | None:
    """Who holds this token; an operator no longer active holds none."""
    row = login_sessions.c
    active = select(operators.c.person).where(operators.c.active)
    query = select(row.person, row.kind).where(
        row.token_hash == token_hash,
        row.revoked_at.is_(None),
        row.expires_at > func.clock_timestamp(),
        (row.kind != "operator") | row.person.in_(active),
    )
    found = (await connection.execute(query)).one_or_none()
    return None if found is None else SignedIn(PersonId(found.person), found.kind)


async def revoke(connection: AsyncConnection, token_hash: str) -> None:
    """Signs out."""
    await _revoke(connection, login_sessions.c.token_hash == token_hash)


async def revoke_all(connection: AsyncConnection, person: PersonId) -> list[str]:
    """Signs a person out everywhere; returns the token hashes, for caches to forget."""
    return await _revoke(connection, login_sessions.c.person == person)


async def _revoke(connection: AsyncConnection, which: ColumnElement[bool]) -> list[str]:
    open_ones = update(login_sessions).where(login_sessions.c.revoked_at.is_(None))
    revoked = await connection.execute(
        open_ones.where(which)
        .values(revoked_at=func.clock_timestamp())
        .returning(login_sessions.c.token_hash)
    )
    return list(revoked.scalars())


async def operator(connection: AsyncConnection, person: PersonId) -> Operator | None:
    """The agent, if this person is an active one."""
    lacking = accounts.c.password_hash.is_(None) | second_factors.c.person.is_(None)
    query = (
        select(operators, (accounts.c.person.is_not(None) & lacking).label("must_enrol"))
        .outerjoin(accounts, accounts.c.person == operators.c.person)
        .outerjoin(second_factors, second_factors.c.person == operators.c.person)
        .where(operators.c.person == person, operators.c.active)
    )
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    return Operator(PersonId(row.person), row.name, row.territory, row.must_enrol)
