"""Is the offer alive? What the conductor says, and what its silence says (live-rules.md §10).

Also the conductor's clock as far as a gateway knows it. Without I/O: seconds are the process's
monotonic ones, `Millis` the conductor's.
"""

from amphi.gateway.messages.server import State
from amphi.live.notes import StateNote
from amphi.rules.choosing.instants import iso
from amphi.rules.ids import Millis

SILENCE_S = 3.0

WELL = State(state="ok", cause="")


class ConductorClock:
    """The conductor's `now`, relayed by beats, carried on by our own monotonic clock between."""

    def __init__(self, wall: Millis, at: float) -> None:
        self._anchor, self._at = wall, at

    def heard(self, instant: Millis, at: float) -> None:
        self._anchor, self._at = instant, at

    def now(self, at: float) -> Millis:
        return self._anchor + round((at - self._at) * 1000)


class Pulse:
    """What listeners were last told: `ok` or `frozen`, by the conductor or by its silence."""

    def __init__(self, at: float) -> None:
        self._heard_at = at
        self._said = WELL  # by the conductor
        self._told = WELL  # to the listeners
        self.store_lost = False

    @property
    def told(self) -> State:
        """For those who have just come."""
        return self._told

    @property
    def frozen(self) -> bool:
        return self._told.state == "frozen"

    def heard(self, at: float) -> None:
        """The conductor said something, whatever it was."""
        self._heard_at = at
        self.store_lost = False

    def said(self, note: StateNote) -> None:
        """The conductor knows best, and is alive to say so."""
        thaw_at = None if note.thaw_at is None else iso(note.thaw_at)
        self._said = State(
            state="frozen" if note.state == "frozen" else "ok", cause=note.cause, thaw_at=thaw_at
        )

    def recorded(self, cause: str | None) -> None:
        """The journal says frozen for `cause`, or not (None)."""
        if (cause is not None) != (self._said.state == "frozen"):
            self._said = WELL if cause is None else State(state="frozen", cause=cause)

    def change(self, at: float, *, playing: bool) -> State | None:
        """What to tell everybody now, if it is news. `playing`: RUNNING or CATCH_UP."""
        now = self._now(at, playing=playing)
        if now == self._told:
            return None
        self._told = now
        return now

    def _now(self, at: float, *, playing: bool) -> State:
        if self._said.state == "frozen":
            return self._said
        if playing and at - self._heard_at >= SILENCE_S:
            return State(state="frozen", cause="no_store" if self.store_lost else "no_conductor")
        return self._said
