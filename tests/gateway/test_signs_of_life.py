"""The fast path looks after its sockets once a second: pings, silence, ends. Seconds are counted here."""

import asyncio
from typing import Any

import pytest
from websockets.frames import Frame, Opcode

from amphi.gateway.close_codes import CloseCode
from amphi.gateway.fast_socket import CUT_AFTER, LOST_AFTER, PING_AFTER, FastSocket
from amphi.gateway.resume import ResumeTokens
from amphi.gateway.visit import House
from amphi.gateway.world import World
from amphi.rules.ids import AmphiId

PONG = Frame(Opcode.PONG, b"").serialize(mask=True)


class Transport(asyncio.Transport):
    """Keeps what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []
        self.aborted = self.closed = self.ended = False

    def write(self, data: Any) -> None:
        self.written.append(bytes(data))

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        assert (high, low) == (0, None)

    def abort(self) -> None:
        self.aborted = True

    def close(self) -> None:
        self.closed = True

    def write_eof(self) -> None:
        self.ended = True

    def can_write_eof(self) -> bool:
        return True

    def is_closing(self) -> bool:
        return self.closed


class Seat:
    """A socket whose seconds pass when they are told to."""

    def __init__(self) -> None:
        given: dict[str, Any] = dict.fromkeys(World.__dataclass_fields__)
        given |= {"clock": lambda: 0.0, "tokens": ResumeTokens("secret")}
        self.transport = Transport()
        self.socket = FastSocket(House(World(**given)), AmphiId("a"), self.transport, set())

    def seconds(self, count: int) -> None:
        for _ in range(count):
            self.socket.check(0.0)

    @property
    def opcodes(self) -> list[int]:
        return [data[0] & 15 for data in self.transport.written]


@pytest.fixture
async def seat() -> Seat:
    return Seat()


async def test_whoever_is_silent_is_pinged_once_and_given_up_later(seat: Seat) -> None:
    seat.seconds(2 * PING_AFTER - 1)
    assert seat.opcodes == [Opcode.PING]
    seat.seconds(LOST_AFTER)
    assert seat.opcodes == [Opcode.PING, Opcode.CLOSE]
    assert seat.transport.ended


async def test_whoever_answers_stays(seat: Seat) -> None:
    for _ in range(5):
        seat.seconds(2 * PING_AFTER - 1)
        seat.socket.data_received(PONG)
    assert seat.opcodes == [Opcode.PING] * 5
    assert not seat.transport.aborted


async def test_those_who_came_together_are_not_pinged_together() -> None:
    seats = [Seat() for _ in range(200)]
    pinged = []
    for _ in range(2 * PING_AFTER):
        for seat in seats:
            seat.socket.check(0.0)
        pinged.append(sum(bool(seat.opcodes) for seat in seats))
    assert pinged[PING_AFTER - 2] == 0
    assert pinged[-1] == 200
    assert len({count for count in pinged if 0 < count < 200}) > 2


async def test_whoever_does_not_even_close_is_cut_off(seat: Seat) -> None:
    seat.socket.close(CloseCode.RESTART)
    seat.seconds(CUT_AFTER)
    assert not seat.transport.aborted
    seat.seconds(1)
    assert seat.transport.aborted


async def test_a_slow_reader_hears_in_order_when_it_is_ready_again(seat: Seat) -> None:
    seat.socket.say(b"1")
    seat.socket.pause_writing()
    assert not seat.socket.ready
    seat.socket.say(b"2")
    seat.socket.say(b"3")
    assert len(seat.transport.written) == 1
    seat.socket.resume_writing()
    assert b"".join(seat.transport.written) == b"\x81\x011\x81\x012\x81\x013"
    assert seat.socket.ready


async def test_more_than_a_mebibyte_of_its_own_is_dropped_with_4008(seat: Seat) -> None:
    seat.socket.pause_writing()
    for _ in range(17):
        seat.socket.say(b"x" * 65_536)
    (close,) = seat.transport.written
    assert int.from_bytes(close[2:4], "big") == CloseCode.TOO_SLOW
    seat.socket.resume_writing()
    assert len(seat.transport.written) == 1
