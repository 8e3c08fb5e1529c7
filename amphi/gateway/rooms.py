"""The rooms of this process: one per offer, opened when first needed, closed when nobody is left."""

import asyncio
from collections import defaultdict

import structlog

from amphi.gateway.close_codes import CloseCode
from amphi.gateway.desk import Desk
from amphi.gateway.follower import Follower, read_whole
from amphi.gateway.pulse import ConductorClock, Pulse
from amphi.gateway.room import Room
from amphi.gateway.watch import BoardKeeper, Watch
from amphi.gateway.world import World
from amphi.rules.choosing.state import OfferState
from amphi.rules.ids import AmphiId, OfferId

IDLE_S = 60.0
LOOK_S = 5.0
FAREWELL_WITHIN_S = 2.0

log = structlog.get_logger()


class OpenRoom:
    """A room with its desk and the tasks that keep it."""

    def __init__(
        self, world: World, offer: OfferId, read: tuple[str, OfferState], floor: asyncio.Lock
    ) -> None:
        now, (epoch, state) = world.clock(), read
        clock = ConductorClock(world.wall(), now)
        pulse = Pulse(now)
        self.desk = Desk(world.name, offer, world.inbox, pulse)
        self.room = Room(epoch, state, clock, pulse, world.tokens)
        self.used_at = now
        self._clock, self._floor = world.clock, floor
        self._keepers = (
            Follower(offer, self.room, self.desk, world),
            Watch(self.room, self.desk, world),
            BoardKeeper(offer, self.room, self.desk, world),
            self.desk.postbox,
        )

    async def keep(self) -> None:
        """Never ends by itself; when one keeper fails, all of them do."""
        async with asyncio.TaskGroup() as keepers:
            keepers.create_task(self.room.fan_out.run(self._clock, self._floor))
            for keeper in self._keepers:
                keepers.create_task(keeper.run())

    def idle(self, now: float) -> bool:
        """Nobody listens, and nothing is unanswered, for a minute."""
        if len(self.room.listeners) or not self.desk.idle:
            self.used_at = now
        return now - self.used_at >= IDLE_S

    def turn_out(self, code: CloseCode) -> None:
        """Everybody leaves."""
        for listener in self.room.listeners:
            listener.ear.close(code)


class Rooms:
    """Finds the room of an amphi, opening it when need be."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._offers: dict[AmphiId, OfferId] = {}
        self._open: dict[OfferId, OpenRoom] = {}
        self._tasks: dict[OfferId, asyncio.Task[None]] = {}
        self._opening: defaultdict[OfferId, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._floor = asyncio.Lock()  # who tells a room something has it for a slice of listeners

    async def of(self, amphi: AmphiId) -> OpenRoom | None:
        """None: there is no such amphi. Raises JournalUnavailable when it must be read and cannot."""
        offer = self._offers.get(amphi) or await self._world.directory.offer_of(amphi)
        if offer is None:
            return None
        self._offers[amphi] = offer
        return await self._opened(offer)

    def at_once(self, amphi: AmphiId) -> OpenRoom | None:
        """The room of an amphi that somebody has been in; None: `of` will tell."""
        offer = self._offers.get(amphi)
        return None if offer is None else self._open.get(offer)

    async def run(self) -> None:
        """Close what nobody needs any more, for ever."""
        while True:
            await asyncio.sleep(LOOK_S)
            now = self._world.clock()
            idle = [offer for offer, opened in self._open.items() if opened.idle(now)]
            for offer in idle:
                await self._close(offer)

    async def stop(self) -> None:
        """Say farewell to every conductor; the sockets are closed already."""
        await asyncio.gather(*(self._close(offer) for offer in tuple(self._open)))

    async def _opened(self, offer: OfferId) -> OpenRoom:
        async with self._opening[offer]:
            if offer not in self._open:
                read = await read_whole(self._world, offer)
                self._keep(offer, OpenRoom(self._world, offer, read, self._floor))
            return self._open[offer]

    def _keep(self, offer: OfferId, opened: OpenRoom) -> None:
        self._open[offer] = opened
        task = asyncio.create_task(opened.keep(), name=f"room {offer}")
        task.add_done_callback(lambda done: self._ended(offer, opened, done))
        self._tasks[offer] = task

    def _ended(self, offer: OfferId, opened: OpenRoom, task: asyncio.Task[None]) -> None:
        """A room whose keeper failed is opened anew by those who come back."""
        if not task.cancelled() and task.exception() is not None:
            log.error("room_failed", offer=offer, exc_info=task.exception())
        if self._open.get(offer) is opened:
            del self._open[offer], self._tasks[offer]
        opened.turn_out(CloseCode.UNAVAILABLE)

    async def _close(self, offer: OfferId) -> None:
        """Out of the register at once: who comes meanwhile opens it anew."""
        opened, task = self._open.pop(offer), self._tasks.pop(offer)
        opened.desk.farewell()
        await asyncio.wait(
            {asyncio.create_task(opened.desk.postbox.empty())}, timeout=FAREWELL_WITHIN_S
        )
        task.cancel()
        await asyncio.wait({task})
