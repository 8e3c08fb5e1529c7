"""One socket of the swarm, without a server: what it reads, and what it answers."""

import asyncio

import msgspec

from loadtests.swarm import frames
from loadtests.swarm.flock import Flock
from loadtests.swarm.listener import Listener, Seat

ACCEPTED = b"HTTP/1.1 101 Switching Protocols\r\n\r\n"
PING = b"\x89\x00"
PONG = frames.framed(b"", frames.PONG)


class Line(asyncio.Transport):
    """What was written."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written.append(bytes(data))


def served(payload: bytes) -> bytes:
    """A text frame as a server sends it."""
    head = (b"\x81", b"\x7e", len(payload).to_bytes(2, "big"))
    return b"".join(head) + payload if len(payload) > 125 else bytes([0x81, len(payload)]) + payload


def an_event(since: int, *, padding: int = 300) -> bytes:
    frame = {"type": "event", "from": since, "seq": since + 1, "at": "2026-10-06T11:30:00.000Z"}
    return served(msgspec.json.encode(frame | {"events": [], "patch": {"x": "x" * padding}}))


def connected(flock: Flock) -> tuple[Listener, Line]:
    listener, line = Listener(flock, Seat("a")), Line()
    listener.connection_made(line)
    listener.data_received(ACCEPTED)
    listener.seq = 0
    line.written.clear()
    return listener, line


def test_a_ping_that_came_with_an_event_is_answered_by_everybody_who_reads_both() -> None:
    flock = Flock("127.0.0.1", 1)
    for together in (PING + an_event(0), an_event(0) + PING):
        for listener, line in (connected(flock), connected(flock), connected(flock)):
            listener.data_received(together)
            assert listener.seq == 1
            assert line.written == [PONG]


def test_an_event_that_thousands_hear_is_understood_once() -> None:
    flock = Flock("127.0.0.1", 1)
    for padding in (10, 300):
        for listener, line in (connected(flock), connected(flock)):
            listener.data_received(an_event(0, padding=padding))
            assert (listener.seq, line.written) == (1, [])
    assert [heard.count for heard in flock.known.values()] == [2, 2]
