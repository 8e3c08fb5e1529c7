"""A TCP proxy of our own, in a thread of its own: it sees every byte and can hold, cut, slow it.

It works on while the test's own loop waits for a server to start.
"""

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Coroutine
from enum import Enum
from typing import Any

CHUNK = 65_536


class Way(Enum):
    """Which way bytes go."""

    THERE = "to the server"
    BACK = "to the client"


class Line:
    """One connection through the proxy."""

    def __init__(
        self,
        client: asyncio.StreamWriter,
        server: asyncio.StreamWriter,
        words: asyncio.StreamReader,
    ) -> None:
        self.ends = {Way.THERE: server, Way.BACK: client}
        self._words = words
        self.marked = self.committing = False  # for whoever watches
        self.held: bytes | None = None
        self._let_go = asyncio.Event()
        self.cut = False

    @property
    def left(self) -> bool:
        """The client has hung up."""
        return self.cut or self._words.at_eof()

    async def hold(self, chunk: bytes) -> None:
        """Until `let_go`; whoever waits for these bytes may meanwhile hang up."""
        self.held = chunk
        if not self.cut:
            self._let_go.clear()
        await self._let_go.wait()
        self.held = None

    def let_go(self) -> None:
        self._let_go.set()

    def reset(self) -> None:
        """RST to both ends: whatever is on its way is lost."""
        self.cut = True
        for writer in self.ends.values():
            end = writer.get_extra_info("socket")
            with contextlib.suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
        self._let_go.set()


# Whether to hold this chunk; called in the proxy's thread for every chunk, before it goes on.
Watcher = Callable[[Line, Way, bytes], bool]


class Proxy:
    """Listens on a port of its own for one server."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.watcher: Watcher | None = None
        self.delay = 0.0
        self.hindered = 0  # how many chunks were delayed or met silence
        self.lines: set[Line] = set()
        self._open = {Way.THERE: asyncio.Event(), Way.BACK: asyncio.Event()}
        self.loop = asyncio.new_event_loop()
        self._listening = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._listening.wait()

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self._server = self.loop.run_until_complete(
            asyncio.start_server(self._connected, "127.0.0.1", 0)
        )
        self.port = int(self._server.sockets[0].getsockname()[1])
        for way in self._open.values():
            way.set()
        self._listening.set()
        self.loop.run_forever()

    # --- what a test may do; from any thread ---

    def do(self, work: Callable[[], None]) -> None:
        """In the proxy's thread, and done when this returns."""

        async def doing() -> None:
            work()

        self.ask(doing())

    def ask(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(10)

    def silence(self, way: Way) -> None:
        """One way, on all lines, new ones too: nothing gets through, nothing is lost."""
        self.do(self._open[way].clear)

    def sound(self) -> None:
        """Everything gets through again."""
        for way in self._open.values():
            self.do(way.set)

    def reset_all(self) -> int:
        """RST on all lines; how many there were."""
        count = len(self.lines)
        self.do(self._reset_all)
        return count

    def _reset_all(self) -> None:
        for line in tuple(self.lines):
            line.reset()

    def close(self) -> None:
        self.reset_all()
        self.do(self._server.close)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10)
        self.loop.close()

    # --- at work ---

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far, server = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        line = Line(writer, server, reader)
        self.lines.add(line)
        pumps = [
            asyncio.create_task(self._pump(line, reader, Way.THERE)),
            asyncio.create_task(self._pump(line, far, Way.BACK)),
        ]
        await asyncio.wait(pumps)
        self.lines.discard(line)

    async def _pump(self, line: Line, reader: asyncio.StreamReader, way: Way) -> None:
        """Until one end hangs up; then the other is told."""
        writer = line.ends[way]
        with contextlib.suppress(OSError):
            while not line.cut and (chunk := await reader.read(CHUNK)):
                await self._passed(line, way, chunk)
                writer.write(chunk)  # to nobody, when the line was cut meanwhile
                await writer.drain()
        if not line.cut:
            writer.close()

    async def _passed(self, line: Line, way: Way, chunk: bytes) -> None:
        """Held as long as the watcher, a silence or a delay want it."""
        if self.watcher is not None and self.watcher(line, way, chunk):
            await line.hold(chunk)
        self.hindered += bool(self.delay) or not self._open[way].is_set()
        if self.delay:
            await asyncio.sleep(self.delay)
        await self._open[way].wait()
