"""A postbox for demonstrations: takes every mail by SMTP, keeps it as a file, delivers nothing."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

LONGEST_LINE = 64 * 1024
LARGEST_MAIL = 10 * 1024 * 1024
_PLAIN = {
    "HELO": "250 amphi",
    "EHLO": "250 amphi",
    "MAIL": "250 OK",
    "RCPT": "250 OK",
    "RSET": "250 OK",
    "NOOP": "250 OK",
}


class MailCatcher:
    """`caught` counts; the mails are `000001.eml`, … in `folder`, in the order of arrival.

    They hold names, addresses and links that sign in: nobody else of this machine reads them.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)  # also one made by an earlier version
        self.caught = len(list(folder.glob("*.eml")))

    @asynccontextmanager
    async def listening(self, port: int = 0) -> AsyncIterator[int]:
        """On the loopback; gives the port."""
        server = await asyncio.start_server(self._talk, "127.0.0.1", port, limit=LONGEST_LINE)
        async with server:
            yield server.sockets[0].getsockname()[1]

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await _say(writer, "220 amphi")
            while line := await reader.readline():
                word = line[:4].decode("ascii", "replace").upper()
                if word == "DATA":
                    await self._data(reader, writer)
                elif word == "QUIT":
                    await _say(writer, "221 bye")
                    return
                else:
                    await _say(writer, _PLAIN.get(word, "502 unknown"))
        except (ConnectionError, ValueError):  # gone, or a line longer than any mail has
            return
        finally:
            writer.close()

    async def _data(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _say(writer, "354 go on")
        mail = bytearray()
        while (line := await reader.readline()) not in (b".\r\n", b""):
            mail += line.removeprefix(b".")
            if len(mail) > LARGEST_MAIL:
                raise ValueError("too large")
        self.caught += 1
        self._keep(bytes(mail))
        await _say(writer, f"250 kept as {self.caught:06}")

    def _keep(self, mail: bytes) -> None:
        place = self._folder / f"{self.caught:06}.eml"
        with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(mail)


async def _say(writer: asyncio.StreamWriter, line: str) -> None:
    writer.write(f"{line}\r\n".encode())
    await writer.drain()
