"""Mails waiting to be sent: claimed, sent, then marked; at least once, with one Message-ID.

A claim moves `next_at` into the future, so that a worker which dies loses nothing: the mail comes
due again. The same delay is the back-off while SMTP is away.
"""

from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy import Row, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.records.mail_kinds import MailKind
from amphi.records.tables.mails import mails
from amphi.rules.ids import PersonId

FIRST_DELAY = timedelta(seconds=30)  # longer than one conversation with an SMTP server
LONGEST_DELAY = timedelta(minutes=15)
_DOUBLINGS = 5  # 30 s, 1 min, 2, 4, 8, then 15 min


class Mail(msgspec.Struct, frozen=True):
    """`message_id`: without the domain, which the sender adds; `facts` fill the text (mail_kinds.py)."""

    id: int
    message_id: str
    kind: MailKind
    person: PersonId | None
    address: str
    facts: dict[str, Any]
    attempts: int


async def claim(connection: AsyncConnection, limit: int = 50) -> list[Mail]:
    """Mails that are due, oldest first, for this worker alone until their next delay is over.

    Commit before sending: the claim must outlive the worker.
    """
    due = (
        select(mails.c.id)
        .where(mails.c.state == "queued", mails.c.next_at <= func.clock_timestamp())
        .order_by(mails.c.next_at, mails.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claimed = await connection.execute(
        update(mails)
        .where(mails.c.id.in_(due))
        .values(attempts=mails.c.attempts + 1, next_at=func.clock_timestamp() + _delay())
        .returning(mails)
    )
    return sorted((_mail(row) for row in claimed), key=lambda mail: mail.id)


def _delay() -> Any:
    """Doubles with each attempt, up to LONGEST_DELAY; as PostgreSQL reckons it from `attempts`."""
    doubled = func.power(2, func.least(mails.c.attempts, _DOUBLINGS))
    seconds = func.least(FIRST_DELAY.seconds * doubled, LONGEST_DELAY.seconds)
    return func.make_interval(0, 0, 0, 0, 0, 0, seconds)


def _mail(row: Row[Any]) -> Mail:
    fields = {name: getattr(row, name) for name in Mail.__struct_fields__}
    return Mail(**fields | {"kind": MailKind(row.kind)})


async def mark_sent(connection: AsyncConnection, mail: int) -> None:
    """The server took it."""
    values = {"state": "sent", "sent_at": func.clock_timestamp(), "last_error": ""}
    await connection.execute(update(mails).where(mails.c.id == mail).values(**values))


async def postpone(
    connection: AsyncConnection, mail: int, error: str, delay: timedelta | None = None
) -> None:
    """Not now (SMTP away, 4xx): again when the claim's delay is over, or after `delay`."""
    values: dict[str, Any] = {"last_error": error}
    if delay is not None:
        values["next_at"] = func.clock_timestamp() + delay
    await connection.execute(update(mails).where(mails.c.id == mail).values(**values))


async def give_up(connection: AsyncConnection, mail: int, error: str) -> None:
    """Never (5xx: no such mailbox): an operator sees it."""
    values = {"state": "failed", "last_error": error}
    await connection.execute(update(mails).where(mails.c.id == mail).values(**values))


async def waiting(connection: AsyncConnection) -> dict[str, int]:
    """How many mails are in each state, for the readiness page."""
    query = select(mails.c.state, func.count().label("number")).group_by(mails.c.state)
    return {str(row.state): int(row.number) for row in await connection.execute(query)}
