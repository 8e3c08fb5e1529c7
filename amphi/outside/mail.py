"""Mail by SMTP: one message at a time, and what its failure means for the next attempt."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import aiosmtplib
import msgspec

SECONDS = 20.0  # for each step of the conversation: less than `records.mails.FIRST_DELAY` in all


class MailAway(Exception):
    """Nobody took it: no server, a lost connection, "try later" (4xx). Send it again."""


class MailRefused(Exception):
    """This message will never be taken (5xx: no such mailbox)."""


class SmtpServer(msgspec.Struct, frozen=True):
    """Where mails go. `tls`: from the first byte; otherwise STARTTLS when the server offers it."""

    host: str
    port: int
    tls: bool
    user: str | None = None
    password: str | None = None

    def __repr__(self) -> str:
        """Nothing secret in a log."""
        return f"SmtpServer({self.host}:{self.port})"


def smtp_server(url: str) -> SmtpServer:
    """`smtp://host:25`, `smtps://user:password@host:465`; settings.py has checked it."""
    parts = urlsplit(url)
    tls = parts.scheme == "smtps"
    return SmtpServer(
        host=parts.hostname or "localhost",
        port=parts.port or (465 if tls else 25),
        tls=tls,
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )


class Postman:
    """An open conversation with the server."""

    def __init__(self, client: aiosmtplib.SMTP) -> None:
        self._client = client

    async def send(self, message: EmailMessage) -> None:
        """Returns when the server has taken it. Raises MailAway, MailRefused."""
        try:
            await self._client.send_message(message)
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            raise _meaning(error) from error


@asynccontextmanager
async def postman(server: SmtpServer) -> AsyncIterator[Postman]:
    """Connected, signed in when there is a user. Raises MailAway when it cannot be reached."""
    client = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        use_tls=server.tls,
        username=server.user,
        password=server.password,
        timeout=SECONDS,
    )
    try:
        await client.connect()
    except (aiosmtplib.SMTPException, OSError) as error:
        raise MailAway(f"{server!r}: {error}") from error
    try:
        yield Postman(client)
    finally:
        client.close()


def _meaning(error: Exception) -> Exception:
    """A 5xx, or an address that cannot be written, is for ever; everything else may pass."""
    codes = _codes(error)
    for_ever = bool(codes) and all(code >= 500 for code in codes)
    unwritable = isinstance(error, ValueError | aiosmtplib.SMTPNotSupported)
    return MailRefused(str(error)) if for_ever or unwritable else MailAway(str(error))


def _codes(error: Exception) -> list[int]:
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return [each.code for each in error.recipients]
    return [error.code] if isinstance(error, aiosmtplib.SMTPResponseException) else []
