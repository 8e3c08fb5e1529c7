"""A gateway that misses three beats no longer lives."""

import asyncio

from amphi.live_store import keys
from amphi.live_store.connection import Store
from amphi.live_store.gateways import Gateways
from amphi.live_store.voice import Voice


async def test_gateways_that_beat_live_and_those_that_left_do_not(
    store: Store, voice: Voice
) -> None:
    gateways = Gateways(store)
    assert await voice.live_gateways() == frozenset()
    for gateway in ("g1", "g2"):
        await gateways.beat(gateway)
    await gateways.gone("g1")
    assert await voice.live_gateways() == {"g2"}


async def test_a_gateway_that_fell_silent_is_forgotten_though_others_beat(
    store: Store,
) -> None:
    gateways = Gateways(store)
    await gateways.beat("silent")
    seconds, _ = await store.call("TIME")
    long_ago = (int(seconds) - keys.GATEWAY_SECONDS) * 1000
    await store.call("ZADD", keys.GATEWAYS, long_ago, "silent")
    assert await gateways.live() == frozenset()  # before anybody else has beaten
    await gateways.beat("lively")
    assert await gateways.live() == {"lively"}
    assert await store.call("ZCARD", keys.GATEWAYS) == 1


async def test_the_last_gateway_leaves_nothing_behind(store: Store) -> None:
    gateways = Gateways(store)
    await gateways.beat("g1")
    await store.call("PEXPIRE", keys.GATEWAYS, 20)
    await asyncio.sleep(0.05)
    assert await gateways.live() == frozenset()
    await gateways.beat("g1")
    assert 0 < await store.call("PTTL", keys.GATEWAYS) <= keys.GATEWAY_SECONDS * 1000
