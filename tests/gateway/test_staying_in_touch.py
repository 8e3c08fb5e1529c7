"""Cuts, resumes, several gateways, silence, lost stores: everybody ends with the same view."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
import redis.asyncio as redis

from amphi.embedded import Servers
from amphi.gateway.close_codes import CloseCode
from tests.gateway.house import House, a_house
from tests.live.amphitheatre import Amphitheatre, an_amphitheatre, conducted
from tests.wire.client import Client


async def cut(client: Client) -> None:
    """The link is lost: no close frame in either direction."""
    client.socket.transport.abort()
    await client.socket.wait_closed()


async def same_view(client: Client, house: House) -> None:
    """As somebody sees it who comes now."""
    async with house.spectator() as fresh:
        await client.until_view(lambda _: client.seq >= fresh.seq)
        assert (client.view, client.seq) == (fresh.view, fresh.seq)


async def test_who_was_cut_off_gets_what_was_missed_in_order(open_house: House) -> None:
    async with open_house.knocks() as client:
        await client.hello()
        await cut(client)
        async with open_house.intern(1) as first:
            await first.choose("P1")
        async with open_house.knocks() as back:
            back.view, back.seq, back.epoch = client.view, client.seq, client.epoch
            answer = await back.hello(resume=client.resume, resume_token=client.token)
            assert answer["type"] == "resumed"
            assert [e["kind"] for frame in answer["frames"] for e in frame["events"]] == [
                "PostChosen",
                "TurnStarted",
            ]
            await same_view(back, open_house)


async def test_a_seq_that_was_never_is_answered_by_a_fresh_view(open_house: House) -> None:
    async with open_house.knocks() as client:
        answer = await client.hello(resume={"epoch": "another", "seq": 3})
        assert answer["type"] == "welcome"


async def test_two_gateways_show_the_same_and_count_the_same_people(
    database_url: str, redis_url: str
) -> None:
    async with (
        an_amphitheatre(database_url, redis_url) as theatre,
        conducted(theatre),
        a_house(theatre, name="one") as one,
        a_house(theatre, name="two") as two,
        two.operator() as operator,
    ):
        for name in ("validate", "publish", "start"):
            assert (await operator.command(name))["type"] == "accepted"
        async with one.intern(1) as first, two.spectator() as anybody:
            entry = theatre.entries[0]
            await operator.until(lambda frame: frame["type"] == "presence", patience=5)
            assert operator.here == {entry}
            assert (await first.choose("P1"))["type"] == "accepted"
            await anybody.until_event("PostChosen")
            await same_view(anybody, one)
        await operator.until(lambda frame: frame["type"] == "presence" and bool(frame["gone"]))
        assert operator.here == set()


async def test_three_seconds_without_a_conductor_are_told_as_frozen(
    database_url: str, redis_url: str
) -> None:
    async with an_amphitheatre(database_url, redis_url) as theatre, a_house(theatre) as house:
        async with conducted(theatre):
            await theatre.open()
            async with house.spectator() as settled:
                await settled.until_view(lambda view: view["phase"] == "RUNNING")
        async with house.spectator() as anybody:
            frozen = await anybody.until(lambda frame: frame["type"] == "state", patience=5)
            assert (frozen["state"], frozen["cause"]) == ("frozen", "no_conductor")
            async with house.spectator() as later:
                assert (await later.hear())["state"] == "frozen"
            async with conducted(theatre, "second"):
                await anybody.until(lambda _: anybody.state == "ok", patience=10)


async def test_a_command_given_while_nobody_conducts_is_answered_by_the_next(
    database_url: str, redis_url: str
) -> None:
    async with an_amphitheatre(database_url, redis_url) as theatre, a_house(theatre) as house:
        async with conducted(theatre):
            await theatre.open()
        async with house.intern(1) as first:
            turn = first.view["turn"]["id"]
            await first.say({"type": "choose", "id": "c1", "turn": turn, "post": "P1"})
            await asyncio.sleep(0.3)
            async with conducted(theatre, "second"):
                assert (await first.answer("c1"))["type"] == "accepted"


async def test_a_command_lost_with_redis_is_sent_again(database_url: str, redis_url: str) -> None:
    async with an_amphitheatre(database_url, redis_url) as theatre, a_house(theatre) as house:
        async with conducted(theatre):
            await theatre.open()
        async with house.intern(1) as first:
            turn = first.view["turn"]["id"]
            await first.say({"type": "choose", "id": "c1", "turn": turn, "post": "P1"})
            await asyncio.sleep(0.3)
            await flushed(redis_url)
            async with conducted(theatre, "second"):
                assert (await first.answer("c1"))["type"] == "accepted"
        assert (await theatre.kinds()).count("PostChosen") == 1


async def flushed(redis_url: str) -> None:
    async with redis.Redis.from_url(redis_url) as client:
        await client.flushdb()


async def test_an_emptied_redis_leaves_everybody_with_the_same_view(
    open_house: House, redis_url: str
) -> None:
    async with open_house.spectator() as anybody, open_house.intern(1) as first:
        started = time.monotonic()
        await flushed(redis_url)
        assert (await first.choose("P1"))["type"] == "accepted"
        await anybody.until_view(lambda view: "P1" in view["posts"])
        await same_view(anybody, open_house)
        assert time.monotonic() - started < 3


@pytest.fixture
async def shaken(
    database_url: str, redis_url: str, servers: Servers
) -> AsyncIterator[tuple[House, Servers]]:
    """A house whose Valkey will be stopped; it runs again afterwards, whatever happened."""
    async with (
        an_amphitheatre(database_url, redis_url) as theatre,
        conducted(theatre),
        a_house(theatre) as house,
    ):
        await theatre.open()
        yield house, servers


async def test_without_redis_all_is_frozen_and_then_goes_on(shaken: tuple[House, Servers]) -> None:
    house, servers = shaken
    async with house.spectator() as anybody, house.intern(1) as first:
        servers.valkey.kill()
        try:
            await first.until(lambda frame: frame["type"] == "state", patience=6)
            assert first.frames[-1]["cause"] in ("no_store", "redis")
            refused = await first.choose("P1")
            assert refused["code"] == "amphi_frozen"
        finally:
            servers.valkey.restart()  # from the main thread: it dies with the thread that starts it
        await first.until(lambda _: first.state == "ok", patience=25)
        answer = await first.choose("P1")
        assert answer["type"] == "accepted", (answer, first.frames)
        await anybody.until_view(lambda view: "P1" in view["posts"])
        await same_view(anybody, house)


async def test_an_orderly_stop_says_1012_to_everybody(theatre: Amphitheatre) -> None:
    async with a_house(theatre) as house, house.spectator() as one, house.spectator() as two:
        house.server.should_exit = True
        assert await one.until_closed() == CloseCode.RESTART
        assert await two.until_closed() == CloseCode.RESTART


async def test_a_room_that_fails_is_opened_anew(theatre: Amphitheatre) -> None:
    async with a_house(theatre) as house, house.spectator() as one:
        for task in house.gateway._rooms._tasks.values():
            task.cancel()
        assert await one.until_closed() == CloseCode.UNAVAILABLE
        async with house.spectator() as again:
            assert again.role == "spectator"


@pytest.fixture
async def theatre(database_url: str, redis_url: str) -> AsyncIterator[Amphitheatre]:
    """Open, conducted."""
    async with an_amphitheatre(database_url, redis_url) as theatre, conducted(theatre):
        await theatre.open()
        yield theatre
