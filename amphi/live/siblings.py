"""Other offers of the campaign: whoever was served there is passed over here (live-rules.md §2).

The unique index on assignments makes the catastrophe impossible; this makes it unlikely to be met.
"""

from amphi.live.bench import Bench
from amphi.live.letters import SiblingLetter
from amphi.live.notes import CommitNote
from amphi.rules.choosing import commands as c
from amphi.rules.choosing.events import PostChosen
from amphi.rules.ids import Millis, PersonId

LOOK_EVERY_MS = 10_000


class Siblings:
    """Tells the others of choices made here, and looks at the rows when told."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._look_at: Millis = 0
        self._to_tell: list[PersonId] = []

    def look_soon(self) -> None:
        self._look_at = 0

    def heed(self, commits: list[CommitNote]) -> None:
        """Whose choice is to be told to the other offers of the campaign."""
        events = [recorded.event for note in commits for recorded in note.records]
        for event in events:
            if isinstance(event, PostChosen) and event.amphi is not None:
                entry = self._bench.state.amphis[event.amphi].entries[event.entry]
                self._to_tell.append(entry.facts.person)

    async def look_now_and_then(self) -> None:
        while self._to_tell:
            await self._tell(self._to_tell.pop())
        if self._bench.now() >= self._look_at:
            self._look_at = self._bench.now() + LOOK_EVERY_MS
            await self._look()

    async def _tell(self, person: PersonId) -> None:
        offer = self._bench.offer
        for sibling in await self._bench.world.journal.siblings(offer, person):
            await self._bench.world.mailbox.post(sibling, SiblingLetter(offer=offer))

    async def _look(self) -> None:
        for served in await self._bench.world.journal.served_elsewhere(self._bench.offer):
            amphi = self._bench.state.amphis.get(served.amphi)
            if amphi is None or served.entry not in amphi.entries:
                continue
            if not amphi.entries[served.entry].served:
                order = c.MarkServedElsewhere(entry=served.entry, offer=served.offer)
                await self._bench.give(order, amphi)
