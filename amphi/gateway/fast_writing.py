"""What goes out by one transport: at once, or when a slow reader has drained.

"At once" is one call of the kernel. `transport.write` would queue the bytes until the loop comes
round, and cost a third of what telling five thousand takes; it gets what the kernel has no room for.
"""

import asyncio
import os
from collections import deque

from amphi.gateway.close_codes import CloseCode
from amphi.gateway.outlet import DRAIN_WITHIN_S, MOST_BYTES
from amphi.gateway.spoken import Spoken, framed
from amphi.gateway.world import Clock

NONE = -1  # refused by the kernel, whatever is open


class Writing:
    """The ear of a listener, and the writing half of an `asyncio.Protocol`.

    `ready`: shared frames are written at once; not so for a slow reader, nor once it is closing.
    Bytes said while the transport is full wait here, at most 1 MiB of them; shared frames do not:
    the room remembers them.
    """

    __slots__ = (
        *("_backlog", "_backlogged", "_clock", "_descriptor", "_open", "_paused", "_stuck_since"),
        *("_transport", "ready"),
    )

    def __init__(self, transport: asyncio.Transport, clock: Clock) -> None:
        self._transport, self._clock = transport, clock
        # Paused as soon as anything waits in the transport: what is said later must not overtake it.
        transport.set_write_buffer_limits(high=0)
        self._descriptor = _descriptor(transport)
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
        """The kernel's buffer is full, and the rest waits in the transport: out of the fan-out."""
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

    def _write(self, data: bytes) -> None:
        """Only while not paused."""
        try:
            sent = os.write(self._descriptor, data)
        except OSError:  # no room, or no longer there: the transport finds out which
            sent = 0
        if sent != len(data):
            self._transport.write(data[sent:])

    def _gone(self) -> None:
        """Another socket may have its number from now on: event loops close it after telling us."""
        self._open = self.ready = False
        self._descriptor = NONE

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


def _descriptor(transport: asyncio.Transport) -> int:
    """What may be written to past the transport: a plain socket, nothing that is encrypted."""
    raw = transport.get_extra_info("socket")
    encrypted = transport.get_extra_info("sslcontext") is not None
    return NONE if raw is None or encrypted else int(raw.fileno())
