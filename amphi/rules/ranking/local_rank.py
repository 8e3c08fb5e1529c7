"""From the national ranks to the local rank (ranking.md §1; R §2.5)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from amphi.rules.ids import PersonId
from amphi.rules.ranking.exams import NationalRanks, RankKind
from amphi.rules.ranking.perimeters import FEEDING, Perimeter, Profession, feeding_rank


class Reason(msgspec.Struct, frozen=True, tag="reason"):
    """Why somebody is unranked: a code and facts for its sentence (fr.json, `unranked`)."""

    code: str
    facts: dict[str, Any] = {}


REASONS = frozenset(
    {
        "national_rank_missing",
        "local_rank_unknown",
        "cohort_size_unknown",
        "cohort_size_zero",
        "theoretical_size_unknown",
        "theoretical_size_zero",
        "added_since",
    }
)


class FedBy(msgspec.Struct, frozen=True, gc=False):
    """The national rank from which a local rank was computed, and in which discipline."""

    kind: RankKind
    rank: int
    discipline: str


class LocalStanding(msgspec.Struct, frozen=True, gc=False, tag="standing"):
    """`local_rank` among the `cohort_size` interns of the own perimeter and cohort.

    `fed_by`: None when the local rank was given as it is.
    """

    local_rank: int
    cohort_size: int
    fed_by: FedBy | None = None


Standing = LocalStanding | Reason


class Entrant(msgspec.Struct, frozen=True, gc=False):
    """An intern as CNG announces them, placed in a perimeter; `discipline` as people read it."""

    id: PersonId
    perimeter: Perimeter
    cohort: int
    ranks: NationalRanks
    discipline: str = ""


def local_standings(
    entrants: Iterable[Entrant],
    feeding: Mapping[tuple[Profession, str], RankKind] = FEEDING,
) -> dict[PersonId, Standing]:
    """ "order on that rank within profession × discipline/group × territory × cohort".

    `cohort_size` = number in the cohort, those without a rank included. Whose rank is twice in a
    cohort have the same local rank: files with such a thing are refused, and it is never settled
    by the order in which they were read.
    """
    standings: dict[PersonId, Standing] = {}
    for (perimeter, _), cohort in _cohorts(entrants).items():
        _rank_cohort(cohort, feeding_rank(perimeter, feeding), standings)
    return standings


def _cohorts(entrants: Iterable[Entrant]) -> dict[tuple[Perimeter, int], list[Entrant]]:
    cohorts: dict[tuple[Perimeter, int], list[Entrant]] = {}
    for each in entrants:
        cohorts.setdefault((each.perimeter, each.cohort), []).append(each)
    return cohorts


def _rank_cohort(
    cohort: Sequence[Entrant], kind: RankKind, standings: dict[PersonId, Standing]
) -> None:
    """ "without the rank it needs an intern is unranked" """
    known = []
    for each in cohort:
        rank = each.ranks.of(kind)
        if rank is None:
            standings[each.id] = Reason("national_rank_missing", {"kind": kind.value.upper()})
        else:
            known.append((rank, each))
    counts = Counter(rank for rank, _ in known)
    first = _first_places(counts)
    for rank, each in known:
        fed_by = FedBy(kind, rank, each.discipline)
        standings[each.id] = LocalStanding(first[rank], len(cohort), fed_by)


def _first_places(counts: Mapping[int, int]) -> dict[int, int]:
    """1, 2, 2, 4: the place of each rank is one more than how many have a better one."""
    places, before = {}, 0
    for rank in sorted(counts):
        places[rank] = before + 1
        before += counts[rank]
    return places


class RankTwice(NamedTuple):
    """`id` has the `rank` that `before`, earlier in the list, has in the same cohort."""

    id: PersonId
    before: PersonId
    kind: RankKind
    rank: int
    cohort: int


def ranks_twice(entrants: Iterable[Entrant]) -> Iterator[RankTwice]:
    """Every rank that somebody of the same perimeter and cohort has already, cohort by cohort."""
    for (perimeter, _), cohort in _cohorts(entrants).items():
        yield from _twice(cohort, feeding_rank(perimeter))


def _twice(cohort: Iterable[Entrant], kind: RankKind) -> Iterator[RankTwice]:
    first: dict[int, PersonId] = {}
    for each in cohort:
        rank = each.ranks.of(kind)
        if rank is not None and first.setdefault(rank, each.id) != each.id:
            yield RankTwice(each.id, first[rank], kind, rank, each.cohort)
