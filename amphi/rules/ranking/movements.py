"""Late movements of interns, after which a ranking may be run again by hand (ranking.md §1, §4; R §1)."""

from collections.abc import Mapping
from enum import StrEnum

from amphi.rules.refusals import Refusal


class InternState(StrEnum):
    """ACTIVE interns are ranked; ARCHIVED ones still count in their cohort's size; CANCELLED do not."""

    ACTIVE = "active"
    ARCHIVED = "archived"  # historisé: the training is over, or goes on elsewhere
    CANCELLED = "cancelled"  # annulé


class MovementKind(StrEnum):
    """ "droit au remords, cancellation, reactivation, archiving or restoring of an intern" """

    REMORSE = "remorse"
    CANCELLATION = "cancellation"
    REACTIVATION = "reactivation"
    ARCHIVING = "archiving"
    RESTORING = "restoring"


# What may be done to whom, and what it makes of them.
MOVES: Mapping[MovementKind, tuple[InternState, InternState]] = {
    MovementKind.REMORSE: (InternState.ACTIVE, InternState.ACTIVE),
    MovementKind.CANCELLATION: (InternState.ACTIVE, InternState.CANCELLED),
    MovementKind.REACTIVATION: (InternState.CANCELLED, InternState.ACTIVE),
    MovementKind.ARCHIVING: (InternState.ACTIVE, InternState.ARCHIVED),
    MovementKind.RESTORING: (InternState.ARCHIVED, InternState.ACTIVE),
}


def moved(state: InternState, kind: MovementKind) -> InternState | Refusal:
    """The state after the movement. Refused `movement_impossible`."""
    before, after = MOVES[kind]
    if state is not before:
        return Refusal("movement_impossible", {"state": state.value, "kind": kind.value})
    return after
