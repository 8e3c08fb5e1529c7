"""A turn's clock as others see it: the ordinary deadline, then "temps prolongé" (live-rules.md §2).

Extra time (disability) is in no view but the person's own and the ARS's (live-rules.md §12), so
everybody else is shown instants and spans without it. How `prolonged` comes to be told live is in
decisions/prolonged-turns.md.
"""

from typing import Any

from amphi.rules.choosing.instants import iso
from amphi.rules.choosing.state import Amphi, HeldTurn, RunningTurn
from amphi.rules.ids import Millis


def extra_ms(amphi: Amphi) -> Millis:
    """The extra time within the present turn; 0 when nobody has the turn.

    Read from the turn, not from the entry: what is set meanwhile bears on the next turn only.
    """
    if amphi.turn is None:
        return 0
    return max(0, amphi.turn.seconds * 1000 - amphi.policy.turn_ms)


def turn_shown(amphi: Amphi, hidden: Millis) -> dict[str, Any] | None:
    """The turn with `hidden` ms of extra time left out (0 for the person's own and the ARS)."""
    turn = amphi.turn
    if turn is None:
        return None
    shown = {
        "id": turn.id,
        "entry": turn.entry,
        "started_at": iso(turn.started_at),
        "seconds": turn.seconds - hidden // 1000,
        **_clock(turn, hidden),
    }
    return shown | {"prolonged": True} if turn.prolonged else shown


def _clock(turn: RunningTurn | HeldTurn, hidden: Millis) -> dict[str, Any]:
    """protocol.md §1: "`deadline` is null while paused, `remaining_ms` while running"."""
    if isinstance(turn, RunningTurn):
        return {"deadline": iso(turn.deadline - hidden)}
    return {"remaining_ms": max(0, turn.remaining - hidden)}
