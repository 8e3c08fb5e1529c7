"""ranking.md §7."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amphi.rules.ranking.minimum_offer import OfferSettings, minimum_offer

SMALL = OfferSettings(small_specialties=frozenset({"Santé publique"}))


@given(st.integers(0, 5000))
def test_it_is_seven_percent_more_rounded_up(interns: int) -> None:
    assert minimum_offer(interns) == math.ceil(Fraction(107, 100) * interns)


@pytest.mark.parametrize(
    ("interns", "specialty", "posts"),
    [
        (100, "Psychiatrie", 107),
        (14, "Psychiatrie", 15),
        (14, "SANTE PUBLIQUE", 16),
        (15, "Santé publique", 17),
        (429, "Médecine générale", 460),
        (430, "médecine générale", 460),
        (500, "Médecine générale", 530),
        (500, "Psychiatrie", 535),
        (0, "Psychiatrie", 0),
    ],
)
def test_small_specialties_and_general_medicine_have_their_own(
    interns: int, specialty: str, posts: int
) -> None:
    assert minimum_offer(interns, specialty, SMALL) == posts


def test_by_default_no_specialty_is_small() -> None:
    assert minimum_offer(10, "Santé publique") == 11
