"""ranking.md §4, §5; R §5, §6."""

import msgspec
import pytest

from amphi.rules.ids import PersonId
from amphi.rules.ranking.final_ranking import (
    FinalRanking,
    Gesture,
    Swap,
    Swapped,
    publishing_refusal,
    swap_with_next,
    with_added,
    without,
)
from amphi.rules.ranking.preranking import prerank
from amphi.rules.ranking.tie_breaks import to_treat, validate
from amphi.rules.refusals import Refusal
from tests.rules.ranking.builders import own

GESTURE = Gesture(PersonId("agent"), 1_790_000_000_000, "erreur de saisie")


def a_final(*unranked: str) -> FinalRanking:
    ranked = (own(name, (n, 10)) for n, name in enumerate(("Ana", "Bob", "Cid", "Dan"), 1))
    final = validate(to_treat(prerank([*ranked, *(own(name, (1, 0)) for name in unranked)])))
    assert isinstance(final, FinalRanking)
    return final


def called(final: FinalRanking) -> list[tuple[int, str]]:
    return [(each.call_rank, each.intern) for each in final.lines]


def swap(final: FinalRanking, call_rank: int, gesture: Gesture = GESTURE) -> Swapped | Refusal:
    return swap_with_next(final, call_rank, gesture, choices_started=False)


def test_neighbours_are_swapped_and_the_change_is_logged() -> None:
    swapped = swap(a_final("Zoe"), 2)
    assert isinstance(swapped, Swapped)
    assert called(swapped.final) == [(1, "ana"), (2, "cid"), (3, "bob"), (4, "dan")]
    bob, cid = PersonId("bob"), PersonId("cid")
    assert swapped.swap == Swap(GESTURE, before={2: bob, 3: cid}, after={2: cid, 3: bob})
    assert len(swapped.final.unranked) == 1


def test_swapping_twice_puts_everybody_back() -> None:
    final = a_final()
    swapped = swap(final, 1)
    assert isinstance(swapped, Swapped)
    back = swap(swapped.final, 1)
    assert isinstance(back, Swapped)
    assert back.final == final


def test_a_hole_stays_where_it_is_and_neighbours_swap_over_it() -> None:
    final = without(a_final(), PersonId("bob"))
    assert called(final) == [(1, "ana"), (3, "cid"), (4, "dan")]
    assert final.holes == (2,)
    assert without(final, PersonId("ana")).holes == (1, 2)
    swapped = swap(final, 1)
    assert isinstance(swapped, Swapped)
    assert called(swapped.final) == [(1, "cid"), (3, "ana"), (4, "dan")]


@pytest.mark.parametrize("call_rank", [0, 4, 5])
def test_there_is_no_neighbour_below_the_last_nor_of_nobody(call_rank: int) -> None:
    assert swap(a_final(), call_rank) == Refusal("no_neighbour", {"call_rank": call_rank})


def test_a_change_without_a_reason_is_refused() -> None:
    silent = msgspec.structs.replace(GESTURE, why="  ")
    assert swap(a_final(), 1, silent) == Refusal("reason_needed")


def test_once_the_choices_have_started_nothing_is_swapped() -> None:
    refusal = swap_with_next(a_final(), 1, GESTURE, choices_started=True)
    assert refusal == Refusal("choices_started")


def test_an_added_intern_is_unranked_until_the_next_run() -> None:
    final = with_added(a_final("Zoe"), own("Eve", (1, 10)))
    assert [(each.intern.id, each.reason.code) for each in final.unranked] == [
        ("eve", "added_since"),
        ("zoe", "cohort_size_zero"),
    ]
    assert len(final.lines) == 4


def test_a_removed_intern_may_have_been_unranked() -> None:
    assert without(a_final("Zoe"), PersonId("zoe")) == a_final()


def test_a_list_with_somebody_unranked_is_not_published() -> None:
    assert publishing_refusal(a_final()) is None
    assert publishing_refusal(a_final("Zoe")) == Refusal("unranked_left", {"left": 1})


def test_a_list_of_nobody_has_no_holes() -> None:
    assert FinalRanking(()).holes == ()
