"""What a room does by the clock: beats, news of who is here, silence noticed, boards exchanged."""

import asyncio

import structlog

from amphi.gateway.desk import Desk
from amphi.gateway.room import Room
from amphi.gateway.world import World
from amphi.live.ports import StoreUnavailable
from amphi.rules.choosing.commands import Presence
from amphi.rules.ids import OfferId, PersonId

STEP_S = 0.25
COALESCED_STEPS = 2  # "coalesced to 500 ms" (architecture.md); presence frames twice a second
BEAT_STEPS = 4
REPEAT_S = 3.0  # what we show on the board is forgotten when not repeated

log = structlog.get_logger()


class Watch:
    """One per room. Neither `run` nor `run_board` ever ends."""

    def __init__(self, room: Room, desk: Desk, world: World) -> None:
        self._room, self._desk, self._world = room, desk, world

    async def run(self) -> None:
        """Four steps a second."""
        step = 0
        while True:
            await asyncio.sleep(STEP_S)
            step += 1
            self._step(step)

    def _step(self, step: int) -> None:
        now = self._world.clock()
        self._room.tell_state(now)
        if step % COALESCED_STEPS == 0:
            self._desk.news()
        if step % BEAT_STEPS == 0:
            self._room.close_the_closed(now)
            if len(self._room.listeners):
                self._desk.beat()


class BoardKeeper:
    """Shows who is here to the other gateways, and their people to our operators."""

    def __init__(self, offer: OfferId, room: Room, desk: Desk, world: World) -> None:
        self._offer, self._room, self._desk, self._world = offer, room, desk, world
        self._shown: frozenset[PersonId] = frozenset()
        self._shown_at = 0.0

    async def run(self) -> None:
        """Twice a second, for ever. While Redis is away nobody is said to have come or gone."""
        while True:
            await asyncio.sleep(STEP_S * COALESCED_STEPS)
            try:
                await self._show()
                await self._look()
            except StoreUnavailable as away:
                log.debug("board_unavailable", offer=self._offer, why=str(away))

    async def _show(self) -> None:
        here, now = self._desk.attendance.here, self._world.clock()
        if here == self._shown and (not here or now - self._shown_at < REPEAT_S):
            return
        await self._world.board.show(self._offer, self._world.name, here)
        self._shown, self._shown_at = here, now

    async def _look(self) -> None:
        """Only where it matters: somebody watches, or "ahead" counts those present."""
        if self._room.listeners.operators() or self._counts_the_present():
            self._room.present(Presence(here=await self._world.board.here(self._offer)))

    def _counts_the_present(self) -> bool:
        amphis = self._room.state.amphis.values()
        present = any(amphi.policy.ahead_counts == "PRESENT" for amphi in amphis)
        return present and len(self._room.listeners) > 0
