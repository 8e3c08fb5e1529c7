"""Single-use tickets, limits on rates, the cache of sign-ins."""

import asyncio

import pytest

from amphi.live_store import keys
from amphi.live_store.connection import COUNTERS, Store
from amphi.live_store.rate_limits import RateLimit, RateLimits
from amphi.live_store.sign_ins import SignIn, SignIns
from amphi.live_store.tickets import TicketFor, Tickets
from amphi.rules.ids import PersonId
from tests.live_store.builders import AMPHI

EMILE = TicketFor(PersonId("emile"), "intern", AMPHI)
SIGNED_IN = SignIn(PersonId("emile"), "intern")


async def test_a_ticket_lets_in_whom_it_was_issued_for(store: Store) -> None:
    tickets = Tickets(store)
    ticket = await tickets.issue(EMILE)
    assert await tickets.redeem(ticket) == EMILE


async def test_a_ticket_used_twice_is_refused(store: Store) -> None:
    tickets = Tickets(store)
    ticket = await tickets.issue(EMILE)
    twice = await asyncio.gather(*(tickets.redeem(ticket) for _ in range(10)))
    assert sorted(who is None for who in twice) == [False] + [True] * 9
    assert await tickets.redeem(ticket) is None


async def test_an_opening_rush_opens_few_connections_and_everybody_gets_in(store: Store) -> None:
    tickets = Tickets(store)
    issued = await asyncio.gather(*(tickets.issue(EMILE) for _ in range(500)))
    redeemed = await asyncio.gather(*(tickets.redeem(ticket) for ticket in issued))
    assert redeemed == [EMILE] * 500
    assert (await store.call("CLIENT", "LIST")).count(b"\n") <= COUNTERS + 1


@pytest.mark.parametrize("ticket", ["", "x" * 4_096, "é", "0" * 64])
async def test_an_unknown_ticket_is_refused(ticket: str, store: Store) -> None:
    assert await Tickets(store).redeem(ticket) is None


@pytest.mark.parametrize(
    "seconds", [keys.WEB_TICKET_SECONDS, keys.COMMAND_LINE_TICKET_SECONDS], ids=["30s", "10min"]
)
async def test_a_ticket_lives_as_long_as_it_says(seconds: int, store: Store) -> None:
    ticket = await Tickets(store).issue(EMILE, seconds)
    assert seconds - 1 <= await store.call("TTL", keys.ticket(ticket)) <= seconds


async def test_a_ticket_is_256_bits_and_is_stored_nowhere(store: Store) -> None:
    ticket = await Tickets(store).issue(EMILE)
    assert len(ticket) == 43  # 32 bytes in base 64
    [name] = await store.call("KEYS", "*")
    assert ticket.encode() not in name
    assert ticket.encode() not in await store.call("GET", name)


async def test_so_many_a_period_are_allowed_and_then_one_waits(store: Store) -> None:
    limits, limit = RateLimits(store), RateLimit("sign_in", many=3, seconds=60)
    assert [await limits.wait(limit, "emile") for _ in range(3)] == [0, 0, 0]
    assert 19_000 < await limits.wait(limit, "emile") <= 20_000
    assert await limits.wait(limit, "gervaise") == 0
    assert await limits.wait(RateLimit("sign_up", 3, 60), "emile") == 0


async def test_a_refusal_is_not_counted_and_time_gives_the_allowance_back(store: Store) -> None:
    limits, limit = RateLimits(store), RateLimit("frames", many=10, seconds=1)
    while await limits.wait(limit, "emile") == 0:
        pass
    for _ in range(20):
        await limits.wait(limit, "emile")
    await asyncio.sleep(0.11)
    assert await limits.wait(limit, "emile") == 0


async def test_a_limit_names_nobody_and_leaves_nothing_behind(store: Store) -> None:
    await RateLimits(store).wait(RateLimit("sign_in", 3, 60), "emile@exemple.fr")
    [name] = await store.call("KEYS", "*")
    assert b"emile" not in name
    assert 0 < await store.call("PTTL", name) <= 20_000


async def test_a_remembered_sign_in_is_known_for_a_minute(store: Store) -> None:
    sign_ins = SignIns(store)
    assert await sign_ins.known("h1") is None
    await sign_ins.remember("h1", SIGNED_IN)
    assert await sign_ins.known("h1") == SIGNED_IN
    assert 0 < await store.call("TTL", keys.sign_in("h1")) <= keys.SIGN_IN_SECONDS


async def test_a_revoked_sign_in_is_forgotten_at_once(store: Store) -> None:
    sign_ins = SignIns(store)
    for token_hash in ("h1", "h2", "h3"):
        await sign_ins.remember(token_hash, SIGNED_IN)
    await sign_ins.revoke("h1", "h2")
    assert [await sign_ins.known(each) for each in ("h1", "h2", "h3")] == [None, None, SIGNED_IN]


async def test_who_read_the_row_before_its_revocation_cannot_bring_it_back(store: Store) -> None:
    sign_ins = SignIns(store)
    await sign_ins.revoke("h1")
    await sign_ins.remember("h1", SIGNED_IN)
    assert await sign_ins.known("h1") is None
