"""Exact figures, and how they are shown. "Order on exact fractions, never on rounded figures" (ranking.md §1)."""

from collections.abc import Iterable
from fractions import Fraction


def truncated(value: Fraction, decimals: int = 2) -> str:
    """`7.58` of 466/614 × 10: "show two decimals, truncated" (ranking.md §3). `value` ≥ 0."""
    return _with_point(value.numerator * 10**decimals // value.denominator, decimals)


def half_up(value: Fraction, decimals: int = 4) -> str:
    """`964.2857` of 675/700 × 1000: "exact to 4 decimals, half up" (protocol.md §5). `value` ≥ 0."""
    doubled = 2 * value.numerator * 10**decimals + value.denominator
    return _with_point(doubled // (2 * value.denominator), decimals)


def _with_point(digits: int, decimals: int) -> str:
    whole, rest = divmod(digits, 10**decimals)
    return f"{whole}.{rest:0{decimals}d}"


def in_exact_order(ratios: Iterable[tuple[int, int]]) -> list[int]:
    """An integer for each numerator and denominator (> 0) that orders and equates as the fractions do.

    Two different fractions with denominators ≤ q lie at least 1/q² apart, so that the whole parts
    of q² times each differ, and in the same direction: exact, and far quicker to sort than fractions.
    """
    kept = list(ratios)
    widest = max((denominator for _, denominator in kept), default=1) ** 2
    return [numerator * widest // denominator for numerator, denominator in kept]
