"""What goes out by one transport: at once, or when a slow reader has drained."""

import asyncio
from collections import deque

from amphi.gateway.close_codes import CloseCode
from amphi.gateway.outlet import DRAIN_WITHIN_S, MOST_BYTES
from amphi.gateway.spoken import Spoken, framed
from amphi.gateway.world import Clock


class Writing:
    """The ear of a listener, and the writing half of an `asyncio.Protocol`.

    `ready`: shared frames are written at once; not so for a slow reader, nor once it is closing.
    Bytes said while the transport is full wait here, at most 1 MiB of them; shared frames do not:
    the room remembers them.
    """

    __slots__ = (
        *("_backlog", "_backlogged", "_clock", "_open", "_paused", "_stuck_since", "_transport"),
        *("_write", "ready"),
    )

    def __init__(self, transport: asyncio.Transport, clock: Clock) -> None:
        self._transport, self._write, self._clock = transport, transport.write, clock
        self._open = self.ready = True
        self._paused, self._stuck_since = False, 0.0
        self._backlog: deque[bytes] = deque()
        self._backlogged = 0

    def say(self, text: bytes) -> None:
        """One frame to this one alone."""
        if self._open:
            self._put(framed(text))

    def hear(self, spoken: Spoken) -> None:
        """What is said to many: the same bytes for all of them."""
        if self.ready:
            self._write(spoken.wire)
        elif self._open:
            self._put(spoken.wire)

    def pause_writing(self) -> None:
        """The transport's buffer is full: out of the fan-out."""
        self._paused, self.ready = True, False
        self._stuck_since = self._clock()

    def resume_writing(self) -> None:
        """What was said to this one alone, then what it missed."""
        self._paused, self.ready = False, self._open
        if self._backlog:
            waiting = b"".join(self._backlog)
            self._forget_backlog()
            self._write(waiting)  # may pause again
        if self.ready:
            self._catch_up()

    def drop(self, code: CloseCode) -> None:
        """Close without what waits: its reader does not read."""
        raise NotImplementedError

    def _catch_up(self) -> None:
        raise NotImplementedError

    def _put(self, data: bytes) -> None:
        if not self._paused:
            self._write(data)
            return
        self._backlog.append(data)
        self._backlogged += len(data)
        if self._backlogged > MOST_BYTES:
            self.drop(CloseCode.TOO_SLOW)

    def _stuck(self, now: float) -> bool:
        """Has not drained for 10 s (protocol.md §1)."""
        return self._paused and now - self._stuck_since >= DRAIN_WITHIN_S

    def _forget_backlog(self) -> None:
        self._backlog.clear()
        self._backlogged = 0
