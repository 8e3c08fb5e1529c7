"""Processes: each has a clock of its own, may stand still for a while, or be killed.

A process that stands still, or is dead, does so between two calls of its ports: what is computed
between them takes no time.
"""

import asyncio

from amphi.rules.ids import Millis

NINE_O_CLOCK: Millis = 1_790_000_000_000


class Clock:
    """Monotonic; anchored somewhere, running at its own pace. The adapter of `ports.Clock`."""

    def __init__(self, process: "Process", skew_ms: Millis, rate: float) -> None:
        self._process = process
        self._skew = skew_ms
        self._rate = rate
        self._loop = asyncio.get_running_loop()

    def now(self) -> Millis:
        return self.at(self._loop.time())

    def at(self, instant: float) -> Millis:
        """What this clock shows at a true instant, in seconds of the run."""
        return NINE_O_CLOCK + self._skew + int(instant * 1000 * self._rate)

    def true(self, shown: Millis) -> float:
        """The true instant at which this clock shows `shown`."""
        return (shown - NINE_O_CLOCK - self._skew) / 1000 / self._rate

    async def sleep(self, ms: Millis) -> None:
        await asyncio.sleep(ms / 1000)
        await self._process.awake()


class Stall:
    """From `since` to `until` nothing of the process ran."""

    def __init__(self, since: float, until: float) -> None:
        self.since, self.until = since, until


class Process:
    """`name` is unique in a run: a restarted program is another process."""

    def __init__(self, name: str, skew_ms: Millis, rate: float) -> None:
        self.name = name
        self.alive = True
        self.clock = Clock(self, skew_ms, rate)
        self.stalls: list[Stall] = []
        self.killed_at: float | None = None
        self._loop = asyncio.get_running_loop()
        self._until = 0.0

    def stall(self, seconds: float) -> None:
        """SIGSTOP, a long collection, a machine out of breath; goes on by itself."""
        now = self._loop.time()
        self._until = max(self._until, now + seconds)
        self.stalls.append(Stall(now, self._until))

    def kill(self) -> None:
        """SIGKILL: no farewell, nothing handed over."""
        self.alive = False
        self.killed_at = self._loop.time()

    @property
    def standing(self) -> bool:
        """Whether it is dead or stands still."""
        return not self.alive or self._loop.time() < self._until

    async def awake(self) -> None:
        """Goes on when the process runs; never, when it is dead."""
        while self.standing:
            if not self.alive:
                await self._loop.create_future()
            await asyncio.sleep(self._until - self._loop.time())
