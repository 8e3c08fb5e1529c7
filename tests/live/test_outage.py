"""What a turn keeps over an outage, on real PostgreSQL and Valkey."""

import asyncio

import pytest

from amphi.live.bench import Bench
from amphi.live.judging import Judge
from amphi.live.ledger import Ledger
from amphi.live.outage import Moment, Outage
from amphi.live.ports import Batch, CommitUnknown, Head, JournalUnavailable
from amphi.live.world import AnchoredClock, World
from amphi.live_store.voice import Voice
from amphi.records.journal import PostgresJournal
from amphi.rules.choosing.commands import CreditTurns
from amphi.rules.choosing.events import Frozen, Thawed
from tests.live.amphitheatre import an_amphitheatre, conducted


class CutOnce(PostgresJournal):
    """The second renewal after `counted` was set to 0 fails, 2 s after the first."""

    counted = -1_000

    async def renew(self, head: Head, owner: str) -> bool:
        self.counted += 1
        if self.counted == 2:
            raise JournalUnavailable("cut")
        return await super().renew(head, owner)


async def test_what_a_freeze_gave_back_is_on_the_charge_when_the_turn_goes_on(
    database_url: str, redis_url: str
) -> None:
    async with an_amphitheatre(database_url, redis_url) as theatre:
        await theatre.journal.close()
        theatre.journal = journal = CutOnce(database_url)
        async with conducted(theatre):
            await theatre.open()
            turn, journal.counted = (await theatre.turn()), 0
            async with asyncio.timeout(15):
                while True:
                    if await theatre.events(Thawed):
                        break
                    await asyncio.sleep(0.01)
            charge = await Voice(theatre.store).charged(theatre.offer)
            (frozen,) = await theatre.events(Frozen)
        assert charge is not None
        assert charge.charged[turn.id] == turn.budget_ms - frozen.remaining[turn.id]


class CutBehind(PostgresJournal):
    """The first commit counts, and nobody is told so."""

    told = False

    async def commit(self, batch: Batch) -> None:
        await super().commit(batch)
        if not self.told:
            self.told = True
            raise CommitUnknown("cut")


async def test_a_stall_that_a_cut_commit_forgave_stays_forgiven_in_the_freeze(
    database_url: str, redis_url: str
) -> None:
    async with an_amphitheatre(database_url, redis_url) as theatre:
        async with conducted(theatre):
            await theatre.open()
            turn = await theatre.turn()
        await theatre.journal.close()
        theatre.journal = journal = CutBehind(database_url)
        head = await journal.take(theatre.offer, "we")
        assert head is not None
        world = World(journal, theatre.inbox, Voice(theatre.store), AnchoredClock())
        bench = Bench(world, await Ledger.opened(journal, head), "we")
        charged = {turn.id: 0}
        while charged[turn.id] < 600:
            await asyncio.sleep(0.02)
            charged = bench.charges(bench.now())
        with pytest.raises(CommitUnknown):
            await bench.give(CreditTurns(credit_ms=500))
        then = Moment(bench.now(), charged)
        await Outage(bench, "postgres", then, renewed=then).ride_out(Judge(bench, "0-0"))
        forgiven = bench.state.amphis[theatre.amphi].turn
        frozen = (await theatre.events(Frozen))[-1]
    assert forgiven is not None
    assert frozen.remaining[turn.id] == forgiven.remaining_ms(bench.now())
    assert frozen.remaining[turn.id] >= turn.budget_ms - charged[turn.id] + 450
