"""ranking.md §1; R §2.3, §2.4."""

import random
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amphi.rules.ranking.figures import half_up
from amphi.rules.ranking.interranking import Interranked, Method, Result, interrank

RESULTS = st.lists(
    st.tuples(st.sampled_from("ABC"), st.integers(0, 20), st.sampled_from([20])), max_size=15
).map(
    lambda rows: [
        Result(f"c{n}", exam, Fraction(mark), Fraction(out_of))
        for n, (exam, mark, out_of) in enumerate(rows)
    ]
)


def exam(name: str, out_of: int, *marks: int) -> list[Result]:
    numbered = enumerate(marks, 1)
    return [Result(f"{name}{n}", name, Fraction(mark), Fraction(out_of)) for n, mark in numbered]


THE_EXAMPLE = exam("A", 500, 425, 327, 318, 253) + exam("B", 700, 675, 650, 558)


def candidates(order: list[Interranked]) -> list[str]:
    return [each.result.candidate for each in order]


def test_the_example_by_marks() -> None:
    order = interrank(THE_EXAMPLE, Method.RIN)
    assert candidates(order) == ["B1", "B2", "A1", "B3", "A2", "A3", "A4"]
    assert [each.rank for each in order] == [1, 2, 3, 4, 5, 6, 7]
    shown = ["964.2857", "928.5714", "850.0000", "797.1429", "654.0000", "636.0000", "506.0000"]
    assert [half_up(each.value) for each in order] == shown
    assert not any(each.tied for each in order)


def test_the_example_by_rule_of_three() -> None:
    """ "A1 B1 A2 B2 A3 then B3 and A4 tie at 7 (higher normalised mark first, tie flagged)" """
    order = interrank(THE_EXAMPLE, Method.RI3)
    assert candidates(order) == ["A1", "B1", "A2", "B2", "A3", "B3", "A4"]
    sevenths = [Fraction(n, 12) for n in (21, 28, 42, 56, 63, 84, 84)]
    assert [each.value for each in order] == sevenths
    assert [each.rank for each in order] == [1, 2, 3, 4, 5, 6, 6]
    assert [each.tied for each in order] == [False] * 5 + [True] * 2


def test_equal_marks_of_different_exams_tie_alphabetically() -> None:
    order = interrank(exam("Z", 20, 10) + exam("É", 40, 20) + exam("A", 20, 5), Method.RIN)
    assert [(each.result.candidate, each.rank) for each in order] == [
        ("É1", 1),
        ("Z1", 1),
        ("A1", 3),
    ]


def test_equal_marks_in_one_exam_share_its_rank() -> None:
    order = interrank(exam("A", 20, 10, 15, 15, 5), Method.RI3)
    assert [(each.result.candidate, each.exam_rank, int(each.value)) for each in order] == [
        ("A2", 1, 1),
        ("A3", 1, 1),
        ("A1", 3, 3),
        ("A4", 4, 4),
    ]


def test_nobody_is_interranked_without_complaint() -> None:
    assert interrank([], Method.RI3) == []


@pytest.mark.parametrize("method", Method)
@given(results=RESULTS, seed=st.integers())
def test_the_order_of_the_results_changes_nothing(
    method: Method, results: list[Result], seed: int
) -> None:
    shuffled = random.Random(seed).sample(results, len(results))
    assert interrank(shuffled, method) == interrank(results, method)


@pytest.mark.parametrize("method", Method)
@given(results=RESULTS)
def test_a_better_mark_in_one_exam_is_never_a_worse_rank(
    method: Method, results: list[Result]
) -> None:
    order = interrank(results, method)
    for name in "ABC":
        own = [each for each in order if each.result.exam == name]
        assert all(a.result.mark >= b.result.mark for a, b in pairwise(own))


@pytest.mark.parametrize("method", Method)
@given(results=RESULTS)
def test_a_rank_is_one_more_than_how_many_are_better(method: Method, results: list[Result]) -> None:
    order = interrank(results, method)
    sign = -1 if method is Method.RIN else 1
    for each in order:
        assert each.rank == 1 + sum(sign * o.value < sign * each.value for o in order)
        assert each.tied == (sum(o.value == each.value for o in order) > 1)
