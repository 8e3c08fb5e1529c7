"""What may be done to a ranking run in which stage, and what each gesture makes of it (ranking.md §4, §5)."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amphi.rules.ids import PersonId
from amphi.rules.ranking import calendar
from amphi.rules.ranking.contesting import (
    answer_contest,
    close_contests,
    file_contest,
    open_contests,
)
from amphi.rules.ranking.local_rank import LocalStanding
from amphi.rules.ranking.movements import MOVES, InternState, MovementKind, moved
from amphi.rules.ranking.preranking import Place
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
from amphi.rules.ranking.run_movements import arrives, leaves, outdated, relisted
from amphi.rules.refusals import RANKING, Refusal
from tests.rules.ranking.builders import entering, own, with_a_tie
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


# --- movements ----------------------------------------------------------------


def test_who_leaves_is_a_hole_and_nobody_elses_rank_changes() -> None:
    run = leaves(a_run(Stage.FINAL), BOB)
    assert called(run) == [(1, ANA), (2, ZED), (4, YAN)]
    assert (run.holes, run.late_movement, run.changed) == (1, True, True)


def test_whoever_is_left_alone_of_a_tie_needs_no_operator() -> None:
    for gone, left in ((BOB, ZED), (ZED, BOB)):
        run = leaves(begun(with_a_tie()), gone)
        assert run.ties_left == 0
        assert called(done(validate_ties(run))) == [(1, ANA), (2, left), (4, YAN)]
    empty = leaves(leaves(begun(with_a_tie()), BOB), ZED)
    assert called(done(validate_ties(empty))) == [(1, ANA), (4, YAN)]


def test_who_arrives_is_unranked_until_it_is_run_again() -> None:
    new = own("Eve", (1, 5))
    for stage in (Stage.TIES, Stage.FINAL):
        run = arrives(a_run(stage), new)
        assert [each.reason.code for each in run.preranking.unranked] == ["added_since"]
    refused = publish(arrives(a_run(Stage.FINAL), new))
    assert refused == Refusal("unranked_left", {"left": 1})
    late = validate_ties(done(treat_ties(arrives(a_run(), new), 2, [BOB, ZED])))
    assert publish(done(late)) == Refusal("unranked_left", {"left": 1})


def test_a_line_that_was_only_unranked_leaves_no_hole() -> None:
    run = leaves(arrives(a_run(Stage.FINAL), own("Eve", (1, 5))), PersonId("eve"))
    assert (run.holes, run.unranked) == (0, 0)
    assert publish(run) != Refusal("unranked_left", {"left": 1})


def test_who_left_and_came_back_while_ties_were_treated_is_unranked_once_they_are() -> None:
    bob = own("Bob", (2, 10))
    run = done(validate_ties(arrives(leaves(begun(with_a_tie()), BOB), bob)))
    assert called(run) == [(1, ANA), (2, ZED), (4, YAN)]
    assert publish(run) == Refusal("unranked_left", {"left": 1})


def test_only_whose_place_changed_leave_and_arrive() -> None:
    run = a_run(Stage.FINAL)
    standing = {line.intern.id: line.placed for line in run.preranking.lines}
    assert relisted(run, {person: [placed] for person, placed in standing.items()}) is run
    case = msgspec.structs.replace(standing[BOB], discipline=standing[BOB].discipline.upper())
    assert relisted(run, {BOB: [case], PersonId("eve"): []}) is run
    leaving = msgspec.structs.replace(standing[BOB], place=Place.LEAVING)
    after = relisted(run, {BOB: [leaving], ANA: [], ZED: [standing[ZED]]})
    assert called(after) == [(2, ZED), (4, YAN)]
    assert [each.placed for each in after.preranking.unranked] == [leaving]
    assert relisted(after, {BOB: [leaving], ANA: []}) is after


def test_many_arrive_as_one_after_the_other_would() -> None:
    new = [own(name, (1, 5)) for name in ("Eve", "Zoe", "Abel")]
    one_by_one = a_run(Stage.FINAL)
    for each in new:
        one_by_one = arrives(one_by_one, each)
    assert arrives(a_run(Stage.FINAL), *new) == one_by_one
    assert leaves(one_by_one, BOB, ANA) == leaves(leaves(one_by_one, ANA), BOB)


def test_a_run_is_outdated_once_somebody_still_there_has_other_figures() -> None:
    run = a_run(Stage.FINAL)
    now = [line.placed for line in run.preranking.lines]
    assert not outdated(run, now)
    named = msgspec.structs.replace(now[0].intern, first_name="Rebaptisée")
    assert not outdated(run, [msgspec.structs.replace(now[0], intern=named)])
    moved = msgspec.structs.replace(now[0].intern, standing=LocalStanding(1, 99))
    assert outdated(run, [msgspec.structs.replace(now[0], intern=moved)])
    assert not outdated(leaves(run, moved.id), [msgspec.structs.replace(now[0], intern=moved)])


def test_only_the_row_where_the_intern_will_choose_is_on_the_call_list() -> None:
    from amphi.rules.ranking.preranking import Placed, prerank

    leaving = Placed(own("Lea", (1, 10)).intern, Place.LEAVING, "Autre", 10)
    lines = [leaving, own("Ana", (2, 10)), entering("Lea", (1, 10))]
    run = done(validate_ties(begun(prerank(lines))))
    assert called(run) == [(1, "lea"), (2, "ana"), (3, "lea")]
    listed = [(each.call_rank, each.intern) for each in run.callable_lines]
    assert listed == [(2, "ana"), (3, "lea")]
    assert begun(prerank(lines)).callable_lines == ()


@settings(max_examples=60, deadline=None)
@given(data=st.data(), count=st.integers(2, 9))
def test_after_any_movements_call_ranks_are_unique_and_those_of_before(
    data: st.DataObject, count: int
) -> None:
    from amphi.rules.ranking.preranking import prerank

    ranks = data.draw(st.lists(st.integers(1, 3), min_size=count, max_size=count))
    run = begun(prerank([own(f"I{n}", (rank, 10)) for n, rank in enumerate(ranks)]))
    gone = data.draw(st.sets(st.integers(0, count - 1)))
    for n in gone:
        run = leaves(run, PersonId(f"i{n}"))
    for rank, group in run.breaks.groups.items():
        order = data.draw(st.permutations([line.intern.id for line in run.present(group)]))
        run = done(treat_ties(run, rank, order))
    final = called(done(validate_ties(run)))
    shown = [rank for rank, _ in final]
    assert shown == sorted(set(shown))
    assert {intern for _, intern in final} == {f"i{n}" for n in range(count) if n not in gone}
    assert all(1 <= rank <= count for rank in shown)


@pytest.mark.parametrize("kind", MovementKind)
@pytest.mark.parametrize("state", InternState)
def test_a_movement_starts_from_one_state_only(kind: MovementKind, state: InternState) -> None:
    before, after = MOVES[kind]
    result = moved(state, kind)
    if state is before:
        assert result is after
    else:
        assert isinstance(result, Refusal)
        assert result.code == "movement_impossible"


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
