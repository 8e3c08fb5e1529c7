"""Who is present, as operators are shown it: by entry, at most twice a second (protocol.md §1).

Present = somebody able to choose for the entry is connected, to whichever gateway
(live-rules.md §2).
"""

from amphi.gateway.messages import server
from amphi.rules.choosing.commands import Presence
from amphi.rules.choosing.state import OfferState
from amphi.rules.ids import AmphiId, EntryId

Entries = frozenset[EntryId]
NOBODY: Entries = frozenset()


class Roll:
    """What the operators of each amphi were last told."""

    def __init__(self) -> None:
        self._told: dict[AmphiId, Entries] = {}

    def full(self, amphi: AmphiId) -> server.Presence:
        """For an operator who has just come: what the others know."""
        return server.Presence(here=sorted(self._told.get(amphi, NOBODY)), gone=[])

    def differences(self, state: OfferState, presence: Presence) -> dict[AmphiId, server.Presence]:
        """By amphi; an amphi where nobody came or went is not among them."""
        frames = {each: self._difference(state, each, presence) for each in state.amphis}
        return {amphi: frame for amphi, frame in frames.items() if frame.here or frame.gone}

    def _difference(self, state: OfferState, amphi: AmphiId, presence: Presence) -> server.Presence:
        told, now = self._told.get(amphi, NOBODY), _present(state, amphi, presence)
        self._told[amphi] = now
        return server.Presence(here=sorted(now - told), gone=sorted(told - now))


def _present(state: OfferState, amphi: AmphiId, presence: Presence) -> Entries:
    entries = state.amphis[amphi].entries.values()
    return frozenset(each.id for each in entries if each.chooser in presence.here)
