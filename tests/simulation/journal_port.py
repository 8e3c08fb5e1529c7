"""One process's way to PostgreSQL: the adapter of `ports.Journal`."""

import asyncio

from amphi.live.ports import (
    Batch,
    CommitUnknown,
    Head,
    JournalUnavailable,
    Result,
    Rows,
    ServedPerson,
)
from amphi.rules.choosing.events import Recorded
from amphi.rules.ids import AmphiId, OfferId, PersonId
from tests.simulation.machines import Process
from tests.simulation.postgres import OfferRow, Postgres
from tests.simulation.wires import Outages, Weather, Wire

HELD_SECONDS = 4.0  # a COMMIT whose connection is lost may hold its row for as long


class JournalPort:
    """`wire` carries what a conductor cannot do without, `looking` what its supervisor looks at."""

    def __init__(self, process: Process, postgres: Postgres, weather: Weather) -> None:
        self.cut = Outages()
        self.wire = Wire(process, postgres.outages, weather, JournalUnavailable, self.cut)
        self._looking = Wire(process, postgres.outages, weather, JournalUnavailable, self.cut)
        self._process, self._postgres, self._weather = process, postgres, weather
        self._loop = asyncio.get_running_loop()

    async def take(self, offer: OfferId, owner: str) -> Head | None:
        await self._row_free(offer)
        return await self._looking.call(lambda: self._postgres.take(offer, owner))

    async def renew(self, head: Head, owner: str) -> bool:
        await self._row_free(head.offer)
        return await self.wire.call(lambda: self._postgres.renew(head, owner))

    async def release(self, head: Head, owner: str) -> None:
        await self._row_free(head.offer)
        await self._looking.call(lambda: self._postgres.release(head, owner))

    async def read(self, offer: OfferId, after: int = 0) -> list[Recorded]:
        return await self.wire.call(lambda: self._postgres.read(offer, after))

    async def results(self, offer: OfferId) -> list[Result]:
        return await self.wire.call(lambda: list(self._postgres.offers[offer].results.values()))

    async def commit(self, batch: Batch) -> None:
        await self._row_free(batch.offer)
        await self.wire.go()
        fate = self._weather.fate()
        if fate == "there" and self._weather.random.random() < 0.5:
            await self.wire.fail()
        if fate == "there":
            await self._lost_on_the_way(batch)
        self._postgres.commit(self._process.name, batch)
        if fate == "back":
            await self.wire.fail(CommitUnknown)
        await self.wire.come_back(CommitUnknown)

    async def _lost_on_the_way(self, batch: Batch) -> None:
        """COMMIT was cut: it never came, or it hangs and is carried out after all."""
        row, random = self._postgres.offers[batch.offer], self._weather.random
        self._postgres.judged(batch)
        if random.random() < 0.5:
            sent = self._loop.time()
            row.locked_until = sent + random.random() * HELD_SECONDS
            self._loop.call_at(row.locked_until, self._carry_out, row, batch, sent)
        await self.wire.fail(CommitUnknown)

    def _carry_out(self, row: OfferRow, batch: Batch, sent: float) -> None:
        """Nobody else could touch the row meanwhile; a restart of PostgreSQL undoes it."""
        if row.locked_until == self._loop.time():
            self._postgres.late_commit(self._process.name, batch, sent)

    async def settle(self, batch: Batch) -> bool:
        await self._row_free(batch.offer)
        return await self.wire.call(lambda: self._postgres.settled(batch))

    async def _row_free(self, offer: OfferId) -> None:
        """Who writes the row of a hanging COMMIT waits for it, or is cut off by the lock timeout."""
        row, patience = self._postgres.offers[offer], self._loop.time() + 2.0
        while row.locked_until > self._loop.time():
            await asyncio.sleep(min(row.locked_until, patience) - self._loop.time())
            if self._loop.time() >= patience:
                await self.wire.fail()

    async def rows(self, amphi: AmphiId) -> Rows:
        return await self.wire.call(lambda: self._postgres.facts[amphi])

    async def served_elsewhere(self, offer: OfferId) -> list[ServedPerson]:
        return await self.wire.call(lambda: self._postgres.served_elsewhere(offer))

    async def siblings(self, offer: OfferId, person: PersonId) -> list[OfferId]:
        return await self.wire.call(lambda: self._postgres.siblings(offer, person))

    async def unowned(self) -> list[OfferId]:
        return await self._looking.call(self._postgres.unowned)

    async def owned(self) -> list[OfferId]:
        return await self._looking.call(self._postgres.owned)
