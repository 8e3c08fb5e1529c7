"""What late movements make of a run that has been begun (ranking.md §4; R §1, §3)."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amphi.rules.ids import PersonId
from amphi.rules.ranking.local_rank import LocalStanding
from amphi.rules.ranking.movements import MOVES, InternState, MovementKind, moved
from amphi.rules.ranking.preranking import Place, Placed, prerank
from amphi.rules.ranking.run import Stage, begun
from amphi.rules.ranking.run_gestures import (
    publish,
    treat_ties,
    validate_ties,
)
from amphi.rules.ranking.run_movements import arrives, leaves, outdated, relisted
from amphi.rules.refusals import Refusal
from tests.rules.ranking.builders import entering, own, with_a_tie
from tests.rules.ranking.runs import ANA, BOB, YAN, ZED, a_run, called, done


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
