"""Ties are broken one by one, over several sittings, by an operator (ranking.md §5; R §4)."""

from collections.abc import Iterator, Sequence

import msgspec

from amphi.rules.ids import PersonId
from amphi.rules.ranking.final_ranking import CalledLine, FinalRanking
from amphi.rules.ranking.preranking import Line, Preranking
from amphi.rules.refusals import Refusal


class TieGroup(msgspec.Struct, frozen=True):
    """Lines that share `rank`; in the order given by the operator once treated."""

    rank: int
    lines: tuple[Line, ...]
    treated: bool = False

    @property
    def suggested(self) -> tuple[Line, ...]:
        """ "suggested: oldest exam first", then alphabetically."""
        return tuple(sorted(self.lines, key=_oldest_exam))


def _oldest_exam(line: Line) -> tuple[int, tuple[str, PersonId]]:
    return line.intern.cohort, line.intern.alphabetical


class TieBreaks(msgspec.Struct, frozen=True):
    """A preranking with its tie groups by rank, each to treat or treated."""

    preranking: Preranking
    groups: dict[int, TieGroup]

    @property
    def left(self) -> int:
        return sum(not each.treated for each in self.groups.values())


def to_treat(preranking: Preranking) -> TieBreaks:
    """Every group of the preranking, none treated yet."""
    groups = (TieGroup(lines[0].rank, lines) for lines in preranking.tie_groups)
    return TieBreaks(preranking, {each.rank: each for each in groups})


def treat(breaks: TieBreaks, rank: int, order: Sequence[PersonId]) -> TieBreaks | Refusal:
    """One group in the operator's order; a treated one may be ordered again.

    Refused `unknown_tie_group`, and `tie_order_incomplete` unless each of the group stands in the
    order once.
    """
    group = breaks.groups.get(rank)
    if group is None:
        return Refusal("unknown_tie_group", {"rank": rank})
    lines = {line.intern.id: line for line in group.lines}
    if sorted(order) != sorted(lines):
        return Refusal("tie_order_incomplete", {"rank": rank})
    treated = TieGroup(rank, tuple(lines[each] for each in order), treated=True)
    return TieBreaks(breaks.preranking, breaks.groups | {rank: treated})


def validate(breaks: TieBreaks) -> FinalRanking | Refusal:
    """ "when all are, the operator validates: every intern then has a unique call rank" """
    if breaks.left:
        return Refusal("ties_left", {"left": breaks.left})
    numbered = enumerate(_broken(breaks), 1)
    called = tuple(CalledLine(call_rank, line) for call_rank, line in numbered)
    return FinalRanking(called, breaks.preranking.unranked)


def _broken(breaks: TieBreaks) -> Iterator[Line]:
    for line in breaks.preranking.lines:
        if not line.tied:
            yield line
        elif line is breaks.preranking.lines[line.rank - 1]:
            yield from breaks.groups[line.rank].lines
