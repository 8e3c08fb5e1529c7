"""What goes wrong: drawn from the seed, at drawn instants, until the faults stop."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.simulation.stage import Conducting, Stage

Fault = Callable[["Faults"], None]


class Faults:
    """At most five in a run; nothing may go wrong in one of ten runs."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._random = stage.random

    def plan(self, until: float) -> None:
        """Set the timers."""
        random, loop = self._random, self._stage.loop
        for _ in range(random.choice((0, 1, 1, 2, 2, 3, 3, 4, 5))):
            fault = random.choices(_FAULTS, _WEIGHTS)[0]
            loop.call_later(0.3 + random.random() * until, self._strike, fault)
        for habit in (self._stage.steward.meddle, self.mischief):
            for _ in range(random.choice((0, 0, 1, 2, 4))):
                loop.call_later(0.8 + random.random() * until, habit)
        self._plan_a_rarer_one(until)

    def _plan_a_rarer_one(self, until: float) -> None:
        """In one run of eight; drawn apart, so that the seeds on record keep their course."""
        aside = self._stage.aside
        if aside.random() < 0.125:
            fault = aside.choice(_RARER)
            self._stage.loop.call_later(0.3 + aside.random() * until, self._strike, fault)

    def _strike(self, fault: Fault) -> None:
        if not self._stage.quiet:
            self._stage.trace(f"fault {fault.__name__}")
            fault(self)
            self._stage.store.wake_all()

    # --- servers ---

    def postgres_away(self) -> None:
        self._stage.postgres.outages.begin(self._stage.now(), self._seconds())

    def postgres_restarts(self) -> None:
        self._stage.postgres.restart(self._stage.now(), 0.2 + self._random.random())

    def postgres_clock_jumps(self) -> None:
        self._stage.postgres.clock_ahead += self._random.choice((-3.0, -1.0, 2.0, 7.0))

    def redis_away(self) -> None:
        self._stage.store.outages.begin(self._stage.now(), self._seconds())

    def redis_flushed(self) -> None:
        self._stage.store.flush()

    def redis_clock_jumps(self) -> None:
        """Its beats, ages and ids are of that clock."""
        self._stage.store.clock_ahead += self._stage.aside.choice((-7.0, -2.0, 2.0, 7.0))

    def redis_restarts(self) -> None:
        random = self._random
        self._stage.store.restart(0.1 + random.random(), random.randint(0, 8), random.randint(0, 6))

    # --- conductors ---

    def _a_conductor(self) -> Conducting | None:
        """The one at work, mostly."""
        alive = [each for each in self._stage.conducting.values() if each.process.alive]
        busy = [each for each in alive if each.supervisor.conducted]
        chosen = busy if busy and self._random.random() < 0.85 else alive
        return self._random.choice(chosen) if chosen else None

    def conductor_killed(self) -> None:
        conductor = self._a_conductor()
        if conductor is not None:
            conductor.process.kill()
            self._stage.loop.call_later(self._random.random() * 3, self._stage.conduct)

    def conductor_stops(self) -> None:
        """SIGTERM: the lease is handed over."""
        conductor = self._a_conductor()
        if conductor is not None:
            conductor.supervisor.stop()
            self._stage.loop.call_later(self._random.random() * 2, self._stage.conduct)

    def conductor_stalls(self) -> None:
        """A moment, or so long that it comes back as a zombie."""
        conductor = self._a_conductor()
        if conductor is not None:
            conductor.process.stall(self._random.choice((0.3, 0.8, 1.5, 3.0, 6.3, 7.5)))

    def conductor_without_postgres(self) -> None:
        conductor = self._a_conductor()
        if conductor is not None:
            conductor.journal.cut.begin(self._stage.now(), self._seconds())

    def conductor_without_redis(self) -> None:
        conductor = self._a_conductor()
        if conductor is not None:
            conductor.cut.begin(self._stage.now(), self._seconds())

    # --- gateways ---

    def gateway_killed(self) -> None:
        gateway = self._stage.a_gateway()
        if gateway is not None:
            self._stage.kill_gateway(gateway)

    def gateway_stalls(self) -> None:
        gateway = self._stage.a_gateway()
        if gateway is not None:
            gateway.process.stall(self._random.choice((0.5, 2.0, 4.5, 7.0)))

    def gateway_without_redis(self) -> None:
        gateway = self._stage.a_gateway()
        if gateway is not None:
            gateway.cut.begin(self._stage.now(), self._seconds())

    def gateway_without_postgres(self) -> None:
        """Whoever comes meanwhile is shown what is known; a gap in the feed cannot be filled."""
        gateway = self._stage.a_gateway()
        if gateway is not None:
            seconds = self._stage.aside.choice((0.3, 1.0, 2.0, 4.5, 7.0))
            gateway.journal.cut.begin(self._stage.now(), seconds)

    # --- people ---

    def mischief(self) -> None:
        """No fault of a machine: somebody's page sends what it should not."""
        if not self._stage.quiet:
            self._random.choice([*self._stage.persons.values()]).mischief()

    def _seconds(self) -> float:
        return self._random.choice((0.3, 1.0, 2.0, 4.5, 7.0))


_TABLE: dict[Fault, int] = {
    Faults.postgres_away: 9,
    Faults.postgres_restarts: 6,
    Faults.postgres_clock_jumps: 3,
    Faults.redis_away: 9,
    Faults.redis_flushed: 9,
    Faults.redis_restarts: 7,
    Faults.conductor_killed: 10,
    Faults.conductor_stops: 5,
    Faults.conductor_stalls: 12,
    Faults.conductor_without_postgres: 6,
    Faults.conductor_without_redis: 6,
    Faults.gateway_killed: 5,
    Faults.gateway_stalls: 5,
    Faults.gateway_without_redis: 6,
}
_FAULTS = tuple(_TABLE)
_WEIGHTS = tuple(_TABLE.values())
_RARER = (Faults.redis_clock_jumps, Faults.gateway_without_postgres)
