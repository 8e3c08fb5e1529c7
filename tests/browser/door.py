"""The network between browsers and the site: a loopback port that can be cut, shut, led elsewhere."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from tests.browser.town import Town


class Door:
    """`origin` is what browsers see; behind it the site may be stopped and started again."""

    def __init__(self) -> None:
        self._port = 0
        self._beyond = 0
        self._server: asyncio.Server | None = None
        self._passing: set[asyncio.StreamWriter] = set()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def leads_to(self, town: Town) -> None:
        self._beyond = town.server.servers[0].sockets[0].getsockname()[1]

    async def open(self) -> None:
        """On the same port each time."""
        self._server = await asyncio.start_server(self._let_through, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    def shut(self) -> None:
        """Whoever is inside is cut off, whoever knocks is refused."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self.cut()

    def cut(self) -> None:
        """All connections, at once; new ones are let in."""
        for writer in tuple(self._passing):
            writer.transport.abort()

    async def _let_through(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            beyond = await asyncio.open_connection("127.0.0.1", self._beyond)
        except OSError:
            writer.transport.abort()
            return
        await asyncio.gather(self._carry(reader, beyond[1]), self._carry(beyond[0], writer))

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._passing.add(writer)
        with suppress(ConnectionError):
            while data := await reader.read(65_536):
                writer.write(data)
                await writer.drain()
        self._passing.discard(writer)
        writer.close()


@asynccontextmanager
async def a_door() -> AsyncIterator[Door]:
    """Open."""
    made = Door()
    await made.open()
    try:
        yield made
    finally:
        made.shut()
        await asyncio.sleep(0.05)  # for what was passing to notice
