"""Ranks over several exams from their raw results: RIN by marks, RI3 by rule of three (ranking.md §1; R §2.3, §2.4)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from itertools import groupby

import msgspec

from amphi.rules.names import sort_key
from amphi.rules.ranking.figures import in_exact_order


class Method(StrEnum):
    RIN = "rin"
    RI3 = "ri3"


class Result(msgspec.Struct, frozen=True):
    """One candidate's mark out of the maximum of the exam, both exact; 0 ≤ mark ≤ out_of, out_of > 0."""

    candidate: str
    exam: str
    mark: Fraction
    out_of: Fraction

    @property
    def normalised(self) -> Fraction:
        """ "Les notes sont toutes rapportées à 1000" (R §2.3)"""
        return self.mark / self.out_of * 1000


class Interranked(msgspec.Struct, frozen=True):
    """`value`: the mark of 1000 (RIN), or exam_rank × candidates / exam_size (RI3).

    `tied`: somebody else has the very same value, and so the same rank.
    """

    result: Result
    method: Method
    value: Fraction
    rank: int
    tied: bool
    exam_rank: int
    exam_size: int
    candidates: int


def interrank(results: Iterable[Result], method: Method) -> list[Interranked]:
    """The order over all exams.

    Equal values: common rank (1, 2, 2, 4), "higher normalised mark first, tie flagged", then
    alphabetically.
    """
    kept = list(results)
    ranks = _exam_ranks(kept)
    sizes = Counter(each.exam for each in kept)
    values = [_value(each, method, ranks, sizes) for each in kept]
    keys = _keys(kept, values, method)
    order = sorted(range(len(kept)), key=keys.__getitem__)
    placed: list[Interranked] = []
    for _, run in groupby(order, key=lambda n: keys[n][0]):
        together = list(run)
        rank, tied = len(placed) + 1, len(together) > 1
        for n in together:
            each = kept[n]
            own = ranks[each.candidate], sizes[each.exam], len(kept)
            placed.append(Interranked(each, method, values[n], rank, tied, *own))
    return placed


def _value(
    result: Result, method: Method, ranks: Mapping[str, int], sizes: Counter[str]
) -> Fraction:
    """ "RI3: rank × (total number of candidates) / (size of the own exam), ordered up" """
    if method is Method.RIN:
        return result.normalised
    return Fraction(ranks[result.candidate] * sizes.total(), sizes[result.exam])


def _keys(
    results: Sequence[Result], values: Sequence[Fraction], method: Method
) -> list[tuple[int, int, str, str]]:
    """The first part is the value, exactly; "RIN: marks brought to /1000, ordered down" """
    sign = -1 if method is Method.RIN else 1
    order = in_exact_order(value.as_integer_ratio() for value in values)
    marks = in_exact_order(each.normalised.as_integer_ratio() for each in results)
    return [
        (sign * value, -mark, sort_key(each.candidate, ""), each.candidate)
        for each, value, mark in zip(results, order, marks, strict=True)
    ]


def _exam_ranks(results: Sequence[Result]) -> dict[str, int]:
    """By candidate: one more than how many have a better mark in the same exam."""
    marks = in_exact_order(each.normalised.as_integer_ratio() for each in results)
    exams: dict[str, list[tuple[int, str]]] = {}
    for mark, each in zip(marks, results, strict=True):
        exams.setdefault(each.exam, []).append((-mark, each.candidate))
    ranks: dict[str, int] = {}
    for exam in exams.values():
        before = 0
        for _, run in groupby(sorted(exam), key=lambda pair: pair[0]):
            equals = [candidate for _, candidate in run]
            ranks |= dict.fromkeys(equals, before + 1)
            before += len(equals)
    return ranks
