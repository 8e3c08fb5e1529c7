"""The table of live-rules.md §3, over real sockets: who comes back, and where they are placed."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from amphi.rules.choosing.policy import AmphiPolicy
from tests.gateway.house import House, a_house
from tests.live.amphitheatre import an_amphitheatre, conducted
from tests.wire.client import Client
from tests.wire.morning import chosen, given, turn_of, waiting

# Whoever is absent is passed at once: 1 to 5 were called, nobody waits 90 seconds for them.
POLICY = AmphiPolicy(absent_clock="SKIP")


@pytest.fixture
async def hall(database_url: str, redis_url: str) -> AsyncIterator[House]:
    async with (
        an_amphitheatre(database_url, redis_url, 8, POLICY) as theatre,
        conducted(theatre),
        a_house(theatre) as house,
    ):
        yield house


@asynccontextmanager
async def at_the_sixth(hall: House) -> AsyncIterator[tuple[Client, list[Client]]]:
    """The operator, and ranks 6, 7, 8: the sixth has the turn, 1 to 5 missed theirs, absent."""
    async with AsyncExitStack() as stack:
        operator = await stack.enter_async_context(hall.operator())
        for name in ("validate", "publish"):
            await given(operator, name)
        here = [await stack.enter_async_context(hall.intern(rank)) for rank in (6, 7, 8)]
        await given(operator, "start")
        await turn_of(operator, hall.theatre.entries[5])
        yield operator, here


async def test_the_third_and_the_fourth_both_wait_by_call_rank(hall: House) -> None:
    """ "6*,4,7,8 | 3 (missed, absent) connects | 6*,3,4,7,8" """
    entries = hall.theatre.entries
    async with at_the_sixth(hall) as (operator, (sixth, seventh, _)), hall.intern(4) as fourth:
        await waiting(operator, entries[3])
        async with hall.intern(3) as third:
            await waiting(operator, entries[2], entries[3])
            assert operator.view["turn"]["entry"] == entries[5]
            await chosen(sixth, entries[5], "P6")
            await chosen(third, entries[2], "P3")
            await chosen(fourth, entries[3], "P4")
            await chosen(seventh, entries[6], "P7")
            await turn_of(operator, entries[7])


async def test_a_latecomer_who_goes_again_leaves_the_queue_at_no_cost(hall: House) -> None:
    entries = hall.theatre.entries
    async with at_the_sixth(hall) as (operator, (sixth, _, _)):
        async with hall.intern(4) as fourth:
            await waiting(operator, entries[3])
            assert fourth.you is not None
            returns = fourth.you["returns_left"]
        await waiting(operator)
        await chosen(sixth, entries[5], "P6")
        await turn_of(operator, entries[6])
        async with hall.intern(4) as again:
            await waiting(operator, entries[3])
            assert again.you is not None
            assert again.you["returns_left"] == returns


async def test_paused_at_the_sixth_a_latecomer_waits_without_a_clock(hall: House) -> None:
    """ "paused at 6 | 4 connects | 6*,4,7 with no clock until resume" """
    entries = hall.theatre.entries
    async with at_the_sixth(hall) as (operator, (sixth, seventh, _)):
        await given(operator, "pause", reason="Question")
        async with hall.intern(4) as fourth:
            await waiting(operator, entries[3])
            turn = operator.view["turn"]
            assert (turn["entry"], turn.get("deadline")) == (entries[5], None)
            assert turn["remaining_ms"] > 0
            assert (await sixth.choose("P6", turn["id"]))["code"] == "amphi_paused"
            await given(operator, "resume")
            await operator.until_view(lambda view: view["phase"] == "RUNNING")
            assert operator.view["turn"]["id"] == turn["id"]
            assert operator.view["turn"]["deadline"]
            await chosen(sixth, entries[5], "P6")
            await chosen(fourth, entries[3], "P4")
            await chosen(seventh, entries[6], "P7")


async def test_at_the_last_rank_the_session_goes_on_for_a_latecomer(hall: House) -> None:
    """ "9* last rank | 4 connects | 9*,4; the session goes on for 4", then CLOSED: too late."""
    entries = hall.theatre.entries
    async with at_the_sixth(hall) as (operator, (sixth, seventh, eighth)):
        await chosen(sixth, entries[5], "P6")
        await chosen(seventh, entries[6], "P7")
        await turn_of(operator, entries[7])
        async with hall.intern(4) as fourth:
            await waiting(operator, entries[3])
            await chosen(eighth, entries[7], "P8")
            await turn_of(operator, entries[3])
            assert operator.view["phase"] == "RUNNING"
            await chosen(fourth, entries[3], "P4")
            await operator.until_view(lambda view: view["phase"] == "CATCH_UP")
        await given(operator, "close")
        async with hall.intern(5) as fifth:
            assert fifth.view["phase"] == "CLOSED"
            assert (await fifth.ask({"type": "ready"}))["code"] == "amphi_closed"
