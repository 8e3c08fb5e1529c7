"""Real sockets whose other end does not read, with a clock that runs eight times too fast."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from amphi.gateway.close_codes import CloseCode
from tests.gateway.house import House, a_house
from tests.live.amphitheatre import an_amphitheatre, conducted
from tests.wire.client import Client

SPEED = 8


class Haste:
    """A monotonic clock that runs too fast, and can be put on."""

    ahead = 0.0

    def __call__(self) -> float:
        return time.monotonic() * SPEED + self.ahead


@pytest.fixture
def haste() -> Haste:
    return Haste()


@pytest.fixture
async def hasty(database_url: str, redis_url: str, haste: Haste) -> AsyncIterator[House]:
    async with (
        an_amphitheatre(database_url, redis_url) as theatre,
        conducted(theatre),
        a_house(theatre, clock=haste) as house,
    ):
        await theatre.open()
        yield house


@asynccontextmanager
async def one_who_does_not_read(house: House) -> AsyncIterator[Client]:
    """Says hello, and then takes nothing from the socket."""
    async with house.spectator() as client:
        raw = client.socket.transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.socket.transport.pause_reading()
        yield client


def flood(house: House, frames: int, size: int) -> None:
    """As a lively amphi would, to all who listen."""
    text = '{"type":"pong","t":0,"now":"' + "x" * size + '"}'
    for opened in house.gateway._rooms._open.values():
        for listener in opened.room.listeners:
            for _ in range(frames):
                listener.ear.say(text.encode())


async def test_one_slow_phone_is_closed_with_4008_and_delays_nobody(hasty: House) -> None:
    async with one_who_does_not_read(hasty) as slow, hasty.spectator() as quick:
        started = time.monotonic()
        flood(hasty, frames=30, size=30_000)
        for _ in range(30):
            await quick.until(lambda frame: frame["type"] == "pong")
        assert time.monotonic() - started < 2
        await asyncio.sleep(10 / SPEED + 2)
        slow.socket.transport.resume_reading()
        assert await slow.until_closed() == CloseCode.TOO_SLOW
        await quick.say({"type": "ping", "t": 1})
        await quick.until(lambda frame: frame["type"] == "pong" and frame["t"] == 1)


async def test_more_than_a_mebibyte_is_not_kept_for_anybody(hasty: House) -> None:
    async with one_who_does_not_read(hasty) as slow:
        flood(hasty, frames=60, size=30_000)
        slow.socket.transport.resume_reading()
        assert await slow.until_closed() == CloseCode.TOO_SLOW


async def test_a_client_that_stays_gets_a_younger_token_with_a_pong(
    hasty: House, haste: Haste
) -> None:
    async with hasty.intern(1) as client:
        first = client.token
        await client.say({"type": "ping", "t": 1})
        assert "resume_token" not in await client.until(lambda frame: frame["type"] == "pong")
        await asyncio.sleep(1)  # a token says in which second it was signed
        haste.ahead = 300.0
        await client.say({"type": "ping", "t": 2})
        pong = await client.until(lambda frame: frame["type"] == "pong")
        assert pong["resume_token"] != first
    async with hasty.knocks() as back:
        assert (await back.hello(resume_token=client.token))["role"] == "intern"
