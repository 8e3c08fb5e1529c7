"""Between a program and PostgreSQL: how many bytes were asked, without looking at any of them."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self
from urllib.parse import urlsplit

CHUNK = 65_536


class Tap:
    """`asked` counts what went towards the database."""

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)
        self.asked = 0
        self._port = 0
        self._ready = threading.Event()
        self._leave = threading.Event()
        self._links: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """The same database, by way of this tap."""
        there = f"@{self._url.hostname}:{self._url.port}/"
        return self._url.geturl().replace(there, f"@127.0.0.1:{self._port}/")

    @contextmanager
    def running(self) -> Iterator[Self]:
        """In a thread of its own."""
        thread = threading.Thread(target=lambda: asyncio.run(self._live()), daemon=True)
        thread.start()
        self._ready.wait(10)
        try:
            yield self
        finally:
            self._leave.set()
            thread.join(5)

    async def _live(self) -> None:
        server = await asyncio.start_server(self._accepted, "127.0.0.1", 0)
        self._port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await asyncio.to_thread(self._leave.wait)
        server.close()

    def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._carried(reader, writer))
        self._links.add(task)
        task.add_done_callback(self._links.discard)

    async def _carried(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        to, back = await asyncio.open_connection(self._url.hostname, self._url.port)
        async with asyncio.TaskGroup() as ways:
            ways.create_task(self._one_way(reader, back, counting=True))
            ways.create_task(self._one_way(to, writer, counting=False))

    async def _one_way(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, counting: bool
    ) -> None:
        try:
            while data := await reader.read(CHUNK):
                self.asked += len(data) if counting else 0
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            return  # whoever hung up has hung up: the other way ends as well
        finally:
            writer.close()
