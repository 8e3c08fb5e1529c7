"""Between a process and a server: delay, loss, silence, on the way there and on the way back."""

import asyncio
from collections.abc import Callable
from random import Random
from typing import TypeVar

from tests.simulation.machines import Process

T = TypeVar("T")

NOTICED_AFTER = (0.0, 0.05, 0.3)  # seconds until a caller knows that nobody answers


class Weather:
    """How calls fare: a share of them is slow, a share is lost. All of it drawn from the seed."""

    def __init__(self, random: Random, slow: float, lost: float, longest_ms: int) -> None:
        self.random = random
        self.slow, self.lost, self.longest_ms = slow, lost, longest_ms

    def clear(self) -> None:
        """The faults stop."""
        self.slow, self.lost = 0.0, 0.0

    def delay(self) -> float:
        """Seconds on the way, usually none."""
        if self.slow and self.random.random() < self.slow:
            return self.random.randint(1, self.longest_ms) / 1000
        return 0.0

    def fate(self) -> str:
        """`there`: lost before it had its effect; `back`: only the answer is lost."""
        if self.lost and self.random.random() < self.lost:
            return self.random.choice(("there", "back"))
        return ""

    def refusal(self) -> float:
        return self.random.choice(NOTICED_AFTER)


class Outages:
    """When something could not be reached."""

    def __init__(self) -> None:
        self.spans: list[tuple[float, float]] = []
        self._until = 0.0

    def begin(self, now: float, seconds: float) -> None:
        self._until = max(self._until, now + seconds)
        self.spans.append((now, now + seconds))

    def end(self, now: float) -> None:
        """Sooner than it was to."""
        self._until = min(self._until, now)
        self.spans = [(since, min(until, now)) for since, until in self.spans if since < now]

    def at(self, now: float) -> bool:
        return now < self._until


class Wire:
    """One process's connection to one server. `away`: what the port raises when it fails.

    `cut` is the network between the two, shared by all their connections.
    """

    def __init__(
        self,
        process: Process,
        server: Outages,
        weather: Weather,
        away: type[Exception],
        cut: Outages,
    ) -> None:
        self.process, self.weather, self.cut = process, weather, cut
        self.failures: list[float] = []
        self.server, self._away = server, away
        self._loop = asyncio.get_running_loop()

    def is_down(self) -> bool:
        now = self._loop.time()
        return self.cut.at(now) or self.server.at(now)

    async def call(self, effect: Callable[[], T], unknown: type[Exception] | None = None) -> T:
        """`effect` happens at the server, at one instant; `unknown`: when only the answer is lost."""
        await self.go()
        fate = self.weather.fate()
        if fate == "there":
            await self.fail()
        result = effect()
        if fate == "back":
            await self.fail(unknown)
        await self.come_back(unknown)
        return result

    async def go(self) -> None:
        """The way there."""
        if self.process.standing:
            await self.process.awake()
        if self.is_down():
            await self.fail()
        delay = self.weather.delay()
        if delay:
            await asyncio.sleep(delay)
            if self.is_down():
                await self.fail()

    async def come_back(self, unknown: type[Exception] | None = None) -> None:
        """The way back."""
        delay = self.weather.delay()
        if delay:
            await asyncio.sleep(delay)
            if self.is_down():
                await self.fail(unknown)
        if self.process.standing:
            await self.process.awake()

    async def fail(self, unknown: type[Exception] | None = None) -> None:
        """After a while the caller knows that something went wrong."""
        self.failures.append(self._loop.time())
        wait = self.weather.refusal()
        if wait:
            await asyncio.sleep(wait)
        if self.process.standing:
            await self.process.awake()
        raise (unknown or self._away)("simulated")
