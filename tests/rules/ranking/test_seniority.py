"""ranking.md §2 and DCI §4.1, example by example."""

import pytest

from amphi.rules.ranking.seniority import (
    Semester,
    SemesterKind,
    Semesters,
    SeniorityScope,
    counted,
    theoretical_cohort,
)

V, S, P = SemesterKind.VALIDATED, SemesterKind.SURNOMBRE_NON_VALIDANT, SemesterKind.PERSONAL_LEAVE
YEAR, LEAVE = SemesterKind.RESEARCH_YEAR, SemesterKind.RESEARCH_LEAVE


def spent(*kinds: SemesterKind, regime: str = "ADVANCED") -> list[Semester]:
    return [Semester(kind, regime) for kind in kinds]


def in_total(*kinds: SemesterKind) -> int:
    return counted(spent(*kinds), SeniorityScope.TOTAL, "ADVANCED").seniority


def test_sebastien_six_validated_and_two_of_research_make_eight() -> None:
    assert in_total(*[V] * 6, LEAVE, LEAVE) == 8


def test_claire_one_validated_one_in_surnombre_and_personal_leave_make_two() -> None:
    assert in_total(V, S, P) == 2


def test_a_semester_not_validated_counts_nothing() -> None:
    assert in_total(V, SemesterKind.NOT_VALIDATED) == 1


def test_research_year_and_leave_for_research_count_four_together_at_most() -> None:
    assert in_total(V, YEAR, YEAR, LEAVE, LEAVE, LEAVE) == 5
    assert in_total(V, YEAR, YEAR, LEAVE) == 4


def test_in_the_scope_of_the_phase_only_its_own_semesters_count() -> None:
    semesters = [*spent(V, V, S, regime="BASE"), *spent(V, YEAR)]
    assert counted(semesters, SeniorityScope.PHASE, "ADVANCED") == Semesters(1, 0, 1)
    assert counted(semesters, SeniorityScope.TOTAL, "ADVANCED") == Semesters(3, 1, 1)


@pytest.mark.parametrize(
    ("cohort", "elapsed", "seniority", "theoretical"),
    [
        (2012, 6, 6, 2012),
        (2012, 6, 4, 2013),
        (2012, 6, 2, 2014),
        (2019, 3, 3, 2019),
        (2019, 3, 2, 2019),
        (2019, 3, 1, 2020),
        (2019, 3, 0, 2020),
        (2018, 8, 7, 2018),
        (2019, 2, 3, 2019),  # ahead of time is on time
    ],
)
def test_the_theoretical_cohort_is_that_of_those_with_as_many_semesters(
    cohort: int, elapsed: int, seniority: int, theoretical: int
) -> None:
    assert theoretical_cohort(cohort, elapsed, seniority) == theoretical
