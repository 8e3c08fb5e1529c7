"""A conductor on real PostgreSQL and Valkey: what is answered is on record, and told once."""

import asyncio

import pytest

from amphi.live.letters import FarewellLetter, Received
from amphi.live_store.inbox import Inbox
from amphi.rules.choosing import commands as c
from amphi.rules.choosing import decide
from amphi.rules.choosing.events import Frozen, TurnMissed
from amphi.rules.choosing.policy import AmphiPolicy
from amphi.rules.choosing.state import Late, Missed, Phase, Served
from amphi.rules.ids import OfferId
from tests.live.amphitheatre import an_amphitheatre, conducted


async def test_a_whole_amphi_is_chosen_and_closed(database_url: str, redis_url: str) -> None:
    async with an_amphitheatre(database_url, redis_url, interns=3) as theatre, conducted(theatre):
        await theatre.open()
        for rank in (1, 2, 3):
            assert (await theatre.choose(rank, f"P{rank}")).code is None
        assert (await theatre.gesture("close")).code is None
        amphi = await theatre.now()
        assert amphi.phase is Phase.CLOSED
        assert all(isinstance(each.standing, Served) for each in amphi.entries.values())


async def test_the_same_command_twice_is_one_assignment(database_url: str, redis_url: str) -> None:
    async with an_amphitheatre(database_url, redis_url) as theatre, conducted(theatre):
        await theatre.open()
        turn = (await theatre.turn()).id
        args = {"turn": turn, "post": "P1"}
        person = theatre.persons[0]
        first = await theatre.ask(person, "intern", "choose", args, "same")
        again = await theatre.ask(person, "intern", "choose", args, "same")
        other = await theatre.ask(person, "intern", "choose", args | {"post": "P2"}, "same")
        assert first.seq is not None
        assert again.seq == first.seq
        assert other.code == "id_reused"
        assert (await theatre.kinds()).count("PostChosen") == 1


async def test_a_filled_post_and_a_foreign_turn_are_refused(
    database_url: str, redis_url: str
) -> None:
    async with an_amphitheatre(database_url, redis_url) as theatre, conducted(theatre):
        await theatre.open()
        await theatre.choose(1, "P1")
        assert (await theatre.choose(2, "P1")).code == "post_filled"
        assert (await theatre.choose(3, "P2")).code == "not_your_turn"
        assert (await theatre.gesture("fly")).code == "bad_command"
        assert (await theatre.gesture("add_time", seconds="many")).code == "bad_command"


async def test_a_turn_is_missed_after_deadline_and_grace_never_before(
    database_url: str, redis_url: str
) -> None:
    policy = AmphiPolicy(turn_seconds=1, grace_ms=300)
    async with (
        an_amphitheatre(database_url, redis_url, interns=1, policy=policy) as theatre,
        conducted(theatre),
    ):
        await theatre.until_presence_is_known()
        await theatre.open()
        turn = await theatre.turn()
        await theatre.until(lambda amphi: amphi.phase is Phase.CATCH_UP)
        records = await theatre.journal.read(theatre.offer)
        at, missed = next((r.at, r.event) for r in records if isinstance(r.event, TurnMissed))
        assert 1300 <= at - turn.started_at < 2000
        assert missed.reason == "absent"


async def test_presence_places_a_latecomer_and_absence_lets_go(
    database_url: str, redis_url: str
) -> None:
    policy = AmphiPolicy(absent_clock="SKIP")
    async with (
        an_amphitheatre(database_url, redis_url, policy=policy) as theatre,
        conducted(theatre),
    ):
        await theatre.until_presence_is_known()
        await theatre.come(3)
        await theatre.open()
        third = theatre.entries[2]
        await theatre.until(lambda amphi: amphi.turn is not None and amphi.turn.entry == third)
        await theatre.come(1, 3)
        first = theatre.entries[0]
        await theatre.until(lambda amphi: isinstance(amphi.entries[first].standing, Late))
        await theatre.inbox.post(theatre.offer, FarewellLetter(gateway="gateway-of-the-test"))
        await theatre.until(lambda amphi: isinstance(amphi.entries[first].standing, Missed))


async def test_a_graceful_hand_over_shortens_nobodys_turn(
    database_url: str, redis_url: str
) -> None:
    async with an_amphitheatre(database_url, redis_url) as theatre:
        async with conducted(theatre, "first"):
            await theatre.open()
            await asyncio.sleep(1.5)
            before = await theatre.turn()
        async with conducted(theatre, "second"):
            amphi = await theatre.until(
                lambda amphi: amphi.turn is not None and hasattr(amphi.turn, "deadline"), 3
            )
            assert amphi.turn is not None
            assert amphi.turn.id == before.id
            assert (await theatre.choose(1, "P1")).code is None
        kinds = await theatre.kinds()
        assert kinds.count("Frozen") == kinds.count("Thawed") == 1


async def test_an_operators_gesture_older_than_the_take_over_is_refused(
    database_url: str, redis_url: str
) -> None:
    async with an_amphitheatre(database_url, redis_url) as theatre:
        async with conducted(theatre, "first"):
            assert (await theatre.gesture("validate")).code is None
        waiting = asyncio.create_task(theatre.gesture("publish"))
        await asyncio.sleep(0.2)
        async with conducted(theatre, "second"):
            assert (await waiting).code == "conductor_changed"
            assert (await theatre.gesture("publish")).code is None


async def test_a_gesture_that_waited_for_the_first_conductor_is_heard(
    database_url: str, redis_url: str
) -> None:
    async with an_amphitheatre(database_url, redis_url) as theatre:
        waiting = asyncio.create_task(theatre.gesture("validate"))
        await asyncio.sleep(0.2)
        async with conducted(theatre):
            assert (await waiting).code is None


@pytest.mark.parametrize("lost", ["FLUSHALL", "FLUSHDB"])
async def test_a_flushed_store_is_rebuilt_and_the_turn_goes_on(
    database_url: str, redis_url: str, lost: str
) -> None:
    async with an_amphitheatre(database_url, redis_url) as theatre, conducted(theatre):
        await theatre.open()
        turn = (await theatre.turn()).id
        await theatre.store.call(lost)
        await theatre.until(lambda amphi: amphi.turn is not None)
        assert (await theatre.choose(1, "P1", turn)).code is None
        assert "redis_lost" in [each.cause for each in await theatre.events(Frozen)]


async def test_a_silent_gateway_stops_the_clock_of_its_chooser(
    database_url: str, redis_url: str
) -> None:
    policy = AmphiPolicy(gateway_lost_seconds=6)
    async with (
        an_amphitheatre(database_url, redis_url, policy=policy) as theatre,
        conducted(theatre),
    ):
        await theatre.open()
        await theatre.come(1)
        held = await theatre.until(lambda amphi: hasattr(amphi.turn, "holds"))
        assert held.turn is not None
        assert held.turn.remaining_ms(0) > 85_000
        await theatre.beat()
        await theatre.until(lambda amphi: hasattr(amphi.turn, "deadline"))


class HangingInbox(Inbox):
    """Reads that never come back once `hangs` is set: a loop that is stuck."""

    hangs = False

    async def read(self, offer: OfferId, after: str, block_ms: int) -> list[Received]:
        if self.hangs:
            await asyncio.Event().wait()
        return await super().read(offer, after, block_ms)


async def test_a_loop_that_does_not_come_round_loses_its_lease_to_another(
    database_url: str, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("amphi.live.conductor.STUCK_MS", 500)
    async with an_amphitheatre(database_url, redis_url) as theatre:
        inbox = HangingInbox(theatre.store)
        async with conducted(theatre, "stuck", inbox):
            await theatre.open()
            inbox.hangs = True
            async with conducted(theatre, "other"):
                assert (await theatre.choose(1, "P1")).code is None
            inbox.hangs = False


async def test_a_letter_that_meets_a_bug_is_refused_and_the_offer_goes_on(
    database_url: str, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or each conductor would read it again, and fall over it again."""
    handlers = decide.HANDLERS | {c.Help: _a_bug}
    monkeypatch.setattr(decide, "HANDLERS", handlers)
    async with an_amphitheatre(database_url, redis_url) as theatre, conducted(theatre):
        await theatre.open()
        answer = await theatre.ask(theatre.persons[0], "intern", "help", {})
        assert answer.code == "unavailable"
        assert (await theatre.choose(1, "P1")).code is None


def _a_bug(*_: object) -> None:
    raise ZeroDivisionError
