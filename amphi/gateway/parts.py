"""Which part somebody plays in an amphi: operator, intern, proxy holder, spectator.

Found in the room's own state, so that neither coming nor coming back asks PostgreSQL. One account
may be an intern and a proxy holder: `as` only selects what the page shows (live-rules.md §6).
"""

from typing import Literal

import msgspec

from amphi.gateway.messages.server import Role
from amphi.gateway.resume import Who
from amphi.rules.choosing.state import Amphi, OfferState, Phase
from amphi.rules.choosing.views import Audience
from amphi.rules.ids import AmphiId, EntryId, PersonId

Wanted = Literal["intern", "proxy"] | None

AUDIENCES: dict[Role, Audience] = {
    "spectator": Audience.PUBLIC,
    "intern": Audience.PARTICIPANT,
    "proxy": Audience.PARTICIPANT,
    "operator": Audience.OPERATOR,
}

# "anybody as a spectator (no sign-in) once the amphi is OPEN" (protocol.md §1)
HIDDEN_FROM_SPECTATORS = (Phase.PLANNED, Phase.VALIDATED)


class Part(msgspec.Struct, frozen=True):
    """A role, and the entry it is played for."""

    role: Role
    entry: EntryId | None = None

    @property
    def audience(self) -> Audience:
        return AUDIENCES[self.role]


SPECTATOR = Part("spectator")


class People:
    """Who is concerned by which entry of one amphi: worked out once per state that changes it."""

    def __init__(self, amphi: Amphi | None) -> None:
        entries = [] if amphi is None else amphi.entries.values()
        self._own: dict[PersonId, EntryId] = {each.facts.person: each.id for each in entries}
        self._held: dict[PersonId, EntryId] = {
            each.proxy.holder: each.id
            for each in entries
            if each.proxy is not None and each.proxy.holder is not None
        }

    def part(self, who: Who, wanted: Wanted) -> Part:
        """The part asked for when there is one to play, else the one there is."""
        if who.operator:
            return Part("operator")
        if who.person is None:
            return SPECTATOR
        own, held = self._own.get(who.person), self._held.get(who.person)
        as_proxy = wanted == "proxy" or (wanted is None and who.as_proxy)
        if held is not None and (as_proxy or own is None):
            return Part("proxy", held)
        return SPECTATOR if own is None else Part("intern", own)


def may_watch(state: OfferState, amphi_id: AmphiId, part: Part) -> bool:
    """Whether the amphi is there for this part yet."""
    if part.role == "operator":
        return True
    amphi = state.amphis.get(amphi_id)
    if amphi is None:
        return False
    return part.role != "spectator" or amphi.phase not in HIDDEN_FROM_SPECTATORS
