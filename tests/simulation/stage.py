"""One run: everything made from a seed, played until every amphi is closed, then looked at."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from random import Random

from amphi.live.supervisor import Supervisor
from amphi.live.world import World
from amphi.rules.choosing.state import Entry, OfferState
from amphi.rules.ids import OfferId, PersonId, PostNumber
from tests.simulation.casting import HOLDER, Cast, draw_cast
from tests.simulation.ending import look_at_the_end
from tests.simulation.faults import Faults
from tests.simulation.gateways import Gateway
from tests.simulation.journal_port import JournalPort
from tests.simulation.machines import Process
from tests.simulation.operators import Steward
from tests.simulation.people import Person, draw_style, is_free_for
from tests.simulation.postgres import Postgres
from tests.simulation.proxies import Proxies
from tests.simulation.store import MailboxPort, Store, VoicePort
from tests.simulation.virtual_loop import VirtualLoop
from tests.simulation.watching import Watcher
from tests.simulation.wires import Outages, Weather, Wire
from tests.simulation.witness import Witness

HOURS = (0, 0, 3_600_000, -3_600_000)  # a machine's clock may be an hour wrong (quality.md)
RATES = (1.0, 1.0, 1.0005, 0.9995)
STEP_SECONDS = 0.25
PATIENCE_SECONDS = 90.0  # once the faults have stopped, the amphis end within so much
WATCHED = 0.12  # the share of runs in which somebody folds every frame


class Violation(Exception):
    """An invariant does not hold: `check`, and what was seen."""

    def __init__(self, check: str, what: str) -> None:
        super().__init__(check, what)
        self.check = check


class Conducting:
    """One conductor process: its ports, its supervisor."""

    def __init__(self, stage: Stage, process: Process) -> None:
        self.process = process
        self.cut = Outages()
        self.journal = JournalPort(process, stage.postgres, stage.weather)
        self.mailbox = MailboxPort(process, stage.store, stage.weather, self.cut)
        self.voice = VoicePort(process, stage.store, stage.weather, self.cut)
        world = World(self.journal, self.mailbox, self.voice, process.clock)
        self.supervisor = Supervisor(world, process.name)
        self.running = asyncio.create_task(self.supervisor.run())

    def wires_of(self, cause: str) -> list[Wire]:
        """Whose failures lead to a freeze for this cause."""
        if cause == "postgres":
            return [self.journal.wire]
        return [self.mailbox.wire, self.voice.wire] if cause.startswith("redis") else []

    def mend(self, now: float) -> None:
        self.cut.end(now)
        self.journal.cut.end(now)


class Stage:
    """Everything of one run; its parts know each other through it."""

    def __init__(self, seed: int, loop: VirtualLoop, prepare: Callable[[Stage], None]) -> None:
        self.loop, self.random = loop, Random(seed)
        self.aside = Random(f"side draw {seed}")  # changes the course of few runs, none on record
        self.lines: list[str] = []
        self.quiet = False
        self.over: asyncio.Future[None] = loop.create_future()
        self._numbers = 0
        self.cast: Cast = draw_cast(self.random)
        self.amphis = [(offer, a) for offer, amphis in self.cast.amphis.items() for a in amphis]
        self.postgres = Postgres(self.cast.rows, self.cast.amphis)
        self.store = Store([*self.cast.amphis])
        self.weather = self._draw_weather()
        self.conducting: dict[str, Conducting] = {}
        self.gateways: list[Gateway] = []
        self.persons: dict[PersonId, Person] = {}
        self.steward, self.proxies = Steward(self), Proxies(self)
        self.witness = Witness(self)
        self.watchers: list[Watcher] = []
        self._watched = self.random.random() < WATCHED
        self.postgres.written = self.witness.written
        self.store.said, self.store.delivered = self.witness.said, self.witness.delivered
        self.store.spins = lambda process: self.fail("spins", process)
        prepare(self)

    def _draw_weather(self) -> Weather:
        random = self.random
        lost = random.choice((0.0, 0.0, 0.004, 0.03))
        return Weather(random, random.choice((0.02, 0.1, 0.3)), lost, random.choice((5, 30, 250)))

    # --- the course of a run ---

    async def play(self) -> None:
        """Raises Violation, and asyncio's TimeoutError when the amphis do not end."""
        random = self.random
        for _ in range(random.choice((1, 2, 2))):
            self.conduct()
        for _ in range(random.choice((1, 1, 2))):
            self.add_gateway()
        for person in [*self.cast.persons, HOLDER]:
            style = "prompt" if person == HOLDER else draw_style(self)
            self.persons[person] = Person(self, person, style)
            self.persons[person].begin()
        until = 3.0 + random.random() * 6.0
        Faults(self).plan(until)
        self.steward.step()
        self.loop.call_later(until, self._calm)
        self.loop.call_later(until + PATIENCE_SECONDS, self._lose_patience)
        self.loop.call_later(STEP_SECONDS, self._look)
        await self.over
        look_at_the_end(self)

    def _calm(self) -> None:
        """The faults stop; everybody comes and does what is to be done."""
        self.quiet, now = True, self.now()
        self.trace("quiet")
        self.weather.clear()
        for outages in (self.postgres.outages, self.store.outages):
            outages.end(now)
        for conducting in self.conducting.values():
            conducting.mend(now)
        for gateway in self.gateways:
            gateway.cut.end(now)
            gateway.journal.cut.end(now)
        if not any(each.process.alive for each in self.conducting.values()):
            self.conduct()
        for person in self.persons.values():
            person.settle()

    def _look(self) -> None:
        """Over, when every amphi is closed and everybody has been answered."""
        if self.over.done():
            return
        if self.loop.errors:
            self.fail("crash", self.loop.errors[0])
        elif not self.steward.open and not self._expecting():
            self.over.set_result(None)
        else:
            self.loop.call_later(STEP_SECONDS, self._look)

    def _expecting(self) -> bool:
        """Somebody waits for an answer, or a gateway is behind."""
        behind = any(
            opened.room.state.seq != self.postgres.offers[offer].last_seq
            for gateway in self.gateways
            for offer, opened in gateway.rooms.items()
        )
        return behind or any(person.unanswered for person in self.persons.values())

    def _lose_patience(self) -> None:
        closed = f"open: {sorted(self.steward.open)}"
        waiting = {name: each.unanswered for name, each in self.persons.items() if each.unanswered}
        self.fail("does_not_end", f"{closed}, unanswered: {waiting}")

    def fail(self, check: str, what: str) -> None:
        """The first violation ends the run."""
        if not self.over.done():
            self.trace(f"violation {check} {what}")
            self.over.set_exception(Violation(check, what))

    def violation(self, check: str, what: str) -> Violation:
        """To be raised, after the end."""
        self.trace(f"violation {check} {what}")
        return Violation(check, what)

    # --- programs ---

    def conduct(self) -> None:
        """One more conductor process, with a clock of its own."""
        process = self._process(f"conductor-{len(self.conducting) + 1}")
        self.conducting[process.name] = Conducting(self, process)

    def add_gateway(self) -> None:
        number = len(self.gateways) + 1
        gateway = Gateway(
            self._process(f"gateway-{number}-{self.new_id()}"),
            self.postgres,
            self.store,
            self.weather,
            self._changed,
        )
        self.gateways.append(gateway)
        for offer in self.cast.amphis:
            gateway.open(offer, watched=self._watched)

    def kill_gateway(self, gateway: Gateway) -> None:
        """Another one is started in its place."""
        gateway.kill()
        self.gateways.remove(gateway)
        self.add_gateway()
        for person in self.persons.values():
            person.cut_off(gateway)

    def _process(self, name: str) -> Process:
        random = self.random
        return Process(name, random.choice(HOURS) + random.randint(0, 999), random.choice(RATES))

    def _changed(self, gateway: Gateway, offer: OfferId) -> None:
        if self._watched and len(self.watchers) < 3 * len(self.amphis):
            self.watchers += Watcher.all_of(gateway, offer, self)
        for person in self.persons.values():
            person.look(gateway, offer)

    def a_gateway(self) -> Gateway | None:
        """Where a load balancer would lead."""
        alive = [each for each in self.gateways if each.process.alive and each.rooms]
        return self.random.choice(alive) if alive else None

    def well_since(self, gateway: Gateway, since: float) -> bool:
        """Whether a gateway has run, and reached Redis, since then."""
        wire = gateway.inbox.wire
        spans = [*wire.server.spans, *wire.cut.spans]
        spans += [(each.since, each.until) for each in gateway.process.stalls]
        lost = [*wire.failures, *gateway.feed.wire.failures]
        return all(until < since for _, until in spans) and all(at < since for at in lost)

    # --- small things ---

    def now(self) -> float:
        return self.loop.time()

    def new_id(self) -> str:
        self._numbers += 1
        return f"c{self._numbers}"

    def some_id(self, _person: PersonId) -> str:
        return f"c{self.random.randint(1, max(1, self._numbers))}"

    def heard_choice(self, person: PersonId, command: str, turn: str) -> None:
        self.witness.heard(person, command, turn)

    def pick(self, state: OfferState, entry: Entry) -> PostNumber:
        """A free post, mostly; a taken, reserved or unknown one now and then."""
        free = is_free_for(state, entry)
        if free and self.random.random() < (1.0 if self.quiet else 0.85):
            return self.random.choice(free)
        return self.random.choice([*state.seats, PostNumber("unknown")])

    def trace(self, what: str) -> None:
        self.lines.append(f"{self.now():.6f} {what}")

    def digest(self) -> str:
        """The hash of everything that was noted."""
        return hashlib.sha256("\n".join(self.lines).encode()).hexdigest()
