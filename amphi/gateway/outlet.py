"""What waits to go out to one client: bounded, and never in anybody else's way.

"A reader that does not drain for 10 s, or whose buffer passes 1 MiB, is closed with 4008: one slow
phone never delays the others" (protocol.md §1). `say` and `close` never wait.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from amphi.gateway.close_codes import REASONS, CloseCode
from amphi.gateway.spoken import Spoken

MOST_BYTES = 1024 * 1024
DRAIN_WITHIN_S = 10.0

Send = Callable[[bytes], Awaitable[None]]
CloseWith = Callable[[int, str], Awaitable[None]]
Clock = Callable[[], float]


class SocketGone(Exception):
    """The other end is no longer there."""


class Outlet:
    """A queue of frames and the one task, `run`, that writes them to the socket in order."""

    def __init__(self, send: Send, close: CloseWith, clock: Clock) -> None:
        self._send, self._close, self._clock = send, close, clock
        self._frames: deque[bytes] = deque()
        self._bytes = 0
        self._wake = asyncio.Event()
        self._writing: asyncio.Task[None] | None = None
        self._stuck_since: float | None = None
        self.closing: CloseCode | None = None

    @property
    def ready(self) -> bool:
        """Whatever is said is queued."""
        return True

    def hear(self, spoken: Spoken) -> None:
        """Several frames, each by itself."""
        for text in spoken.texts:
            self.say(text)

    def say(self, text: bytes) -> None:
        """Queue a frame; a buffer beyond 1 MiB closes the socket instead."""
        if self.closing is not None:
            return
        self._frames.append(text)
        self._bytes += len(text)
        self._wake.set()
        if self._bytes > MOST_BYTES:
            self.drop(CloseCode.TOO_SLOW)

    def close(self, code: CloseCode) -> None:
        """Write what is queued, then close; the first code given counts."""
        if self.closing is None:
            self.closing = code
            self._wake.set()

    def drop(self, code: CloseCode) -> None:
        """Close without writing what is queued: its reader does not read."""
        self.close(code)
        self._frames.clear()
        if self._writing is not None:
            self._writing.cancel()

    def check(self, now: float) -> None:
        """Called now and then: closes a reader that has not drained for 10 s."""
        if self._stuck_since is not None and now - self._stuck_since >= DRAIN_WITHIN_S:
            self.drop(CloseCode.TOO_SLOW)

    async def run(self) -> None:
        """Write until closed. Ends after the close frame, or when the socket is gone."""
        self._writing = asyncio.create_task(self._write())
        try:
            await asyncio.wait({self._writing})
            await self._close_after(self._writing)
        except SocketGone:
            self.closing = self.closing or CloseCode.UNAVAILABLE  # its reader learns it by itself
        finally:
            self._writing.cancel()

    async def _write(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._frames:
                await self._write_one(self._frames.popleft())
            if self.closing is not None:
                return

    async def _close_after(self, writing: asyncio.Task[None]) -> None:
        if not writing.cancelled():
            writing.result()  # raises what the writer raised
        if self.closing is not None:
            await self._close(self.closing, REASONS[self.closing])

    async def _write_one(self, text: bytes) -> None:
        self._stuck_since = self._clock()
        await self._send(text)
        self._stuck_since = None
        self._bytes -= len(text)
