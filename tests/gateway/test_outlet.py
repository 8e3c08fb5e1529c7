"""A bounded buffer for each reader: the slow are closed with 4008, nobody waits for them."""

import asyncio

from amphi.gateway.close_codes import CloseCode
from amphi.gateway.outlet import MOST_BYTES, Outlet, SocketGone


class Wire:
    """The socket's side: takes frames while `open` is set, keeps what it got."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.open.set()
        self.sent: list[bytes] = []
        self.closed: tuple[int, str] | None = None
        self.gone = False
        self.now = 0.0

    async def send(self, text: bytes) -> None:
        await self.open.wait()
        if self.gone:
            raise SocketGone
        self.sent.append(text)

    async def close(self, code: int, reason: str) -> None:
        self.closed = (code, reason)

    def outlet(self) -> Outlet:
        return Outlet(self.send, self.close, lambda: self.now)


async def some_time() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_frames_go_out_in_order_and_then_the_close() -> None:
    wire = Wire()
    outlet = wire.outlet()
    for n in range(3):
        outlet.say(b"%d" % n)
    outlet.close(CloseCode.BAD_FRAME)
    outlet.say(b"too late")
    await outlet.run()
    assert wire.sent == [b"0", b"1", b"2"]
    assert wire.closed == (4400, "bad frame")


async def test_the_first_code_given_counts() -> None:
    wire = Wire()
    outlet = wire.outlet()
    outlet.close(CloseCode.REPLACED)
    outlet.close(CloseCode.RESTART)
    await outlet.run()
    assert wire.closed == (4409, "replaced")


async def test_a_reader_that_does_not_drain_for_ten_seconds_is_too_slow() -> None:
    wire = Wire()
    wire.open.clear()
    outlet = wire.outlet()
    running = asyncio.create_task(outlet.run())
    outlet.say(b"a")
    await some_time()
    outlet.check(9.9)
    await some_time()
    assert not running.done()
    outlet.check(10.0)
    await running
    assert wire.closed == (4008, "too slow a reader")


async def test_a_buffer_beyond_one_mebibyte_is_too_slow() -> None:
    wire = Wire()
    wire.open.clear()
    outlet = wire.outlet()
    running = asyncio.create_task(outlet.run())
    for _ in range(16):
        outlet.say(b"x" * (MOST_BYTES // 16))
    await some_time()
    assert not running.done()
    outlet.say(b"x")
    await running
    assert wire.closed == (4008, "too slow a reader")
    assert wire.sent == []


async def test_who_drains_in_time_may_go_on() -> None:
    wire = Wire()
    wire.open.clear()
    outlet = wire.outlet()
    running = asyncio.create_task(outlet.run())
    outlet.say(b"a")
    await some_time()
    wire.open.set()
    await some_time()
    outlet.check(100.0)
    outlet.close(CloseCode.RESTART)
    await running
    assert (wire.sent, wire.closed) == ([b"a"], (1012, "restart"))


async def test_a_socket_that_is_gone_ends_the_writing_quietly() -> None:
    wire = Wire()
    wire.gone = True
    outlet = wire.outlet()
    outlet.say(b"a")
    await outlet.run()
    assert wire.closed is None
    assert outlet.closing is CloseCode.UNAVAILABLE
