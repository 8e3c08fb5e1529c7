"""One scene: an amphi, a step of a decision held still, a blow, and what became of everybody."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from amphi.cli.verify import verified
from amphi.live.ports import JournalUnavailable, StoreUnavailable
from amphi.live_store import keys
from amphi.live_store.tickets import TicketFor, Tickets
from amphi.rules.choosing.policy import AmphiPolicy
from loadtests.history import record, search, witness
from loadtests.history.findings import Finding
from tests.faults.blows import BLOWS, Struck
from tests.faults.people import Person
from tests.faults.steps import IN_THE_FEED, IN_THE_JOURNAL, Step, Trap
from tests.faults.works import Works, a_name
from tests.live.amphitheatre import Amphitheatre, an_amphitheatre
from tests.wire.client import Json

INTERNS = 3
TURN_SECONDS = (
    12  # shorter than many an outage here: an outage that is charged costs somebody the turn
)
PATIENCE_S = 60.0
ATTEMPTS = 5


class StepLost(Exception):
    """The conductor, busy elsewhere, gave up before the blow fell: the scene proves nothing."""


@dataclass(frozen=True)
class Outcome:
    """What the scene showed. `wrong`: everything that must not be, in words."""

    step: Step
    blow: str
    evidence: str
    to_answer_s: float
    events: int
    terms: int
    freezes: int
    wrong: tuple[str, ...]


class Scene:
    """An amphi, its people connected; the file at `path` has every frame they sent and heard."""

    def __init__(self, works: Works, theatre: Amphitheatre, path: Path) -> None:
        self.works, self.theatre, self.path = works, theatre, path
        self._stream = path.open("a", encoding="utf-8")
        recorder = record.Recorder(self._stream)
        self.people = [
            Person(person, works.address, theatre.amphi, self._ticket_for(person), recorder)
            for person in theatre.persons
        ]
        self._living: list[asyncio.Task[None]] = []

    def _ticket_for(self, person: Any) -> Callable[[], Awaitable[str]]:
        async def ticket() -> str:
            wanted = TicketFor(person, "intern", self.theatre.amphi)
            try:
                return await Tickets(self.theatre.store).issue(wanted)
            except StoreUnavailable as away:
                raise OSError(str(away)) from away

        return ticket

    async def begin(self) -> None:
        """Everybody is there, and the first has chosen as on any other day."""
        await self.theatre.open()
        self._living = [asyncio.create_task(each.live()) for each in self.people]
        for each in self.people:
            await each.until(lambda page: page.view.get("phase") == "RUNNING")
        await self.choose(1, "P1")

    async def turn(self, rank: int) -> str:
        entry = self.theatre.entries[rank - 1]
        person = self.people[rank - 1]
        await person.until(lambda page: page.turn_of(entry) is not None)
        return str(person.turn_of(entry))

    async def choose(self, rank: int, post: str, command: str = "") -> Json:
        turn = await self.turn(rank)
        answer = await self.people[rank - 1].choose(post, turn, command or a_name())
        assert is_done(answer, post), answer
        return answer

    async def finish(self) -> None:
        """The last one is refused what is taken, and chooses; everybody sees the same end."""
        turn = await self.turn(INTERNS)
        last = self.people[-1]
        answer = await last.choose("P2", turn, a_name())
        assert answer.get("code") == "post_filled", answer
        await self.choose(INTERNS, f"P{INTERNS}")
        for each in self.people:
            await each.until(lambda page: page.view.get("phase") == "CATCH_UP")

    async def close(self) -> None:
        for living in self._living:
            living.cancel()
        await asyncio.gather(*self._living, return_exceptions=True)
        self._stream.close()
        await self.works.sql(
            """UPDATE campaigns SET ended_at = now(), name = id
               WHERE id = (SELECT campaign FROM offers WHERE id = $1)""",
            self.theatre.offer,
        )
        await self.works.sql(
            "UPDATE offer_heads SET owner = NULL, expires_at = now() WHERE offer = $1",
            self.theatre.offer,
        )

    # --- what is on record ---

    async def texts(self) -> list[str]:
        rows = await self.works.sql(
            "SELECT text FROM journal WHERE offer = $1 ORDER BY seq", self.theatre.offer
        )
        return [str(row[0]) for row in rows]

    async def is_at(self, step: Step, turn: str) -> bool:
        """The journal and the feed have of this choice what the step says."""
        rows = await self.works.sql(
            """SELECT count(*) FROM journal WHERE offer = $1 AND kind = 'PostChosen'
               AND body->'event'->>'turn' = $2""",
            self.theatre.offer,
            turn,
        )
        with self.works.redis() as client:
            notes = client.xrange(keys.feed(self.theatre.offer))
        told = any(
            all(word in text for word in (b"PostChosen", b"P2", turn.encode()))
            for _, fields in notes
            for text in fields.values()
        )
        return (bool(rows[0][0]), told) == (step in IN_THE_JOURNAL, step in IN_THE_FEED)

    async def wrong(self) -> list[str]:
        """The checker of histories, the search, `amphi verify`, and the turns themselves."""
        notes = record.read_files([self.path])
        texts = await self.texts()
        found = [str(each) for each in witness.check(notes, texts)]
        people = dict(zip(self.theatre.persons, self.theatre.entries, strict=True))
        asked = search.calls(notes, {str(k): str(v) for k, v in people.items()})
        if search.order_of(asked, [str(each) for each in self.theatre.entries]) is None:
            found.append(str(Finding("no_order", f"nothing explains {asked}")))
        report = await verified(self.works.servers.database_url, self.theatre.offer)
        found += [f"verify {each.check}: {each.sentence}" for each in report.problems]
        found += [f"a turn was missed: {text}" for text in texts if '"TurnMissed"' in text]
        if report.offers[0].assignments != len(self.people):
            found.append(f"{report.offers[0].assignments} assignments")
        return found


def is_done(answer: Json, post: str) -> bool:
    """Accepted now, or by a click whose answer was lost."""
    served = answer.get("code") == "already_served" and answer["facts"].get("post") == post
    return answer["type"] == "accepted" or served


@asynccontextmanager
async def a_scene(works: Works, path: Path, interns: int = INTERNS) -> AsyncIterator[Scene]:
    urls = works.servers.database_url, works.servers.redis_url
    policy = AmphiPolicy(turn_seconds=TURN_SECONDS)
    async with an_amphitheatre(*urls, interns=interns, policy=policy) as theatre:
        scene = Scene(works, theatre, path)
        try:
            await scene.begin()
            yield scene
        finally:
            await scene.close()


async def played(works: Works, step: Step, blow: str, folder: Path) -> Outcome:
    """The scene, again when the machine was too slow to strike at the step."""
    for _ in range(ATTEMPTS):
        try:
            async with a_scene(works, folder / f"{a_name()}.jsonl") as scene:
                return await _struck(scene, step, blow)
        except ExceptionGroup as group:
            if group.split(StepLost)[1] is not None:
                raise
    raise StepLost(f"{blow} at {step}: {ATTEMPTS} times")


async def _struck(scene: Scene, step: Step, blow: str) -> Outcome:
    turn, command = await scene.turn(2), a_name()
    trap = Trap(scene.works.proxies, step, (turn, "P2"), f"{command}-0")
    async with asyncio.TaskGroup() as asking:
        answer = asking.create_task(scene.people[1].choose("P2", turn, command))
        struck = Struck(scene.works, trap, scene.theatre.offer)
        try:
            evidence, struck_at = await _blow(scene, struck, blow, turn)
        finally:
            trap.take_away()
        rivals = [asking.create_task(_rival(scene, rank, turn)) for rank in (1, 3)]
        mended = await BLOWS[blow].mend(struck)
        told = await answer
        to_answer = time.monotonic() - struck_at
        assert is_done(told, "P2"), told
        codes = [(await rival).get("code") for rival in rivals]
    await scene.finish()
    texts = await scene.texts()
    return Outcome(
        step=step,
        blow=blow,
        evidence=f"{step} held; {evidence}; {mended}",
        to_answer_s=to_answer,
        events=len(texts),
        terms=len({text.rpartition('"term":')[2] for text in texts}),
        freezes=sum('"kind":"Frozen"' in text for text in texts),
        wrong=(*await scene.wrong(), *_of_rivals(codes)),
    )


async def _blow(scene: Scene, struck: Struck, name: str, turn: str) -> tuple[str, float]:
    """At the step, and nowhere else: what proves it, and when it fell (monotonic seconds)."""
    blow, trap = BLOWS[name], struck.trap
    await trap.sprung(PATIENCE_S)
    try:
        at_the_step = await scene.is_at(trap.step, turn)
    except (OSError, JournalUnavailable) as away:
        raise StepLost from away
    if not trap.holds:
        raise StepLost
    assert at_the_step, f"not at {trap.step}"
    evidence = await blow.strike(struck)
    at = time.monotonic()
    if blow.held == "lost" and not (trap.line and trap.line.cut):
        trap.cut()
    return evidence, at


async def _rival(scene: Scene, rank: int, turn: str) -> Json:
    """Somebody who wants the same post in the middle of it all, and must not get it."""
    return await scene.people[rank - 1].choose("P2", turn, a_name())


def _of_rivals(codes: list[Any]) -> list[str]:
    """The first is served already, the third has no turn of that name."""
    right = codes == ["already_served", "not_your_turn"]
    return [] if right else [f"the rivals were told {codes}"]
