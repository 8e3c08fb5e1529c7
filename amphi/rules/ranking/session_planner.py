"""Choice sessions from a call list (ranking.md §6; DCI §7)."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import msgspec

from amphi.rules.ids import Millis
from amphi.rules.refusals import Refusal


class Expected(msgspec.Struct, frozen=True):
    """One line of the call list as the timetable sees it."""

    call_rank: int
    absent: bool = False  # an expected absence: skipped without a clock
    extra_seconds: int = 0


class Timetable(msgspec.Struct, frozen=True):
    """Seconds, but `round_to` in minutes and `session_size` in interns; each at least 1."""

    planned_seconds: int = 60
    round_to: int = 10
    session_size: int = 30
    turn_seconds: int = 90


class PlannedSession(msgspec.Struct, frozen=True):
    """Ranks `from_rank` to `to_rank`; `worst_end`: if everybody so far uses the full time."""

    n: int
    from_rank: int
    to_rank: int
    starts_at: Millis
    ends_at: Millis
    worst_end: Millis


def plan(
    entries: Iterable[Expected], starts_at: Millis, timetable: Timetable
) -> tuple[PlannedSession, ...]:
    """At most `session_size` interns each, one after the other without a break.

    "43 ranks, size 30, 13:30 → 13:30-14:00 ranks 1-30, 14:00-14:20 ranks 31-43". A rank that nobody
    has any more belongs to the session after it, so that "ranks form a partition".
    """
    ordered = sorted(entries, key=lambda each: each.call_rank)
    size = timetable.session_size
    slices = [ordered[n : n + size] for n in range(0, len(ordered), size)]
    bounds = [part[-1].call_rank for part in slices]
    return tuple(_timed(slices, bounds, starts_at, timetable))


def plan_with_bounds(
    entries: Iterable[Expected], last_ranks: Sequence[int], starts_at: Millis, timetable: Timetable
) -> tuple[PlannedSession, ...] | Refusal:
    """ "bounds editable": the last rank of each session, by hand.

    Refused `sessions_not_a_partition` when they do not rise, or leave out somebody at the end.
    """
    ordered = sorted(entries, key=lambda each: each.call_rank)
    bounds = [0, *last_ranks]
    rising = all(lower < upper for lower, upper in pairwise(bounds))
    if not rising or any(each.call_rank > bounds[-1] for each in ordered):
        return Refusal("sessions_not_a_partition")
    slices = [
        [each for each in ordered if lower < each.call_rank <= upper]
        for lower, upper in pairwise(bounds)
    ]
    return tuple(_timed(slices, last_ranks, starts_at, timetable))


def _timed(
    slices: Sequence[Sequence[Expected]],
    last_ranks: Sequence[int],
    starts_at: Millis,
    timetable: Timetable,
) -> Iterator[PlannedSession]:
    start = worst = starts_at
    first = 1
    for n, (entries, last) in enumerate(zip(slices, last_ranks, strict=True), 1):
        end = start + _planned(entries, timetable)
        # nobody is called before the planned start, nor before the session ahead is over
        worst = max(start, worst) + _full(entries, timetable)
        yield PlannedSession(n, first, last, start, end, worst)
        start, first = end, last + 1


def _planned(entries: Iterable[Expected], timetable: Timetable) -> Millis:
    """ "60 per intern without expected absence, each session rounded up to 10 min"; never nothing."""
    seconds = timetable.planned_seconds * sum(not each.absent for each in entries)
    step = timetable.round_to * 60
    return max(1, -(-seconds // step)) * step * 1000


def _full(entries: Iterable[Expected], timetable: Timetable) -> Millis:
    """Everybody's whole turn, extra time included."""
    turns = (timetable.turn_seconds + each.extra_seconds for each in entries if not each.absent)
    return sum(turns) * 1000
