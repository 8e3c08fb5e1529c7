"""Sign-ins that are over, for whoever let somebody in for longer than one request."""

from datetime import timedelta

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.records.tables.people import login_sessions, operators
from amphi.rules.ids import PersonId


class Ended(msgspec.Struct, frozen=True):
    """`sign_ins`: hashes of the tokens; `agents`: who acts for no ARS any more."""

    sign_ins: frozenset[str] = frozenset()
    agents: frozenset[PersonId] = frozenset()


async def ended(connection: AsyncConnection, within: timedelta) -> Ended:
    """Sign-ins revoked or expired in this time, until now; all agents dismissed."""
    row, now = login_sessions.c, func.clock_timestamp()
    over = (row.revoked_at >= now - within) | row.expires_at.between(now - within, now)
    hashes = await connection.execute(select(row.token_hash).where(over))
    dismissed = select(operators.c.person).where(operators.c.active.is_(False))
    agents = await connection.execute(dismissed)
    return Ended(frozenset(hashes.scalars()), frozenset(map(PersonId, agents.scalars())))
