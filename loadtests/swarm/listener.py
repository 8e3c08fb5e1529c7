"""One socket of the swarm: the cheapest client that still follows the numbers."""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple, cast

from loadtests.people import Ticket
from loadtests.swarm import frames

if TYPE_CHECKING:
    from loadtests.swarm.flock import Flock

clock = time.monotonic
HEAD_END = b"\r\n\r\n"


class Seat(NamedTuple):
    """Whom a socket is for. Without a ticket: a spectator. `rank` says which post to take."""

    amphi: str
    ticket: str | None = None
    rank: int = 0


def seats(amphi: str, tickets: Sequence[Ticket], sockets: int | None = None) -> list[Seat]:
    """One for each intern's ticket; those beyond are spectators. None: no spectators."""
    known = [Seat(amphi, each.ticket, each.rank) for each in tickets if not each.operator]
    wanted = len(known) if sockets is None else sockets
    return known[:wanted] + [Seat(amphi)] * (wanted - len(known))


class Listener(asyncio.Protocol):
    """Greets, follows, answers pings. Comes back with `resume` once it has been greeted."""

    __slots__ = (
        *("_buffer", "_flock", "_upgraded", "began", "entry", "epoch", "seat", "seq"),
        *("token", "transport"),
    )

    def __init__(self, flock: "Flock", seat: Seat) -> None:
        self._flock, self.seat = flock, seat
        self._buffer = bytearray()
        self._upgraded = False
        self.transport: asyncio.Transport | None = None
        self.epoch: str | None = None
        self.token: str | None = None
        self.entry: str | None = None
        self.seq = -1
        self.began = 0.0

    # --- asyncio's side -----------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self._buffer.clear()
        self._upgraded = False
        ticket = self.seat.ticket if self.token is None else None
        self.transport.write(frames.upgrade(self._flock.host, self.seat.amphi, ticket))

    def data_received(self, data: bytes) -> None:
        heard = self._flock.known.get(data)
        if heard is None or self._buffer:
            self._take(data)
            return
        if heard.since != self.seq:
            self._flock.gap(self)
        self.seq = heard.seq
        heard.count += 1
        heard.last = clock()

    def connection_lost(self, _: Exception | None) -> None:
        self.transport = None
        self._flock.lost(self)

    # --- frames -------------------------------------------------------------

    def say(self, frame: bytes) -> bool:
        """False: there is no socket to say it on."""
        if self.transport is None or not self._upgraded:
            return False
        self.transport.write(frame)
        return True

    def _take(self, data: bytes) -> None:
        self._buffer += data
        if not self._upgraded and not self._has_upgraded():
            return
        for opcode, payload in frames.taken(self._buffer):
            self._act(opcode, payload, data)

    def _has_upgraded(self) -> bool:
        head, end, rest = self._buffer.partition(HEAD_END)
        if not end:
            return False
        self._upgraded = head.startswith(b"HTTP/1.1 101")
        self._buffer = rest
        if not self._upgraded:
            self._flock.closed(self, f"http {head[9:12].decode()}")
            return False
        resume = None if self.epoch is None else {"epoch": self.epoch, "seq": self.seq}
        hello = {"type": "hello", "resume": resume, "as": None, "resume_token": self.token}
        self.say(frames.said(hello))
        return True

    def _act(self, opcode: int, payload: bytes, data: bytes) -> None:
        if opcode == frames.PING:
            self.say(frames.framed(payload, frames.PONG))
        elif opcode == frames.CLOSE:
            self._flock.closed(self, str(int.from_bytes(payload[:2])))
        elif opcode == frames.TEXT:
            handler = _KINDS.get(payload[9:14])
            if handler is not None:
                handler(self, payload, data)

    def on_greeted(self, payload: bytes, _: bytes) -> None:
        told = frames.greeting.decode(payload)
        self.epoch, self.token = told.epoch, told.resume_token or self.token
        for each in told.frames:
            if each.since != self.seq:
                self._flock.gap(self)
            self.seq = each.seq
        if told.type == "resumed" and told.seq != self.seq:
            self._flock.gap(self)
        self.seq = told.seq
        self._flock.greeted(self, told)

    def on_event(self, payload: bytes, data: bytes) -> None:
        heard = self._flock.understood(self, payload, data)
        if heard.since != self.seq:
            self._flock.gap(self)
        self.seq = heard.seq
        heard.count += 1
        heard.last = clock()

    def on_answered(self, payload: bytes, _: bytes) -> None:
        self._flock.answered(frames.answer.decode(payload))


# By the five letters behind {"type":" — what is not here (you, state, presence) is not measured.
_KINDS: dict[bytes, Callable[[Listener, bytes, bytes], None]] = {
    b"welco": Listener.on_greeted,
    b"resum": Listener.on_greeted,
    b"event": Listener.on_event,
    b"accep": Listener.on_answered,
    b"refus": Listener.on_answered,
}
