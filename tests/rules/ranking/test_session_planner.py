"""ranking.md §6; DCI §7."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amphi.rules.ranking.session_planner import (
    Expected,
    PlannedSession,
    Timetable,
    plan,
    plan_with_bounds,
)
from amphi.rules.refusals import Refusal

MINUTE = 60_000
HALF_PAST_ONE = (13 * 60 + 30) * MINUTE
ENTRIES = st.dictionaries(st.integers(1, 90), st.booleans(), max_size=60).map(
    lambda rows: [Expected(rank, absent) for rank, absent in rows.items()]
)


def everybody(count: int) -> list[Expected]:
    return [Expected(rank) for rank in range(1, count + 1)]


def shown(sessions: tuple[PlannedSession, ...]) -> list[tuple[str, str, int, int]]:
    return [(clock(s.starts_at), clock(s.ends_at), s.from_rank, s.to_rank) for s in sessions]


def clock(at: int) -> str:
    return f"{at // (60 * MINUTE)}:{at // MINUTE % 60:02}"


def test_the_example_of_the_manual() -> None:
    sessions = plan(everybody(43), HALF_PAST_ONE, Timetable())
    assert shown(sessions) == [("13:30", "14:00", 1, 30), ("14:00", "14:20", 31, 43)]


def test_the_worst_case_is_shown_beside_the_plan() -> None:
    """Thirty turns of 90 s take 45 minutes, thirteen more 19 and a half."""
    sessions = plan(everybody(43), HALF_PAST_ONE, Timetable())
    minutes = [(each.worst_end - HALF_PAST_ONE) / MINUTE for each in sessions]
    assert minutes == [45, 64.5]


def test_extra_time_counts_in_the_worst_case_only() -> None:
    entries = [Expected(1, extra_seconds=90)]
    (session,) = plan(entries, 0, Timetable())
    assert (session.ends_at, session.worst_end) == (10 * MINUTE, 3 * MINUTE)


def test_nobody_is_called_before_the_planned_start() -> None:
    sessions = plan(everybody(2), 0, Timetable(session_size=1))
    assert [each.worst_end for each in sessions] == [90_000, 10 * MINUTE + 90_000]


def test_expected_absences_take_no_time_but_a_place() -> None:
    entries = [Expected(rank, absent=rank > 10) for rank in range(1, 31)]
    assert shown(plan(entries, HALF_PAST_ONE, Timetable())) == [("13:30", "13:40", 1, 30)]


def test_a_session_of_absent_people_is_no_empty_span() -> None:
    (session,) = plan([Expected(1, absent=True)], 0, Timetable())
    assert (session.ends_at, session.worst_end) == (10 * MINUTE, 0)


def test_a_rank_that_nobody_has_belongs_to_the_session_after_it() -> None:
    entries = [Expected(rank) for rank in (2, 3, 6, 7)]
    sessions = plan(entries, 0, Timetable(session_size=2))
    assert [(each.from_rank, each.to_rank) for each in sessions] == [(1, 3), (4, 7)]


def test_bounds_are_editable() -> None:
    sessions = plan_with_bounds(everybody(43), [20, 43], HALF_PAST_ONE, Timetable())
    assert not isinstance(sessions, Refusal)
    assert shown(sessions) == [("13:30", "13:50", 1, 20), ("13:50", "14:20", 21, 43)]
    minutes = [(each.worst_end - HALF_PAST_ONE) / MINUTE for each in sessions]
    assert minutes == [30, 64.5]


@pytest.mark.parametrize("bounds", [[], [20], [20, 20, 43], [43, 20], [0, 43]])
def test_bounds_that_are_no_partition_are_refused(bounds: list[int]) -> None:
    refusal = plan_with_bounds(everybody(43), bounds, 0, Timetable())
    assert refusal == Refusal("sessions_not_a_partition")


def test_nobody_needs_no_session() -> None:
    assert plan([], 0, Timetable()) == ()


@given(ENTRIES, st.integers(1, 9))
def test_the_ranks_form_a_partition_and_the_times_follow_each_other(
    entries: list[Expected], size: int
) -> None:
    sessions = plan(entries, 0, Timetable(session_size=size))
    assert all(b.from_rank == a.to_rank + 1 for a, b in pairwise(sessions))
    assert all(b.starts_at == a.ends_at for a, b in pairwise(sessions))
    for each in sessions:
        inside = [e for e in entries if each.from_rank <= e.call_rank <= each.to_rank]
        assert 1 <= len(inside) <= size
    ranks = sorted(each.call_rank for each in entries)
    assert [each.to_rank for each in sessions][-1:] == ranks[-1:]
    assert [each.from_rank for each in sessions][:1] == [1][: len(ranks)]
