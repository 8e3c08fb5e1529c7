from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amphi.rules.ranking.figures import half_up, in_exact_order, truncated

RATIOS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 60)), max_size=12)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Fraction(4, 12), "0.33"),
        (Fraction(466, 614) * 10, "7.58"),  # 7.5896…: truncated, never rounded
        (Fraction(120), "120.00"),
        (Fraction(0), "0.00"),
        (Fraction(1, 200), "0.00"),
    ],
)
def test_an_adjusted_rank_shows_two_decimals_truncated(value: Fraction, shown: str) -> None:
    assert truncated(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Fraction(675, 700) * 1000, "964.2857"),
        (Fraction(14, 3), "4.6667"),
        (Fraction(1, 20_000), "0.0001"),  # the half goes up
        (Fraction(7), "7.0000"),
    ],
)
def test_an_interranked_value_shows_four_decimals_half_up(value: Fraction, shown: str) -> None:
    assert half_up(value) == shown


@given(RATIOS)
def test_the_integers_order_and_equate_as_the_fractions_do(ratios: list[tuple[int, int]]) -> None:
    figures = in_exact_order(ratios)
    for one, figure in zip(ratios, figures, strict=True):
        for other, another in zip(ratios, figures, strict=True):
            assert (figure < another) is (Fraction(*one) < Fraction(*other))


def test_fractions_that_show_alike_are_not_equal() -> None:
    """ "Order on exact fractions, never on rounded figures" """
    near, nearer = in_exact_order([(99_999, 100_000), (99_998, 99_999)])
    assert near > nearer
