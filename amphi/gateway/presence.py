"""Who is connected here, by person, and what the conductor has not been told yet.

"Gateways … report who came and went through the inbox, coalesced to 500 ms, always before a command
of the same person" (architecture.md). Without I/O: asked for a letter, it gives one or None.
"""

from collections import Counter

from amphi.live.letters import PresenceLetter
from amphi.rules.ids import PersonId


class Attendance:
    """One room's people at this gateway; a person with three sockets is one person."""

    def __init__(self, gateway: str) -> None:
        self._gateway = gateway
        self._sockets: Counter[PersonId] = Counter()
        self._told: set[PersonId] = set()
        self._begun = False

    @property
    def here(self) -> frozenset[PersonId]:
        """Everybody with an open socket."""
        return frozenset(self._sockets)

    def came(self, person: PersonId) -> None:
        self._sockets[person] += 1

    def went(self, person: PersonId) -> None:
        self._sockets[person] -= 1
        if not self._sockets[person]:
            del self._sockets[person]

    def untold(self, person: PersonId) -> bool:
        """Whether the conductor believes otherwise of this person."""
        return (person in self._sockets) != (person in self._told)

    def news(self) -> PresenceLetter | None:
        """Who came and went since the last letter; None when nobody did. The first one is full."""
        here, gone = self.here - self._told, self._told - self.here
        if not here and not gone:
            return None
        if not self._begun:
            return self.report()
        self._told = set(self.here)
        return PresenceLetter(
            gateway=self._gateway, here=tuple(sorted(here)), gone=tuple(sorted(gone))
        )

    def report(self, term: int | None = None) -> PresenceLetter:
        """Everybody: the answer to `PresenceAsked`, or after letters may have been lost."""
        self._begun, self._told = True, set(self.here)
        return PresenceLetter(
            gateway=self._gateway, here=tuple(sorted(self.here)), full=True, term=term
        )
