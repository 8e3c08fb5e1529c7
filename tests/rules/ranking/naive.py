"""The preranking again, written from ranking.md alone: slowly, with fractions and pairwise comparison."""

from fractions import Fraction
from math import floor
from typing import NamedTuple


class Row(NamedTuple):
    id: str
    foreign: bool
    entering: bool
    cohort: int
    elapsed: int
    validated: int
    surnombre: int
    research: int
    local_rank: int
    cohort_size: int

    @property
    def seniority(self) -> int:
        research = min(4, self.research)
        return self.validated + self.surnombre + research

    @property
    def theoretical(self) -> int:
        late = floor(Fraction(self.elapsed - self.seniority, 2))
        return self.cohort + late if late > 0 else self.cohort


def adjusted(row: Row, rows: list[Row], policy: str) -> Fraction | None:
    """None: unranked."""
    if row.cohort_size == 0:
        return None
    if policy == "imotep" and row.theoretical == row.cohort:
        return Fraction(row.local_rank)
    if policy == "imotep":
        stated = {o.cohort_size for o in rows if not o.entering and o.cohort == row.theoretical}
        size = stated.pop() if len(stated) == 1 else 0
    else:
        size = sum(1 for o in rows if not o.entering and o.theoretical == row.theoretical)
    return Fraction(row.local_rank, row.cohort_size) * size if size else None


def comes_before(one: Row, other: Row, rows: list[Row], policy: str) -> bool:
    if one.seniority != other.seniority:
        return one.seniority > other.seniority
    if one.foreign != other.foreign:
        return other.foreign
    if one.entering != other.entering:
        return other.entering
    first, second = adjusted(one, rows, policy), adjusted(other, rows, policy)
    return first is not None and second is not None and first < second


def ranks(rows: list[Row], policy: str) -> dict[str, int]:
    """By id: one more than how many come before; who is unranked is left out."""
    ranked = [row for row in rows if adjusted(row, rows, policy) is not None]
    return {
        row.id: 1 + sum(comes_before(other, row, rows, policy) for other in ranked)
        for row in ranked
    }
