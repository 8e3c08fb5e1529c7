"""A gateway that misses three beats no longer lives."""

import asyncio

import pytest

from amphi.live.letters import BeatLetter, FarewellLetter, Letter, PresenceLetter
from amphi.live_store import keys
from amphi.live_store.board import Board
from amphi.live_store.connection import Store
from amphi.live_store.gateways import Gateways
from amphi.live_store.inbox import Inbox
from amphi.live_store.voice import Voice
from amphi.rules.ids import OfferId, PersonId
from tests.live_store.builders import OFFER, a_choice

EMILE, GERVAISE, NANA = PersonId("emile"), PersonId("gervaise"), PersonId("nana")


@pytest.fixture
def gateways(store: Store) -> Gateways:
    return Gateways(store)


async def three_seconds_ago(store: Store) -> int:
    seconds, _ = await store.call("TIME")
    return (int(seconds) - keys.GATEWAY_SECONDS) * 1000


async def test_gateways_that_beat_live_and_those_that_left_do_not(gateways: Gateways) -> None:
    assert await gateways.live() == frozenset()
    for gateway in ("g1", "g2"):
        await gateways.beat(gateway)
    await gateways.gone("g1")
    assert await gateways.live() == {"g2"}


async def test_a_gateway_that_fell_silent_is_forgotten_though_others_beat(
    gateways: Gateways, store: Store
) -> None:
    await gateways.beat("silent")
    await store.call("ZADD", keys.GATEWAYS, await three_seconds_ago(store), "silent")
    assert await gateways.live() == frozenset()  # before anybody else has beaten
    await gateways.beat("lively")
    assert await gateways.live() == {"lively"}
    assert await store.call("ZCARD", keys.GATEWAYS) == 1


async def test_the_last_gateway_leaves_nothing_behind(gateways: Gateways, store: Store) -> None:
    await gateways.beat("g1")
    assert 0 < await store.call("PTTL", keys.GATEWAYS) <= keys.GATEWAY_SECONDS * 1000
    await store.call("PEXPIRE", keys.GATEWAYS, 20)
    await asyncio.sleep(0.05)
    assert await gateways.live() == frozenset()


@pytest.mark.parametrize(
    "sign", [BeatLetter("g1"), PresenceLetter("g1", here=(EMILE,))], ids=["a beat", "a report"]
)
async def test_a_gateway_that_writes_to_an_offer_has_listeners_there(
    sign: Letter, voice: Voice, inbox: Inbox
) -> None:
    at = await inbox.post(OFFER, sign)
    assert await voice.live_gateways(OFFER) == {"g1"}
    assert await voice.live_gateways(OfferId("o2")) == frozenset()
    assert [(each.at, each.letter) for each in await inbox.read(OFFER, "0-0", 0)] == [(at, sign)]


async def test_a_command_alone_makes_no_listener(voice: Voice, inbox: Inbox) -> None:
    """It may come from an HTTP program, which reports nobody's presence."""
    await inbox.post(OFFER, a_choice(gateway="admin"))
    assert await voice.live_gateways(OFFER) == frozenset()


async def test_a_gateway_that_says_farewell_is_not_waited_for(voice: Voice, inbox: Inbox) -> None:
    for letter in (BeatLetter("g1"), BeatLetter("g2"), FarewellLetter("g1")):
        await inbox.post(OFFER, letter)
    assert await voice.live_gateways(OFFER) == {"g2"}


async def test_a_gateway_that_stopped_writing_to_an_offer_is_forgotten_there(
    voice: Voice, inbox: Inbox, store: Store
) -> None:
    await inbox.post(OFFER, BeatLetter("g1"))
    await store.call("ZADD", keys.listening(OFFER), await three_seconds_ago(store), "g1")
    assert await voice.live_gateways(OFFER) == frozenset()
    await inbox.post(OFFER, BeatLetter("g2"))
    assert await store.call("ZRANGE", keys.listening(OFFER), 0, -1) == [b"g2"]
    assert 0 < await store.call("PTTL", keys.listening(OFFER)) <= keys.GATEWAY_SECONDS * 1000


async def test_the_board_shows_everybody_at_every_living_gateway(
    store: Store, inbox: Inbox
) -> None:
    board = Board(store)
    assert await board.here(OFFER) == frozenset()
    for gateway, people in {"g1": [EMILE, NANA], "g2": {NANA, GERVAISE}, "g3": []}.items():
        await inbox.post(OFFER, BeatLetter(gateway))
        await board.show(OFFER, gateway, people)
    assert await board.here(OFFER) == {EMILE, GERVAISE, NANA}
    await board.show(OFFER, "g1", [])
    await inbox.post(OFFER, FarewellLetter("g2"))
    assert await board.here(OFFER) == frozenset()


async def test_what_a_gateway_showed_is_forgotten_when_it_is_not_repeated(
    store: Store, inbox: Inbox
) -> None:
    board = Board(store)
    await inbox.post(OFFER, BeatLetter("g1"))
    await board.show(OFFER, "g1", [EMILE])
    assert 0 < await store.call("TTL", keys.here(OFFER, "g1")) <= keys.HERE_SECONDS
    await store.call("DEL", keys.here(OFFER, "g1"))
    assert await board.here(OFFER) == frozenset()
