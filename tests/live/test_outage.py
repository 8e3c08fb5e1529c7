"""What a turn keeps over an outage, on real PostgreSQL and Valkey."""

import asyncio

from amphi.live.ports import Head, JournalUnavailable
from amphi.live_store.voice import Voice
from amphi.records.journal import PostgresJournal
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
