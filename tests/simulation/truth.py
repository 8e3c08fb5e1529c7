"""What really happened, which no program of the run knows: who was there, what stood still when."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tests.simulation.machines import Process
from tests.simulation.wires import Wire

if TYPE_CHECKING:
    from tests.simulation.stage import Conducting

Span = tuple[float, float]

SOON_AFTER = (
    1.2  # an outage that a conductor noticed is on record within so many seconds of its end
)
SHORT = 0.9  # what is shorter may go unnoticed between two calls
A_LAP = 0.35  # a stall is measured from one reading of the inbox to the next


def length(spans: Iterable[Span], since: float, until: float) -> float:
    """Seconds of [since, until] that are covered, each once."""
    covered, reached = 0.0, since
    for begins, ends in sorted(spans):
        begins, ends = max(begins, reached), min(ends, until)  # noqa: PLW2901 - clipped
        if ends > begins:
            covered += ends - begins
            reached = ends
    return covered


def noticed(conducting: Conducting, cause: str, now: float) -> list[Span]:
    """Outages that this process ran into and that ended, at the earliest, just now."""
    wires = conducting.wires_of(cause)
    return [
        (since, min(until, now))
        for wire in wires
        for since, until in (*wire.server.spans, *wire.cut.spans)
        if until - since > SHORT and until > now - SOON_AFTER and _met(wire, since, until, now)
    ]


def _met(wire: Wire, since: float, until: float, now: float) -> bool:
    return any(since <= failure <= min(until, now) for failure in wire.failures)


def stalled(process: Process, since: float, now: float) -> list[Span]:
    """Longer than what a conductor need notice, while it was the one at work."""
    return [
        (max(since, stall.since + A_LAP), min(now, stall.until - A_LAP))
        for stall in process.stalls
        if stall.until - stall.since > SHORT
    ]


def stood_still(process: Process, at: float) -> bool:
    """Whether what came to be read at `at` was left lying by a stall."""
    return any(stall.since - A_LAP <= at <= stall.until for stall in process.stalls)


def gone(process: Process, since: float, now: float) -> list[Span]:
    """Since a conductor that was taken over from is dead, or stands still."""
    if process.killed_at is not None:
        return [(process.killed_at, now)]
    standing = [(max(since, stall.since), now) for stall in process.stalls if stall.until >= now]
    return [*stalled(process, since, now), *standing]
