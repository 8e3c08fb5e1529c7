"""The preranking: the automatic order of a perimeter, ties left in (ranking.md §4; R §2.1, §3)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import groupby

import msgspec

from amphi.rules.ids import PersonId
from amphi.rules.names import sort_key
from amphi.rules.ranking.adjusted_rank import (
    OWN_COHORT,
    AdjustedRank,
    Adjustment,
    SizeFrom,
    TheoreticalSize,
    adjusted_rank,
)
from amphi.rules.ranking.exams import Exam
from amphi.rules.ranking.figures import in_exact_order
from amphi.rules.ranking.local_rank import LocalStanding, Reason, Standing
from amphi.rules.ranking.seniority import Semesters, theoretical_cohort


class Intern(msgspec.Struct, frozen=True, gc=False):
    """What the ranking reads of one intern.

    `elapsed`: semesters since entry, the present one included. `semesters`: all that count;
    `in_phase`: those of the present phase, which then order the list (`SeniorityScope.PHASE`),
    while the theoretical cohort, a matter of the whole training, follows `semesters`.
    """

    id: PersonId
    last_name: str
    first_name: str
    exam: Exam
    cohort: int
    elapsed: int
    semesters: Semesters
    standing: Standing
    in_phase: Semesters | None = None

    @property
    def seniority(self) -> int:
        """Whole semesters, in the scope that orders the list."""
        return (self.in_phase or self.semesters).seniority

    @property
    def theoretical_cohort(self) -> int:
        return theoretical_cohort(self.cohort, self.elapsed, self.semesters.seniority)

    @property
    def alphabetical(self) -> tuple[str, PersonId]:
        """French order; the id tells homonyms apart."""
        return sort_key(self.last_name, self.first_name), self.id


class Place(StrEnum):
    STANDARD = "standard"
    LEAVING = "leaving"  # sortant: will choose in another discipline, and cannot be called here
    ENTERING = "entering"  # entrant, hors discipline: of another discipline, will choose here


class Placed(msgspec.Struct, frozen=True, gc=False):
    """One line to rank. `discipline`: what its Discipline column shows.

    `theoretical_size`: unset when it is to be counted among the lines; None when unknown.
    """

    intern: Intern
    place: Place = Place.STANDARD
    discipline: str = ""
    theoretical_size: int | msgspec.UnsetType | None = msgspec.UNSET

    @property
    def callable(self) -> bool:
        """ "only the row of the discipline where the intern will choose can be called" """
        return self.place is not Place.LEAVING


class Line(msgspec.Struct, frozen=True, gc=False):
    """One ranked line; `rank` is common to a tie."""

    rank: int
    tied: bool
    placed: Placed
    standing: LocalStanding
    seniority: int
    theoretical_cohort: int
    adjusted: AdjustedRank

    @property
    def intern(self) -> Intern:
        return self.placed.intern


class Unranked(msgspec.Struct, frozen=True):
    placed: Placed
    reason: Reason

    @property
    def intern(self) -> Intern:
        return self.placed.intern


class Preranking(msgspec.Struct, frozen=True):
    """`lines` in order, ties alphabetically; `unranked` alphabetically, each with the reason."""

    adjustment: Adjustment
    lines: tuple[Line, ...]
    unranked: tuple[Unranked, ...]

    @property
    def tie_groups(self) -> tuple[tuple[Line, ...], ...]:
        tied = (each for each in self.lines if each.tied)
        return tuple(tuple(run) for _, run in groupby(tied, key=lambda line: line.rank))


_Key = tuple[int, bool, bool, int]


def prerank(
    placed: Iterable[Placed],
    adjustment: Adjustment = Adjustment.DCI,
    local_sizes: Mapping[int, int] | None = None,
) -> Preranking:
    """The automatic order, whatever the order in which the lines come.

    `local_sizes`: of each cohort in the ranked perimeter, those included who are ranked no more;
    None: known from the lines alone. Only IMOTEP asks for them (R §2.5).

    "seniority down; national, European, occupational-medicine exams before foreign; own discipline
    before hors discipline; adjusted rank up. Equal on all four = a *tie group*" (ranking.md §4)
    """
    kept = list(placed)
    lines, unranked = _figures(kept, _Sizes(kept, adjustment, local_sizes))
    return Preranking(
        adjustment,
        tuple(_in_order(lines)),
        tuple(sorted(unranked, key=lambda each: (each.intern.alphabetical, each.placed.place))),
    )


class _Sizes:
    """The size of each theoretical cohort, counted in the ranked perimeter."""

    def __init__(
        self,
        placed: Iterable[Placed],
        adjustment: Adjustment,
        local_sizes: Mapping[int, int] | None,
    ) -> None:
        own = [each.intern for each in placed if each.place is not Place.ENTERING]
        self._imotep = adjustment is Adjustment.IMOTEP
        if not self._imotep:
            self._sizes = _present_sizes(own)
        else:
            self._sizes = _local_sizes(own) if local_sizes is None else local_sizes

    def of(self, placed: Placed, cohort: int) -> TheoreticalSize:
        """`cohort`: the theoretical one. IMOTEP: "own cohort → the local rank itself"."""
        if self._imotep and cohort == placed.intern.cohort:
            return OWN_COHORT
        if placed.theoretical_size is not msgspec.UNSET:
            return TheoreticalSize(placed.theoretical_size, SizeFrom.GIVEN)
        if self._imotep:
            return TheoreticalSize(self._sizes.get(cohort), SizeFrom.LOCAL)
        return TheoreticalSize(self._sizes.get(cohort, 0), SizeFrom.COUNTED)


def _present_sizes(own: Iterable[Intern]) -> Mapping[int, int]:
    """ "its own active interns of that cohort, absentees included, those entering excluded" """
    return Counter(each.theoretical_cohort for each in own)


def _local_sizes(own: Iterable[Intern]) -> Mapping[int, int]:
    """ "Effectif local de la promotion théorique" (R §2.5); unknown where the lines disagree."""
    stated: dict[int, set[int]] = {}
    for each in own:
        if isinstance(each.standing, LocalStanding):
            stated.setdefault(each.cohort, set()).add(each.standing.cohort_size)
    return {cohort: min(sizes) for cohort, sizes in stated.items() if len(sizes) == 1}


def _figures(placed: Iterable[Placed], sizes: _Sizes) -> tuple[list[Line], list[Unranked]]:
    """Every figure but the rank; who lacks one is unranked."""
    lines: list[Line] = []
    unranked: list[Unranked] = []
    for each in placed:
        line = _line(each, sizes)
        if isinstance(line, Reason):
            unranked.append(Unranked(each, line))
        else:
            lines.append(line)
    return lines, unranked


def _line(placed: Placed, sizes: _Sizes) -> Line | Reason:
    intern, standing = placed.intern, placed.intern.standing
    if isinstance(standing, Reason):
        return standing
    cohort = intern.theoretical_cohort
    adjusted = adjusted_rank(standing, sizes.of(placed, cohort))
    if isinstance(adjusted, Reason):
        return adjusted
    return Line(
        rank=0,  # known once all lines are
        tied=False,
        placed=placed,
        standing=standing,
        seniority=intern.seniority,
        theoretical_cohort=cohort,
        adjusted=adjusted,
    )


def _in_order(lines: Sequence[Line]) -> Iterator[Line]:
    keys = _keys(lines)
    order = sorted(range(len(lines)), key=keys.__getitem__)
    before = 0
    for _, run in groupby(order, key=keys.__getitem__):
        together = [lines[n] for n in run]
        yield from _together(together, before + 1)
        before += len(together)


def _together(lines: list[Line], rank: int) -> Iterator[Line]:
    """ "common rank, then alphabetical by French collation" """
    tied = len(lines) > 1
    if tied:
        lines.sort(key=lambda line: line.intern.alphabetical)
    for line in lines:
        yield msgspec.structs.replace(line, rank=rank, tied=tied)


def _keys(lines: Sequence[Line]) -> list[_Key]:
    adjusted = in_exact_order(line.adjusted.ratio for line in lines)
    return [
        (
            -line.seniority,
            line.intern.exam.foreign,
            line.placed.place is Place.ENTERING,
            figure,
        )
        for line, figure in zip(lines, adjusted, strict=True)
    ]
