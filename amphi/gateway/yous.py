"""`you` as the wire has it: the rules' own, with the proxy holder's address in place of the grant."""

from typing import Any

from amphi.rules.choosing.commands import Presence
from amphi.rules.choosing.state import OfferState
from amphi.rules.choosing.you import you
from amphi.rules.ids import AmphiId, EntryId


class Yous:
    """One room's. Addresses are asked for once, by the follower, and kept."""

    def __init__(self) -> None:
        self._emails: dict[str, str | None] = {}

    def of(
        self, state: OfferState, amphi: AmphiId, entry: EntryId, presence: Presence
    ) -> dict[str, Any]:
        """DCI §6.1: "un rappel vous indique l'email de la personne ayant procuration"."""
        shown = you(state, amphi, entry, presence)
        if shown["proxy"] is not None:
            grant = shown["proxy"]["holder"]
            shown["proxy"] = shown["proxy"] | {"holder": self._emails.get(grant)}
        return shown

    def unknown(self, state: OfferState) -> frozenset[str]:
        """Grants whose holder's address we do not have yet."""
        entries = (entry for amphi in state.amphis.values() for entry in amphi.entries.values())
        grants = (entry.proxy.id for entry in entries if entry.proxy is not None)
        return frozenset(grants).difference(self._emails)

    def learn(self, grants: frozenset[str], emails: dict[str, str]) -> None:
        """What records answered about `grants`: one they do not know is not asked for again."""
        self._emails |= {grant: emails.get(grant) for grant in grants}


def grantors(state: OfferState, grants: frozenset[str]) -> dict[EntryId, AmphiId]:
    """The entries that gave these grants, with their amphi."""
    return {
        entry.id: amphi.id
        for amphi in state.amphis.values()
        for entry in amphi.entries.values()
        if entry.proxy is not None and entry.proxy.id in grants
    }
