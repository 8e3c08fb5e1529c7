"""ranking.md §5; R §4."""

import pytest

from amphi.rules.ids import PersonId
from amphi.rules.ranking.final_ranking import FinalRanking
from amphi.rules.ranking.preranking import prerank
from amphi.rules.ranking.tie_breaks import TieBreaks, to_treat, treat, validate
from amphi.rules.refusals import Refusal
from tests.rules.ranking.builders import own, semesters, with_a_tie

BOB, ZED = PersonId("bob"), PersonId("zed")


def treated(*order: PersonId) -> TieBreaks:
    breaks = treat(to_treat(with_a_tie()), 2, order)
    assert isinstance(breaks, TieBreaks)
    return breaks


def test_every_group_is_to_treat_at_first() -> None:
    breaks = to_treat(with_a_tie())
    assert [(rank, group.treated) for rank, group in breaks.groups.items()] == [(2, False)]
    assert breaks.left == 1


def test_when_all_are_treated_everybody_has_a_call_rank_of_their_own() -> None:
    final = validate(treated(ZED, BOB))
    assert isinstance(final, FinalRanking)
    called = [(each.call_rank, each.intern) for each in final.lines]
    assert called == [(1, "ana"), (2, "zed"), (3, "bob"), (4, "yan")]


def test_a_treated_group_may_be_ordered_again() -> None:
    again = treat(treated(ZED, BOB), 2, [BOB, ZED])
    assert isinstance(again, TieBreaks)
    assert [line.intern.id for line in again.groups[2].lines] == ["bob", "zed"]
    assert again.left == 0


def test_over_several_sittings_the_rest_stays_to_treat() -> None:
    lines = [own(name, (n, 10)) for name, n in (("A", 1), ("B", 1), ("C", 2), ("D", 2))]
    breaks = treat(to_treat(prerank(lines)), 3, [PersonId("d"), PersonId("c")])
    assert isinstance(breaks, TieBreaks)
    assert (breaks.left, breaks.groups[3].treated) == (1, True)
    assert validate(breaks) == Refusal("ties_left", {"left": 1})


def test_the_oldest_exam_is_suggested_first() -> None:
    older = own("Zed", (2, 10), cohort=2018, elapsed=8, semesters=semesters(6))
    group = to_treat(prerank([own("Bob", (2, 10)), older])).groups[1]
    assert [line.intern.id for line in group.suggested] == ["zed", "bob"]


@pytest.mark.parametrize("order", [[BOB], [BOB, BOB], [BOB, ZED, PersonId("ana")], []])
def test_an_order_names_each_of_the_group_once(order: list[PersonId]) -> None:
    refusal = treat(to_treat(with_a_tie()), 2, order)
    assert refusal == Refusal("tie_order_incomplete", {"rank": 2})


def test_there_is_nothing_to_order_where_nobody_ties() -> None:
    assert treat(to_treat(with_a_tie()), 1, []) == Refusal("unknown_tie_group", {"rank": 1})


def test_without_ties_the_final_ranking_is_the_preranking() -> None:
    final = validate(
        to_treat(prerank([own("Bob", (2, 10)), own("Ana", (1, 10)), own("No", (1, 0))]))
    )
    assert isinstance(final, FinalRanking)
    assert [each.intern for each in final.lines] == ["ana", "bob"]
    assert [each.intern.id for each in final.unranked] == ["no"]
