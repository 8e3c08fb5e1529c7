"""The adjusted rank (rang calculé, rang actualisé): ranking.md §3. Two policies, since the sources differ."""

from enum import StrEnum
from fractions import Fraction

import msgspec

from amphi.rules.ranking.local_rank import LocalStanding, Reason


class Adjustment(StrEnum):
    """DCI §4.1, §7 (default), or IMOTEP (R §2.5)."""

    DCI = "dci"
    IMOTEP = "imotep"


class SizeFrom(StrEnum):
    """Where the size of the theoretical cohort comes from."""

    GIVEN = "given"
    COUNTED = "counted"  # DCI: the perimeter's own active interns who now belong to it
    LOCAL = "local"  # IMOTEP: the local size of that cohort
    NOT_NEEDED = "not_needed"  # IMOTEP, own cohort


class TheoreticalSize(msgspec.Struct, frozen=True, gc=False):
    """`size` None: unknown."""

    size: int | None
    origin: SizeFrom


class AdjustedRank(msgspec.Struct, frozen=True, gc=False):
    """local_rank / cohort_size × theoretical size, with its inputs; exact."""

    local_rank: int
    cohort_size: int
    theoretical: TheoreticalSize

    @property
    def ratio(self) -> tuple[int, int]:
        """Numerator and denominator, not reduced: what is compared."""
        if self.theoretical.size is None:
            return self.local_rank, 1
        return self.local_rank * self.theoretical.size, self.cohort_size

    @property
    def value(self) -> Fraction:
        return Fraction(*self.ratio)


OWN_COHORT = TheoreticalSize(None, SizeFrom.NOT_NEEDED)


def adjusted_rank(standing: LocalStanding, theoretical: TheoreticalSize) -> AdjustedRank | Reason:
    """DCI §4.1: 80 of 100, theoretical cohort of 150 → 120.

    `OWN_COHORT` as the theoretical size is IMOTEP's "own cohort → the local rank itself". Returns
    the reason when a size is unknown or zero: "the intern is unranked, and never silently last".
    """
    if not standing.cohort_size:
        return Reason("cohort_size_zero")
    if theoretical.origin is not SizeFrom.NOT_NEEDED and not theoretical.size:
        known = theoretical.size is not None
        return Reason("theoretical_size_zero" if known else "theoretical_size_unknown")
    return AdjustedRank(standing.local_rank, standing.cohort_size, theoretical)
