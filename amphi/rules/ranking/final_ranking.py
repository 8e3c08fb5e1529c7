"""The final ranking: a unique call rank each, corrected by hand where need be (ranking.md §5; R §5, §6)."""

import msgspec

from amphi.rules.ids import Millis, PersonId
from amphi.rules.ranking.local_rank import Reason
from amphi.rules.ranking.preranking import Line, Placed, Unranked
from amphi.rules.refusals import Refusal


class CalledLine(msgspec.Struct, frozen=True):
    call_rank: int
    line: Line

    @property
    def intern(self) -> PersonId:
        return self.line.intern.id


class FinalRanking(msgspec.Struct, frozen=True):
    """ "unranked interns first, then call ranks" """

    lines: tuple[CalledLine, ...]
    unranked: tuple[Unranked, ...] = ()

    @property
    def holes(self) -> tuple[int, ...]:
        """Call ranks that nobody has any more."""
        taken = {each.call_rank for each in self.lines}
        return tuple(rank for rank in range(1, max(taken, default=0)) if rank not in taken)


class Gesture(msgspec.Struct, frozen=True):
    """Who changes a ranking, when and why."""

    by: PersonId
    at: Millis
    why: str


class Swap(msgspec.Struct, frozen=True):
    """What is logged: "who, when, before, after, why". Intern by call rank, before and after."""

    gesture: Gesture
    before: dict[int, PersonId]
    after: dict[int, PersonId]


class Swapped(msgspec.Struct, frozen=True):
    final: FinalRanking
    swap: Swap


def swap_with_next(
    final: FinalRanking, call_rank: int, gesture: Gesture, *, choices_started: bool
) -> Swapped | Refusal:
    """ "Before the choices start an operator may swap neighbours": this line and the one below it.

    Refused `choices_started`, `reason_needed`, or `no_neighbour` when nobody has that call rank or
    nobody comes after.
    """
    if choices_started:
        return Refusal("choices_started")
    if not gesture.why.strip():
        return Refusal("reason_needed")
    at = next((n for n, each in enumerate(final.lines) if each.call_rank == call_rank), None)
    if at is None or at + 1 == len(final.lines):
        return Refusal("no_neighbour", {"call_rank": call_rank})
    return _swapped(final, at, gesture)


def _swapped(final: FinalRanking, at: int, gesture: Gesture) -> Swapped:
    upper, lower = final.lines[at : at + 2]
    moved = (CalledLine(upper.call_rank, lower.line), CalledLine(lower.call_rank, upper.line))
    lines = (*final.lines[:at], *moved, *final.lines[at + 2 :])
    before, after = (
        {each.call_rank: each.intern for each in pair} for pair in ((upper, lower), moved)
    )
    return Swapped(FinalRanking(lines, final.unranked), Swap(gesture, before, after))


def without(final: FinalRanking, *interns: PersonId) -> FinalRanking:
    """A removed intern leaves a hole: nobody else's call rank changes."""
    gone = frozenset(interns)
    return FinalRanking(
        tuple(each for each in final.lines if each.intern not in gone),
        tuple(each for each in final.unranked if each.intern.id not in gone),
    )


def with_added(final: FinalRanking, *placed: Placed) -> FinalRanking:
    """An added intern is unranked until the preranking is run again."""
    added = (Unranked(each, Reason("added_since")) for each in placed)
    unranked = (*final.unranked, *added)
    in_order = sorted(unranked, key=lambda each: (each.intern.alphabetical, each.placed.place))
    return FinalRanking(final.lines, tuple(in_order))


def publishing_refusal(final: FinalRanking) -> Refusal | None:
    """Nobody unranked may be on a published call list: each must be ranked, or taken off it."""
    return Refusal("unranked_left", {"left": len(final.unranked)}) if final.unranked else None
