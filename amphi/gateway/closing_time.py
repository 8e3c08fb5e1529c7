"""When listeners of a closed amphi are asked to leave.

A closed amphi still gives its final view, to those who are there and to those who come; commands
are answered by the rules (`amphi_closed`). Ten minutes later 4410 says: no need to come back by
yourself. Operators stay: they may still choose for the unserved (live-rules.md §1).
"""

from collections.abc import Iterable

from amphi.gateway.close_codes import CloseCode
from amphi.gateway.listener import Listener
from amphi.rules.choosing.state import OfferState, Phase
from amphi.rules.ids import AmphiId

LINGERS_S = 600.0


class ClosingTime:
    """One room's. `at` and `since` are the process's monotonic seconds."""

    def __init__(self) -> None:
        self._closed_since: dict[AmphiId, float] = {}

    def check(self, state: OfferState, listeners: Iterable[Listener], at: float) -> None:
        """Now and then: close whoever has had the time to look."""
        for amphi in state.amphis.values():
            if amphi.phase is Phase.CLOSED:
                self._closed_since.setdefault(amphi.id, at)
        for listener in listeners:
            if not listener.who.operator and self._over(listener, at):
                listener.ear.close(CloseCode.AMPHI_CLOSED)

    def _over(self, listener: Listener, at: float) -> bool:
        closed = self._closed_since.get(listener.amphi)
        return closed is not None and at - max(closed, listener.since) >= LINGERS_S
