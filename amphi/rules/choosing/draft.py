"""A decision in the making: each event is applied at once, so that what follows sees it."""

from amphi.rules.choosing.commands import Presence
from amphi.rules.choosing.events import AnyEvent, Recorded
from amphi.rules.choosing.evolve import evolve
from amphi.rules.choosing.state import Amphi, Entry, OfferState
from amphi.rules.ids import AmphiId, Millis, TurnId


class Draft:
    """What has been decided so far, on top of `state`, at the instant `now`."""

    def __init__(self, state: OfferState, now: Millis, presence: Presence) -> None:
        self.state = state
        self.now = now
        self.presence = presence
        self.events: list[AnyEvent] = []

    def add(self, event: AnyEvent) -> None:
        """The receipt is not known yet: no rule looks at it."""
        recorded = Recorded(self.state.seq + 1, self.now, "", event)
        self.state = evolve(self.state, recorded)
        self.events.append(event)

    def amphi(self, amphi_id: AmphiId) -> Amphi:
        return self.state.amphis[amphi_id]

    def next_turn(self, amphi_id: AmphiId) -> TurnId:
        """Ids of turns are opaque outside; they carry the number of their event."""
        return TurnId(f"{amphi_id}-t{self.state.seq + 1}")

    def is_here(self, entry: Entry) -> bool:
        """ "Presence = at least one open connection of an account that may choose for the entry" """
        return entry.chooser in self.presence.here

    def is_absent(self, entry: Entry) -> bool:
        """Unknown is never absent (architecture.md)."""
        return self.presence.known and not self.is_here(entry)
