"""The chooser's own gateway: whoever cannot be heard is not charged.

"If it misses 3 beats the clock stops until it, or the chooser, is back, at most 30 s (policy),
journaled" (architecture.md).
"""

from amphi.live.attendance import SILENT_AFTER_MS
from amphi.live.bench import Bench
from amphi.rules.choosing import commands as c
from amphi.rules.choosing.changing import holds_of
from amphi.rules.choosing.clockwork import charged
from amphi.rules.choosing.state import Amphi
from amphi.rules.ids import Millis


class GatewayWatch:
    """`news`: who is present may have changed since time was last let pass."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self.news = False

    async def watch(self) -> None:
        if self._bench.attendance.returned:
            await self._bench.ask_for_presence("gateway_back")
        if self._bench.state.frozen is not None:
            return
        for amphi in list(self._bench.state.amphis.values()):
            if amphi.turn is not None:
                await self._watch_the_turn_of(amphi)

    async def _watch_the_turn_of(self, amphi: Amphi) -> None:
        now, patience = self._bench.now(), amphi.policy.gateway_lost_seconds * 1000
        self._give_up_the_silent(now, max(patience, SILENT_AFTER_MS))
        silent_since = self._silent_since(amphi, now)
        held = amphi.turn is not None and "gateway" in holds_of(amphi.turn)
        if held and silent_since is None:
            await self._release(amphi)
        elif not held and silent_since is not None:
            await self._hold(amphi, charged(amphi, silent_since))

    def _give_up_the_silent(self, now: Millis, for_ms: Millis) -> None:
        for gateway in self._bench.attendance.silent(now, for_ms):
            self._bench.attendance.give_up(gateway)
            self.news = True

    def _silent_since(self, amphi: Amphi, now: Millis) -> Millis | None:
        """The last beat of the chooser's gateways when all of them are silent."""
        if amphi.turn is None:
            return None
        chooser = amphi.entries[amphi.turn.entry].chooser
        return None if chooser is None else self._bench.attendance.last_heard(chooser, now)

    async def _hold(self, amphi: Amphi, charged_ms: Millis) -> None:
        if amphi.turn is not None:
            await self._bench.give(c.HoldTurn(turn=amphi.turn.id, charged_ms=charged_ms))

    async def _release(self, amphi: Amphi) -> None:
        if amphi.turn is not None:
            await self._bench.give(c.ReleaseTurn(turn=amphi.turn.id))
