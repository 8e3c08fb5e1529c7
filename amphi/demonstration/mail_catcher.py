"""A postbox for demonstrations: takes every mail by SMTP, keeps it as a file, delivers nothing."""

import asyncio
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
    """`caught` counts; the mails are `000001.eml`, … in `folder`, in the order of arrival."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
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
        (self._folder / f"{self.caught:06}.eml").write_bytes(mail)
        await _say(writer, f"250 kept as {self.caught:06}")


async def _say(writer: asyncio.StreamWriter, line: str) -> None:
    writer.write(f"{line}\r\n".encode())
    await writer.drain()
