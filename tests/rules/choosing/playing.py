"""An offer played by hand in a test: commands in, events folded, time and presence given."""

from typing import Any

from amphi.rules.choosing import commands as c
from amphi.rules.choosing.decide import decide
from amphi.rules.choosing.events import Recorded
from amphi.rules.choosing.evolve import fold
from amphi.rules.choosing.facts import EntryFacts
from amphi.rules.choosing.state import Amphi, OfferState, Phase
from amphi.rules.ids import AmphiId, Millis, PersonId, PostNumber
from amphi.rules.refusals import Refusal
from tests.rules.choosing.builders import AMPHI, NINE_O_CLOCK, OFFER, OPERATOR, an_amphi, an_offer


class Play:
    """`commits`: each with the state before and the state after, oldest first."""

    def __init__(self, state: OfferState | None = None, now: Millis = NINE_O_CLOCK) -> None:
        self.state = state or OfferState(offer=OFFER)
        self.now = now
        self.here: set[PersonId] = set()
        self.presence_known = True
        self.commits: list[tuple[OfferState, tuple[Recorded, ...]]] = []

    @property
    def presence(self) -> c.Presence:
        return c.Presence(here=frozenset(self.here), known=self.presence_known)

    @property
    def amphi(self) -> Amphi:
        return self.state.amphis[AMPHI]

    def operator(
        self, order: c.AnyOrder, amphi: AmphiId = AMPHI, person: PersonId = OPERATOR
    ) -> tuple[Recorded, ...] | Refusal:
        return self._say(c.Command("operator", order, amphi, person))

    def intern(
        self, person: str, order: c.AnyOrder, amphi: AmphiId = AMPHI
    ) -> tuple[Recorded, ...] | Refusal:
        return self._say(c.Command("intern", order, amphi, PersonId(person)))

    def engine(
        self, order: c.AnyOrder, amphi: AmphiId | None = None
    ) -> tuple[Recorded, ...] | Refusal:
        return self._say(c.Command("engine", order, amphi))

    def wait(self, ms: Millis) -> tuple[Recorded, ...] | Refusal:
        """Time passes, and the conductor looks at it."""
        self.now += ms
        return self.engine(c.Tick())

    def arrive(self, person: str) -> tuple[Recorded, ...] | Refusal:
        self.here.add(PersonId(person))
        return self.engine(c.Tick())

    def leave(self, person: str) -> tuple[Recorded, ...] | Refusal:
        self.here.discard(PersonId(person))
        return self.engine(c.Tick())

    def choose(self, post: str) -> tuple[Recorded, ...]:
        """Whoever may choose in the running turn takes `post`, and is heard."""
        turn = self.amphi.turn
        assert turn is not None
        chooser = self.amphi.entries[turn.entry].chooser
        assert chooser is not None
        answer = self.intern(chooser, c.Choose(turn.id, PostNumber(post)))
        assert not isinstance(answer, Refusal), answer
        return answer

    def _say(self, command: c.Command) -> tuple[Recorded, ...] | Refusal:
        events = decide(self.state, command, self.now, self.presence)
        if isinstance(events, Refusal):
            return events
        first = self.state.seq + 1
        records = tuple(
            Recorded(seq, self.now, f"hash-{seq}", event) for seq, event in enumerate(events, first)
        )
        if records:
            self.commits.append((self.state, records))
            self.state = fold(self.state, records)
        return records


def open_play(*entries: EntryFacts, **changes: Any) -> Play:
    """An open amphi of six posts with everybody there; `changes` are of the amphi's facts."""
    play = Play(an_offer(an_amphi(*entries, **changes), phase=Phase.OPEN))
    play.here = {entry.facts.person for entry in play.amphi.entries.values()}
    return play


def running_play(*entries: EntryFacts, **changes: Any) -> Play:
    """The same with its first session started: the first has the turn."""
    play = open_play(*entries, **changes)
    play.operator(c.Start())
    return play
