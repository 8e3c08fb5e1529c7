"""Conductors of one process: offers are spread by lease, and a dead owner's are taken up."""

import asyncio

import structlog

from amphi.live.bench import BEFORE_ALL
from amphi.live.conductor import Conductor
from amphi.live.ledger import Ledger
from amphi.live.ports import Head, JournalUnavailable, StoreUnavailable
from amphi.live.world import World
from amphi.rules.ids import Millis, OfferId

LOOK_MS = 250
WATCH_MS = 1_000
STOP_SECONDS = 5.0
MANNERS_MS = 20  # for each offer already conducted here: who has fewer comes first

log = structlog.get_logger()


class Supervisor:
    """`owner` names this process in the head rows: host, pid and start."""

    def __init__(self, world: World, owner: str) -> None:
        self._world = world
        self._owner = owner
        self._conductors: dict[OfferId, tuple[Conductor, asyncio.Task[None]]] = {}
        self._watch_at: Millis = 0
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Until `stop`; then every lease is handed over."""
        while not self._stopping.is_set():
            self._reap()
            try:
                await self._take_what_is_free()
            except (JournalUnavailable, StoreUnavailable) as error:
                log.warning("cannot_look_for_offers", why=repr(error))
            await self._pause()
        await self._stop_all()

    def stop(self) -> None:
        self._stopping.set()

    @property
    def conducted(self) -> list[OfferId]:
        return list(self._conductors)

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(LOOK_MS / 1000):
                await self._stopping.wait()
        except TimeoutError:
            return

    async def _take_what_is_free(self) -> None:
        free = await self._world.journal.unowned()
        for offer in [*free, *await self._overdue()]:
            if offer in self._conductors:
                continue
            await self._world.clock.sleep(MANNERS_MS * len(self._conductors))
            head = await self._world.journal.take(offer, self._owner)
            if head is not None:
                await self._conduct(head)

    async def _overdue(self) -> list[OfferId]:
        """ "every other conductor process watches the set, and an overdue member means a dead or
        stuck owner: try for its lease" — which is given only if it has expired.
        """
        if self._world.clock.now() < self._watch_at:
            return []
        self._watch_at = self._world.clock.now() + WATCH_MS
        others = [o for o in await self._world.journal.owned() if o not in self._conductors]
        return await self._world.voice.overdue(others, self._world.clock.now())

    async def _conduct(self, head: Head) -> None:
        log.info("conducting", offer=head.offer, term=head.term, seq=head.last_seq)
        taken_over_at = await self._taken_over_at(head)
        ledger = await Ledger.opened(self._world.journal, head)
        conductor = Conductor(self._world, ledger, self._owner, taken_over_at)
        task = asyncio.create_task(conductor.run(), name=f"conductor {head.offer}")
        self._conductors[head.offer] = (conductor, task)

    async def _taken_over_at(self, head: Head) -> str:
        """What was waiting for the first conductor of an offer is older than no take-over."""
        return BEFORE_ALL if head.term == 1 else await self._world.mailbox.last(head.offer)

    def _reap(self) -> None:
        """A conductor that ended was superseded; a bug in one is told, and its offer taken anew."""
        for offer, (_, task) in list(self._conductors.items()):
            if task.done():
                del self._conductors[offer]
                if not task.cancelled() and (bug := task.exception()) is not None:
                    log.error("conductor_failed", offer=offer, exc_info=bug)

    async def _stop_all(self) -> None:
        """In order; who still waits for PostgreSQL or Redis after a while is cut off."""
        for conductor, _ in self._conductors.values():
            conductor.stop()
        tasks = [task for _, task in self._conductors.values()]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=STOP_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        self._reap()
