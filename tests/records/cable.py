"""A cable between us and PostgreSQL that can be cut, at the worst moment too."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from enum import Enum, auto
from typing import Self

from sqlalchemy import make_url


class Cut(Enum):
    """What happens to the next message that holds the word being waited for."""

    BEFORE = auto()  # it never arrives, and the line is dead
    AFTER = auto()  # it arrives, the answer does not, and the line is dead
    SWALLOW = auto()  # it never arrives, and the line stays silent


class Cable:
    """One listening port; every connection to it is carried on to PostgreSQL."""

    def __init__(self, url: str) -> None:
        self._to = make_url(url)
        self._from = self._to
        self._word = b""
        self._cut: Cut | None = None
        self._writers: list[asyncio.StreamWriter] = []
        self.cuts = 0

    @property
    def url(self) -> str:
        return self._from.render_as_string(hide_password=False)

    def cut(self, how: Cut, word: bytes) -> None:
        """Once, at the next message to the server that holds `word`."""
        self._cut, self._word = how, word

    @classmethod
    @asynccontextmanager
    async def laid(cls, url: str) -> AsyncIterator[Self]:
        cable = cls(url)
        server = await asyncio.start_server(cable._carry, "127.0.0.1", 0)
        cable._from = cable._to.set(port=server.sockets[0].getsockname()[1])
        try:
            yield cable
        finally:
            server.close()
            cable.hang_up()

    def hang_up(self) -> None:
        """Cut every line."""
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    async def _carry(self, near: asyncio.StreamReader, to_near: asyncio.StreamWriter) -> None:
        far, to_far = await asyncio.open_connection(self._to.host, self._to.port)
        self._writers += [to_near, to_far]
        line = _Line(to_near, to_far)
        pumps = (_pump(near, lambda data: self._upward(line, data)), _pump(far, line.downward))
        tasks = [asyncio.create_task(pump) for pump in pumps]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        line.abort()
        await asyncio.gather(*tasks)

    def _upward(self, line: "_Line", data: bytes) -> None:
        if self._cut is None or self._word not in data:
            line.upward(data)
            return
        how, self._cut = self._cut, None
        self.cuts += 1
        line.sever(how, data)


class _Line:
    """One connection's two directions."""

    def __init__(self, to_near: asyncio.StreamWriter, to_far: asyncio.StreamWriter) -> None:
        self._to_near, self._to_far = to_near, to_far
        self._silent = self._last_words = False

    def upward(self, data: bytes) -> None:
        if not self._silent:
            self._to_far.write(data)

    def downward(self, data: bytes) -> None:
        if self._last_words:  # the server has answered: now nobody will know
            self.abort()
        elif not self._silent:
            self._to_near.write(data)

    def abort(self) -> None:
        self._to_near.transport.abort()
        self._to_far.transport.abort()

    def sever(self, how: Cut, data: bytes) -> None:
        if how is Cut.AFTER:
            self._last_words = True
            self._to_far.write(data)
        elif how is Cut.BEFORE:
            self.abort()
        else:
            self._silent = True


async def _pump(reader: asyncio.StreamReader, carry: Callable[[bytes], None]) -> None:
    with suppress(ConnectionError):  # cut on purpose
        while data := await reader.read(65536):
            carry(data)
