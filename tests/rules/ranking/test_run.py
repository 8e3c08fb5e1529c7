"""What may be done to a ranking run in which stage, and what each gesture makes of it (ranking.md §4, §5)."""

from collections.abc import Callable
from typing import Any

import pytest

from amphi.rules.ids import PersonId
from amphi.rules.ranking import calendar
from amphi.rules.ranking.contesting import (
    answer_contest,
    close_contests,
    file_contest,
    open_contests,
)
from amphi.rules.ranking.run import OK, REFUSED_IN, RankingRun, RunGesture, Stage, begun
from amphi.rules.ranking.run_contests import LONGEST, ContestState
from amphi.rules.ranking.run_gestures import (
    SwappedRun,
    back_to_ties,
    freeze,
    publish,
    reopen,
    swap,
    treat_ties,
    validate_ties,
)
from amphi.rules.ranking.run_movements import leaves
from amphi.rules.refusals import RANKING, Refusal
from tests.rules.ranking.builders import with_a_tie
from tests.rules.ranking.runs import ANA, BOB, SILENT, WHY, YAN, ZED, a_run, called, done

GESTURES: dict[RunGesture, Callable[[RankingRun], Any]] = {
    RunGesture.TREAT_TIES: lambda run: treat_ties(run, 2, [BOB, ZED]),
    RunGesture.VALIDATE_TIES: validate_ties,
    RunGesture.BACK_TO_TIES: lambda run: back_to_ties(run, WHY),
    RunGesture.SWAP: lambda run: swap(run, 1, WHY),
    RunGesture.PUBLISH: publish,
    RunGesture.OPEN_CONTESTS: open_contests,
    RunGesture.CLOSE_CONTESTS: close_contests,
    RunGesture.FILE_CONTEST: lambda run: file_contest(run, "c1", ANA, "non", 0),
    RunGesture.ANSWER_CONTEST: lambda run: answer_contest(run, "c1", ContestState.REJECTED, WHY),
    RunGesture.FREEZE: freeze,
    RunGesture.REOPEN: lambda run: reopen(run, WHY),
}
# What the stage allows, and the run is not ready for.
NOT_YET = {"ties_left", "unknown_contest", "nothing_changed"}


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("gesture", RunGesture)
def test_a_gesture_is_refused_as_the_table_says(gesture: RunGesture, stage: Stage) -> None:
    result = GESTURES[gesture](a_run(stage))
    wanted = REFUSED_IN[gesture][stage]
    code = result.code if isinstance(result, Refusal) else OK
    assert code == wanted or (wanted == OK and code in NOT_YET)


def test_every_code_of_the_table_is_a_refusal_of_ranking() -> None:
    codes = {code for row in REFUSED_IN.values() for code in row.values()} - {OK}
    assert codes <= RANKING.keys()


def test_ties_are_treated_over_several_sittings() -> None:
    run = begun(with_a_tie())
    assert (run.ties_left, validate_ties(run)) == (1, Refusal("ties_left", {"left": 1}))
    once = done(treat_ties(run, 2, [ZED, BOB]))
    again = done(treat_ties(once, 2, [BOB, ZED]))
    assert called(done(validate_ties(again))) == [(1, ANA), (2, BOB), (3, ZED), (4, YAN)]


@pytest.mark.parametrize(
    ("rank", "order", "code"),
    [
        (3, [BOB, ZED], "unknown_tie_group"),
        (2, [BOB], "tie_order_incomplete"),
        (2, [BOB, BOB], "tie_order_incomplete"),
        (2, [BOB, ZED, ANA], "tie_order_incomplete"),
    ],
)
def test_a_group_is_ordered_whole_or_not_at_all(
    rank: int, order: list[PersonId], code: str
) -> None:
    refused = treat_ties(a_run(), rank, order)
    assert isinstance(refused, Refusal)
    assert refused.code == code


def test_going_back_to_the_ties_forgets_the_swaps_and_keeps_the_orders() -> None:
    swapped = swap(a_run(Stage.FINAL), 1, WHY)
    assert isinstance(swapped, SwappedRun)
    back = done(back_to_ties(swapped.run, WHY))
    assert (back.stage, back.final, back.ties_left) == (Stage.TIES, None, 0)
    assert called(done(validate_ties(back))) == called(a_run(Stage.FINAL))


def test_a_swap_says_who_when_before_after_and_why() -> None:
    swapped = swap(a_run(Stage.FINAL), 2, WHY)
    assert isinstance(swapped, SwappedRun)
    assert called(swapped.run) == [(1, ANA), (2, BOB), (3, ZED), (4, YAN)]
    assert (swapped.swap.before, swapped.swap.after) == ({2: ZED, 3: BOB}, {2: BOB, 3: ZED})
    assert swapped.swap.gesture == WHY


@pytest.mark.parametrize(
    "gesture",
    [
        lambda: swap(a_run(Stage.FINAL), 1, SILENT),
        lambda: back_to_ties(a_run(Stage.FINAL), SILENT),
        lambda: reopen(a_run(Stage.FROZEN), SILENT),
    ],
)
def test_whatever_undoes_needs_a_reason(gesture: Callable[[], Any]) -> None:
    assert gesture() == Refusal("reason_needed")


def test_a_frozen_list_is_frozen_again_only_once_something_changed() -> None:
    run = a_run(Stage.FROZEN)
    assert freeze(run) == Refusal("nothing_changed")
    assert done(freeze(leaves(run, BOB))).changed is False
    opened = done(reopen(run, WHY))
    assert (opened.stage, done(freeze(opened)).stage) == (Stage.ANSWERED, Stage.FROZEN)


def test_a_published_list_goes_back_to_the_final_ranking() -> None:
    assert done(reopen(a_run(Stage.PROVISIONAL), WHY)).stage is Stage.FINAL
    assert done(reopen(a_run(Stage.ANSWERED), WHY)).stage is Stage.FINAL


# --- contests -----------------------------------------------------------------


def contested() -> RankingRun:
    return done(file_contest(a_run(Stage.CONTESTS), "c1", BOB, " Mon rang. ", 7))


def test_an_intern_of_the_list_contests_once_at_a_time() -> None:
    run = contested()
    (filed,) = run.contests
    assert (filed.person, filed.says, filed.state) == (BOB, "Mon rang.", ContestState.OPEN)
    assert file_contest(run, "c2", BOB, "Encore.", 8) == Refusal("contest_pending")
    assert file_contest(run, "c2", PersonId("eve"), "Moi !", 8) == Refusal("not_on_the_list")
    assert file_contest(run, "c2", ANA, "  ", 8) == Refusal("reason_needed")
    long = file_contest(run, "c2", ANA, "x" * (LONGEST + 1), 8)
    assert long == Refusal("text_too_long", {"most": LONGEST})
    answered = done(answer_contest(run, "c1", ContestState.REJECTED, WHY))
    assert len(done(file_contest(answered, "c2", BOB, "Encore.", 9)).contests) == 2


def test_a_contest_is_answered_once_and_before_the_list_is_frozen() -> None:
    run = done(close_contests(contested()))
    assert freeze(run) == Refusal("contests_unanswered", {"left": 1})
    assert answer_contest(run, "c9", ContestState.ACCEPTED, WHY) == Refusal("unknown_contest")
    assert answer_contest(run, "c1", ContestState.ACCEPTED, SILENT) == Refusal("reason_needed")
    assert answer_contest(run, "c1", ContestState.OPEN, WHY) == Refusal("contest_answered")
    answered = done(answer_contest(run, "c1", ContestState.ACCEPTED, WHY))
    (contest,) = answered.contests
    assert (contest.answer, contest.answered_by, contest.answered_at) == (
        WHY.why,
        WHY.by,
        WHY.at,
    )
    again = answer_contest(answered, "c1", ContestState.REJECTED, WHY)
    assert again == Refusal("contest_answered")
    assert done(freeze(answered)).stage is Stage.FROZEN


# --- semesters ----------------------------------------------------------------


def test_semesters_follow_each_other() -> None:
    assert calendar.before("2027-05") == "2026-11"
    assert calendar.before("2026-11") == "2026-05"
    assert calendar.elapsed("2024-11", "2026-11") == 5
    assert calendar.elapsed("2027-05", "2026-11") == 0
    assert [calendar.numbered(calendar.number(each)) for each in ("2026-05", "2026-11")] == [
        "2026-05",
        "2026-11",
    ]


@pytest.mark.parametrize("written", ["2026-06", "26-05", "", "2026-5", "2026-11-01"])
def test_what_is_no_semester_is_none(written: str) -> None:
    assert not calendar.is_semester(written)
    with pytest.raises(ValueError, match=r".*"):
        calendar.number(written)
