"""ranking.md §3; DCI §4.1, §7; R §2.5."""

from fractions import Fraction

import pytest

from amphi.rules.ranking.adjusted_rank import (
    OWN_COHORT,
    AdjustedRank,
    SizeFrom,
    TheoreticalSize,
    adjusted_rank,
)
from amphi.rules.ranking.figures import truncated
from amphi.rules.ranking.local_rank import LocalStanding, Reason


def of(size: int | None) -> TheoreticalSize:
    return TheoreticalSize(size, SizeFrom.COUNTED)


@pytest.mark.parametrize(
    ("local_rank", "cohort_size", "size", "shown"),
    [
        (80, 100, of(150), "120.00"),  # Claire
        (108, 120, of(150), "135.00"),  # Maxime
        (4, 12, of(1), "0.33"),  # the call list of DCI §7
        (5, 10, of(10), "5.00"),
        (466, 614, of(10), "7.58"),
        (98, 157, OWN_COHORT, "98.00"),  # the profile card of DCI §4, which follows IMOTEP
    ],
)
def test_the_examples(local_rank: int, cohort_size: int, size: TheoreticalSize, shown: str) -> None:
    adjusted = adjusted_rank(LocalStanding(local_rank, cohort_size), size)
    assert isinstance(adjusted, AdjustedRank)
    assert truncated(adjusted.value) == shown


def test_it_is_exact() -> None:
    adjusted = adjusted_rank(LocalStanding(466, 614), of(10))
    assert isinstance(adjusted, AdjustedRank)
    assert adjusted.value == Fraction(2330, 307)


@pytest.mark.parametrize(
    ("cohort_size", "size", "reason"),
    [
        (0, of(10), "cohort_size_zero"),
        (10, of(0), "theoretical_size_zero"),
        (10, of(None), "theoretical_size_unknown"),
        (0, OWN_COHORT, "cohort_size_zero"),
    ],
)
def test_without_a_size_there_is_a_reason_and_never_a_last_place(
    cohort_size: int, size: TheoreticalSize, reason: str
) -> None:
    assert adjusted_rank(LocalStanding(1, cohort_size), size) == Reason(reason)
