"""Straight to the kernel: in order, past nobody, and never to a socket that is no longer one's own."""

import asyncio
import os
import socket
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import uvloop

from amphi.gateway.fast_writing import NONE, Writing
from amphi.gateway.spoken import Spoken, framed

LOOPS = [asyncio.new_event_loop, uvloop.new_event_loop]
MUCH = [bytes([65 + number]) * 60_000 for number in range(16)]


class Mouth(Writing, asyncio.Protocol):
    """A socket that only says."""

    def __init__(self, transport: asyncio.Transport) -> None:
        super().__init__(transport, time.monotonic)
        self.raw: socket.socket = transport.get_extra_info("socket")
        self.is_ready, self.is_lost = asyncio.Event(), asyncio.Event()
        self.descriptor_when_lost = 0

    def connection_lost(self, _: Exception | None) -> None:
        self.descriptor_when_lost = os.fstat(self.raw.fileno()).st_ino
        self._gone()
        self.is_lost.set()

    def _catch_up(self) -> None:
        self.is_ready.set()


class Starting(asyncio.Protocol):
    """As uvicorn's, before it hands over."""


Played = Callable[[Mouth, socket.socket], Awaitable[None]]


def play(loop: Callable[[], asyncio.AbstractEventLoop], story: Played) -> None:
    async def played() -> None:
        ours, theirs = socket.socketpair()
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 32_768)
        theirs.settimeout(0)
        running: Any = asyncio.get_running_loop()
        transport, _ = await running.create_connection(Starting, sock=ours)
        mouth = Mouth(transport)
        transport.set_protocol(mouth)
        try:
            await story(mouth, theirs)
        finally:
            transport.abort()
            theirs.close()
            await asyncio.sleep(0)

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(asyncio.wait_for(played(), 20))


async def read(theirs: socket.socket, length: int) -> bytes:
    heard = b""
    while len(heard) < length:
        heard += await asyncio.get_running_loop().sock_recv(theirs, 65_536)
    return heard


@pytest.mark.parametrize("loop", LOOPS)
def test_what_is_heard_is_on_its_way_when_the_call_returns(loop: Any) -> None:
    async def story(mouth: Mouth, theirs: socket.socket) -> None:
        spoken = Spoken((b"1", b"2"))
        mouth.hear(spoken)
        assert theirs.recv(100) == spoken.wire

    play(loop, story)


@pytest.mark.parametrize("loop", LOOPS)
def test_a_reader_that_falls_behind_hears_everything_in_order(loop: Any) -> None:
    async def story(mouth: Mouth, theirs: socket.socket) -> None:
        for text in MUCH[:8]:
            mouth.say(text)
        assert not mouth.ready
        for text in MUCH[8:]:
            mouth.say(text)
        expected = b"".join(framed(text) for text in MUCH)
        assert await read(theirs, len(expected)) == expected
        await mouth.is_ready.wait()
        mouth.say(b"well again")
        assert await read(theirs, 12) == framed(b"well again")

    play(loop, story)


@pytest.mark.parametrize("loop", LOOPS)
def test_room_in_the_kernel_is_not_for_what_is_said_later(loop: Any) -> None:
    async def story(mouth: Mouth, theirs: socket.socket) -> None:
        said = [framed(f"{number:0100}".encode()) for number in range(4_000)]
        heard = b""
        for number in range(4_000):
            mouth.say(f"{number:0100}".encode())
            if mouth._transport.get_write_buffer_size() and len(heard) < 5_000:
                heard += theirs.recv(1_000)
        assert not mouth.ready
        expected = b"".join(said)
        assert heard + await read(theirs, len(expected) - len(heard)) == expected

    play(loop, story)


@pytest.mark.parametrize("loop", LOOPS)
def test_the_number_of_a_lost_socket_is_still_its_own_when_that_is_told(loop: Any) -> None:
    async def story(mouth: Mouth, theirs: socket.socket) -> None:
        was = os.fstat(mouth.raw.fileno()).st_ino
        theirs.close()
        await mouth.is_lost.wait()
        assert mouth.descriptor_when_lost == was
        assert mouth._descriptor == NONE

    play(loop, story)


@pytest.mark.parametrize("loop", LOOPS)
def test_a_lost_socket_is_not_written_to_though_its_number_is_used_again(loop: Any) -> None:
    async def story(mouth: Mouth, theirs: socket.socket) -> None:
        number = mouth.raw.fileno()
        theirs.close()
        await mouth.is_lost.wait()
        await asyncio.sleep(0.05)
        other, end = socket.socketpair()
        if number not in (other.fileno(), end.fileno()):
            other, before = socket.socket(fileno=os.dup2(other.fileno(), number)), other
            before.close()
        with other, end:
            assert number in (other.fileno(), end.fileno())
            mouth.say(b"for the one who has left")
            mouth.hear(Spoken((b"for the one who has left",)))
            for each in (other, end):
                each.settimeout(0)
                with pytest.raises(BlockingIOError):
                    each.recv(1)

    play(loop, story)


def test_nothing_is_written_past_a_transport_that_encrypts() -> None:
    class Encrypting(asyncio.Transport):
        written = b""

        def get_extra_info(self, name: str, default: Any = None) -> Any:
            return {"socket": self, "sslcontext": object()}.get(name, default)

        def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
            assert (high, low) == (0, None)

        def write(self, data: Any) -> None:
            self.written += bytes(data)

    transport = Encrypting()
    Writing(transport, time.monotonic).say(b"secret")
    assert transport.written == framed(b"secret")
