"""Redis as far as the core and the gateways know it, and each process's way to it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

from amphi.live.letters import Letter, Received
from amphi.live.notes import CommitNote, Note
from amphi.live.ports import Charge, Publication, StoreLost, StoreUnavailable
from amphi.rules.ids import Millis, OfferId
from tests.simulation.machines import Process
from tests.simulation.redis_box import Box, Mode, Writing, id_of, place_of
from tests.simulation.wires import Outages, Weather, Wire

Waiter = asyncio.Future[None]

MOST_READS = 200  # at one instant
EPOCH_SECONDS = 1_000.0  # the year 1970 is further away than any jump


class Store:
    """One Redis. `said`: told of each write of a conductor; `read`: of each reading of an inbox."""

    def __init__(self, offers: Sequence[OfferId]) -> None:
        self.boxes = {offer: Box() for offer in offers}
        self.outages = Outages()
        self.lost_at = -1_000.0
        self.clock_ahead = 0.0
        self.said: Callable[[OfferId, Writing], None] = lambda _offer, _writing: None
        self.delivered: Callable[[OfferId, str, str], None] = lambda _offer, _process, _last: None
        self.spins: Callable[[str], None] = lambda _process: None
        self._waiters: dict[OfferId, list[Waiter]] = {offer: [] for offer in offers}
        self._loop = asyncio.get_running_loop()

    def now(self) -> float:
        return self._loop.time()

    def clock(self) -> float:
        """What Redis's own clock shows, which may jump; never before its epoch."""
        return EPOCH_SECONDS + self._loop.time() + self.clock_ahead

    def wake(self, offer: OfferId) -> None:
        """Something is there to be read."""
        waiters, self._waiters[offer] = self._waiters[offer], []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    def wake_all(self) -> None:
        for offer in self.boxes:
            self.wake(offer)

    def flush(self) -> None:
        """FLUSHALL."""
        self.lost_at = self.now()
        for box in self.boxes.values():
            box.forget()
        self.wake_all()

    def restart(self, seconds: float, notes: int, letters: int) -> None:
        """Away for a while, and back without its last second."""
        self.lost_at = self.now() + seconds
        self.outages.begin(self.now(), seconds)
        for box in self.boxes.values():
            box.lose(notes, letters)
        self.wake_all()

    def post(self, offer: OfferId, letter: Letter) -> str:
        at = self.boxes[offer].post(letter, self.now(), self.clock())
        self.wake(offer)
        return at

    def write(self, offer: OfferId, writing: Writing) -> None:
        self.boxes[offer].write(writing, self.clock())
        self.said(offer, writing)
        self.wake(offer)

    async def news(self, offer: OfferId, block: float | None) -> None:
        """Until something is written, or for `block` seconds."""
        waiter: Waiter = self._loop.create_future()
        self._waiters[offer].append(waiter)
        timer = None if block is None else self._loop.call_later(block, _give_up, waiter)
        await waiter
        if timer is not None:
            timer.cancel()


def _give_up(waiter: Waiter) -> None:
    if not waiter.done():
        waiter.set_result(None)


class MailboxPort:
    """The adapter of `ports.Mailbox`, and the gateway's `Inbox`."""

    def __init__(self, process: Process, store: Store, weather: Weather, cut: Outages) -> None:
        self.wire = Wire(process, store.outages, weather, StoreUnavailable, cut)
        self._looking = Wire(process, store.outages, weather, StoreUnavailable, cut)
        self._process, self._store = process, store
        self._read_at, self._reads = -1.0, 0

    async def read(self, offer: OfferId, after: str, block_ms: int) -> list[Received]:
        await self._not_for_ever()
        await self.wire.go()
        box, until = self._store.boxes[offer], self._store.now() + block_ms / 1000
        found = box.letters(after)
        while not found and until - self._store.now() > 1e-6:
            await self._store.news(offer, until - self._store.now())
            if self.wire.is_down():
                await self.wire.fail()
            found = box.letters(after)
        await self.wire.come_back()
        if found:
            self._store.delivered(offer, self._process.name, found[-1].at)
        return found

    async def _not_for_ever(self) -> None:
        """A loop that reads and reads while no time passes would never let anybody else run."""
        now = self._store.now()
        self._read_at, self._reads = now, self._reads + 1 if now == self._read_at else 0
        if self._reads > MOST_READS:
            self._store.spins(self._process.name)
            await self._process.clock.sleep(1_000)

    async def post(self, offer: OfferId, letter: Letter) -> str:
        return await self.wire.call(lambda: self._store.post(offer, letter))

    async def last(self, offer: OfferId) -> str:
        return await self._looking.call(self._store.boxes[offer].last)


class FeedPort:
    """The gateway's `Feed`."""

    def __init__(self, process: Process, store: Store, weather: Weather, cut: Outages) -> None:
        self.wire = Wire(process, store.outages, weather, StoreUnavailable, cut)
        self._store = store

    async def follow(self, offer: OfferId, after: str) -> AsyncIterator[tuple[str, Note]]:
        box, place = self._store.boxes[offer], place_of(after)
        while True:
            await self.wire.go()
            feed = box.feed
            if feed and feed[-1][0] < place:
                raise StoreLost(f"{offer}: the feed has gone back behind {after}")
            found = [each for each in feed if each[0] > place]
            if found:
                await self.wire.come_back()
            else:
                await self._store.news(offer, None)
                if self.wire.is_down():
                    await self.wire.fail()
            for at, note in found:
                place = at
                yield id_of(at), note


class VoicePort:
    """The adapter of `ports.Voice`."""

    def __init__(self, process: Process, store: Store, weather: Weather, cut: Outages) -> None:
        self.wire = Wire(process, store.outages, weather, StoreUnavailable, cut)
        self._looking = Wire(process, store.outages, weather, StoreUnavailable, cut)
        self._process, self._store = process, store
        self._newest: dict[OfferId, int] = {}
        self._order = 0

    async def publish(self, publication: Publication) -> None:
        commits = [note for note in publication.notes if isinstance(note, CommitNote)]
        writing = self._writing(publication.offer, publication.term)
        writing.floor = commits[0].since if commits else self.known(publication.offer)
        writing.notes, writing.publication = publication.notes, publication
        await self._write(publication.offer, writing)

    async def charge(self, offer: OfferId, charge: Charge, beat: Note) -> None:
        writing = self._writing(offer, charge.term)
        writing.floor = self.known(offer)
        writing.notes, writing.charge = (beat,), charge
        await self._write(offer, writing)

    async def rebuild(self, publication: Publication, last_seq: int) -> None:
        writing = self._writing(publication.offer, publication.term, "rebuild")
        writing.floor = last_seq
        writing.notes, writing.publication = publication.notes, publication
        await self._write(publication.offer, writing)

    async def charged(self, offer: OfferId) -> Charge | None:
        box = self._store.boxes[offer]
        return await self.wire.call(lambda: box.last_charge(self._store.clock()))

    async def answered(self, offer: OfferId) -> str | None:
        return await self.wire.call(lambda: self._store.boxes[offer].answered)

    async def live_gateways(self, offer: OfferId) -> frozenset[str]:
        return await self.wire.call(lambda: self._store.boxes[offer].living(self._store.clock()))

    async def overdue(self, offers: Sequence[OfferId], now: Millis) -> list[OfferId]:
        boxes = self._store.boxes
        return await self._looking.call(
            lambda: [o for o in offers if any(d < now for d in boxes[o].deadlines.values())]
        )

    def _writing(self, offer: OfferId, term: int, mode: Mode | None = None) -> Writing:
        self._order = max(self._order + 1, int(self._store.now() * 1_000_000))
        usual: Mode = "next" if offer in self._newest else "first"
        return Writing(self._process.name, mode or usual, term, self._order, floor=0)

    async def _write(self, offer: OfferId, writing: Writing) -> None:
        await self.wire.call(lambda: self._store.write(offer, writing))
        commits = (note.seq for note in writing.notes if isinstance(note, CommitNote))
        self._newest[offer] = max(commits, default=writing.floor)

    def known(self, offer: OfferId) -> int:
        """What this process knows to be in the store: a beat notices that it is gone."""
        return self._newest.get(offer, 0)
