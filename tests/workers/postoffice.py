"""A real SMTP server that keeps what it takes, and mails written by real commits."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from amphi.http.mailed_links import MailedLinks
from amphi.outside.mail import SmtpServer
from amphi.records.database import Database
from amphi.records.journal import PostgresJournal
from tests.records.scene import Pen, Scene, a_campaign, an_offer, chosen, found
from workers.services import Services

SECRET = "a secret of the tests"
SITE = "https://choix.example.org"
TAKEN = "250 OK"


class Office:
    """`answers` are given in turn to DATA, then TAKEN; `before` is called before each answer."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.answers: list[str] = []
        self.before: Callable[[], None] = lambda: None

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        answer = self.answers.pop(0) if self.answers else TAKEN
        if answer == TAKEN:
            content = envelope.content
            assert isinstance(content, bytes)
            self.taken.append(message_from_bytes(content, policy=policy.default))
        self.before()
        return answer

    @asynccontextmanager
    async def open(self, port: int = 0) -> AsyncIterator[SmtpServer]:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: SMTP(self, loop=loop), "127.0.0.1", port)
        try:
            yield SmtpServer("127.0.0.1", server.sockets[0].getsockname()[1], tls=False)
        finally:
            server.close()
            await server.wait_closed()


class Works:
    """A campaign whose choices are committed by hand."""

    def __init__(self, database_url: str) -> None:
        self.url = database_url
        self.database = Database(database_url)
        self.owner = Database(database_url, role=None)
        self.journal = PostgresJournal(database_url)
        self.office = Office()

    async def begin(self) -> None:
        async with self.database.transaction() as connection:
            self.scene: Scene = await an_offer(connection, await a_campaign(connection))
        head = await self.journal.take(self.scene.offer, "me")
        assert head is not None
        self.pen = Pen(head)

    async def choose(self, rank: int) -> None:
        batch = self.pen.batch(chosen(self.scene, rank, f"P{rank}"))
        await self.journal.commit(batch)
        self.pen.written(batch)

    def services(self, server: SmtpServer | None) -> Services:
        return Services(
            database=self.database,
            server=server,
            mail_from="amphi@ars.example.org",
            site=SITE,
            links=MailedLinks(SECRET),
        )

    async def rows(self) -> list[tuple[Any, ...]]:
        """State, attempts, last error, in order."""
        return await found(
            self.database, "SELECT state, attempts, last_error FROM mails ORDER BY id"
        )

    async def states(self) -> list[str]:
        return [str(row[0]) for row in await self.rows()]

    async def let_time_pass(self) -> None:
        """Whatever was claimed comes due again."""
        await found(
            self.database,
            "UPDATE mails SET next_at = clock_timestamp() - interval '1 s' RETURNING 1",
        )

    async def close(self) -> None:
        await self.journal.close()
        await self.database.close()
        await self.owner.close()
