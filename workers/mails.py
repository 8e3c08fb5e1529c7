"""Sending mails: claimed, sent, then marked; at least once, with one Message-ID for ever.

Killed between sending and marking, a worker leaves a mail that comes due again: sent twice, and
seen once by whoever compares Message-IDs. Never is one marked that nobody took.
"""

import asyncio
from collections import deque
from collections.abc import Iterable
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import structlog
from jinja2 import TemplateError

from amphi.outside.mail import MailAway, MailRefused, Postman, postman
from amphi.records.mails import Mail, claim, give_up, mark_sent, postpone
from workers.letters import letter
from workers.services import Services

AT_ONCE = 10  # claimed together: few, so that the last is sent before its claim is over

log = structlog.get_logger()


class Mails:
    """One per process; jobs that come together are done together."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._one_at_a_time = asyncio.Lock()

    async def send(self, _payload: dict[str, Any]) -> None:
        """The handler of the job: everything that is due, whoever wrote it."""
        async with self._one_at_a_time:
            while await self._send_some() == AT_ONCE:
                continue

    async def _send_some(self) -> int:
        """How many were claimed; 0 also when the server is away: they come due again by themselves."""
        server = self._services.server
        if server is None:
            return 0
        async with self._services.database.transaction() as connection:
            claimed = await claim(connection, AT_ONCE)
        left = deque(claimed)
        try:
            if left:
                async with postman(server) as man:
                    await self._deliver(man, left)
        except MailAway as away:
            log.warning("mail_server_away", why=str(away), waiting=len(left))
            await self._postponed(left, str(away))
            return 0
        return len(claimed)

    async def _deliver(self, man: Postman, left: deque[Mail]) -> None:
        """Raises MailAway with those `left` that were not delivered: claimed until their delay ends."""
        while left:
            message = await self._written(left[0])
            if message is not None:
                await self._delivered(man, left[0], message)
            left.popleft()

    async def _written(self, mail: Mail) -> EmailMessage | None:
        """A mail that cannot be written is a fault of ours, and holds up no other."""
        try:
            return letter(mail, self._services, datetime.now(UTC))
        except (TemplateError, LookupError, ValueError) as fault:
            log.exception("mail_not_written", mail=mail.id, kind=mail.kind)
            async with self._services.database.transaction() as connection:
                await give_up(connection, mail.id, f"not written: {fault!r}")
            return None

    async def _delivered(self, man: Postman, mail: Mail, message: EmailMessage) -> None:
        try:
            await man.send(message)
        except MailRefused as refused:
            log.warning("mail_refused", mail=mail.id, why=str(refused))
            async with self._services.database.transaction() as connection:
                await give_up(connection, mail.id, str(refused))
        else:
            async with self._services.database.transaction() as connection:
                await mark_sent(connection, mail.id)

    async def _postponed(self, left: Iterable[Mail], why: str) -> None:
        async with self._services.database.transaction() as connection:
            for mail in left:
                await postpone(connection, mail.id, why)
