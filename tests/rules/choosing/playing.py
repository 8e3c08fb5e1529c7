"""An offer played by hand in a test: commands in, events folded, time and presence given."""

from amphi.rules.choosing import commands as c
from amphi.rules.choosing.decide import decide
from amphi.rules.choosing.events import Recorded
from amphi.rules.choosing.evolve import fold
from amphi.rules.choosing.state import Amphi, OfferState
from amphi.rules.ids import AmphiId, Millis, PersonId
from amphi.rules.refusals import Refusal
from tests.rules.choosing.builders import AMPHI, NINE_O_CLOCK, OFFER, OPERATOR


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
