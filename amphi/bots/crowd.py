"""Everybody of one amphi: who comes when, and the operator."""

import asyncio
import random
from collections.abc import Awaitable, Callable

from amphi.bots.chooser import Chooser
from amphi.bots.client import Client, Door, Shut
from amphi.bots.operator import Operator
from amphi.bots.plans import Plan, plan_of
from amphi.bots.scene import Json
from amphi.bots.stage import Part, Stage

AHEAD = 60  # ranks: one comes when that many are left to be called before
_LOOK_S = 0.5
NOTHING_TO_COME_FOR = ("served", "expected_absence", "excluded")


class Crowd:
    """Plays one amphi to its end. `tell` hears the public events, `watcher` is their view."""

    def __init__(self, stage: Stage, tell: Callable[[Json], None]) -> None:
        self._stage = stage
        self._tell = tell
        watching = Door(stage.address(0), stage.amphi, name=f"spectateur de {stage.code}")
        self.watcher = Client(watching, self._heard)
        self._chance = random.Random(stage.seed)
        self._to_come: dict[str, tuple[Part, Plan]] = {}
        self._playing: set[str] = set()
        self.shut: list[Shut] = []  # interns who were turned away: the others go on without them
        for part in stage.parts:
            plan = plan_of(part.rank, stage.seed, hurried=stage.hurried)
            if part.comes and plan.manner != "absent" and part.entry not in stage.for_people:
                self._to_come[part.entry] = (part, plan)

    async def play(self) -> None:
        """Until the amphi is closed and everybody has gone. Raises Shut: nobody operates, or watches."""
        async with self.watcher.connected(), asyncio.TaskGroup() as people:
            operator = people.create_task(self._operate())
            while not operator.done():
                for part, plan in self._arriving():
                    self._playing.add(part.entry)
                    people.create_task(self._take_part(part, plan))
                await self.watcher.wait(_LOOK_S)

    def _heard(self, event: Json) -> None:
        """ "Listeners of each hear of every post taken": those of other amphis are told there."""
        if event.get("amphi") in (None, self._stage.amphi):
            self._tell(event)

    def _arriving(self) -> list[tuple[Part, Plan]]:
        """Who comes now; those who have nothing to come for any more stay at home."""
        entries = self.watcher.scene.view.get("entries") or {}
        reached = max((p.rank for p in self._stage.parts if p.entry in entries), default=0)
        now = []
        for entry, (part, plan) in list(self._to_come.items()):
            standing = str(entries.get(entry, "waiting"))
            comes = self._comes_now(part, plan, reached, standing)
            if comes:
                now.append((part, plan))
            if comes or standing in NOTHING_TO_COME_FOR:
                del self._to_come[entry]
        return now

    def _comes_now(self, part: Part, plan: Plan, reached: int, standing: str) -> bool:
        """A latecomer comes once the turn is missed, and not at the very instant."""
        if standing in NOTHING_TO_COME_FOR:
            return False
        if plan.manner != "latecomer":
            return self._stage.hurried or part.rank <= reached + AHEAD
        return standing == "missed" and self._chance.random() < 0.3

    async def _take_part(self, part: Part, plan: Plan) -> None:
        client = Client(self._door(part))
        try:
            async with client.connected():
                await Chooser(client, plan, self._stage.turn_seconds).play()
                await asyncio.sleep(0 if self._stage.hurried else 1)  # reads the receipt
        except* Shut as shut:
            self.shut += [each for each in shut.exceptions if isinstance(each, Shut)]
        finally:
            self._playing.discard(part.entry)

    async def _operate(self) -> None:
        client = Client(self._operators_door())
        async with client.connected():
            await Operator(client, self._stage, self).play()

    def _door(self, part: Part) -> Door:
        ticket = self._ticket(part.person, operator=False)
        return Door(self._stage.address(part.rank), self._stage.amphi, ticket, part.as_, part.name)

    def _operators_door(self) -> Door:
        ticket = self._ticket(self._stage.operator, operator=True)
        name = f"agent de {self._stage.code}"
        return Door(self._stage.address(0), self._stage.amphi, ticket, name=name)

    def _ticket(self, person: str, *, operator: bool) -> Callable[[], Awaitable[str]]:
        async def ticket() -> str:
            return await self._stage.ticket(self._stage.amphi, person, operator)

        return ticket

    def arrived(self) -> set[str]:
        """See `operator.Audience`."""
        return self._playing

    def nobody_expected(self) -> bool:
        """See `operator.Audience`."""
        return not self._to_come and not self._playing
