"""Seniority and theoretical cohort (ranking.md §2, DCI §4.1)."""

from collections.abc import Iterable
from enum import StrEnum

import msgspec

MOST_RESEARCH = 4  # "dans la limite de 4 semestres" (DCI §4.1)


class SemesterKind(StrEnum):
    """What a semester was; the present one counts as what it will have been."""

    VALIDATED = "validated"  # surnombre validant included
    NOT_VALIDATED = "not_validated"
    SURNOMBRE_NON_VALIDANT = "surnombre_non_validant"
    RESEARCH_YEAR = "research_year"
    RESEARCH_LEAVE = "research_leave"
    PERSONAL_LEAVE = "personal_leave"


class SeniorityScope(StrEnum):
    """Policy: all semesters since entry, or those of the present phase only."""

    TOTAL = "total"
    PHASE = "phase"


class Semester(msgspec.Struct, frozen=True):
    """`regime`: the training regime it was done in (OLD, BASE, ADVANCED, CONSOLIDATION)."""

    kind: SemesterKind
    regime: str


class Semesters(msgspec.Struct, frozen=True, gc=False):
    """How many semesters of each kind that counts, the present one included."""

    validated: int
    surnombre_non_validant: int = 0
    research: int = 0  # research year and leave for research together, as spent

    @property
    def research_counted(self) -> int:
        """ "research year and leave for research together count at most 4" """
        return min(self.research, MOST_RESEARCH)

    @property
    def seniority(self) -> int:
        """Whole semesters. DCI §4.1: Sébastien 6 + 2 research = 8; Claire 1 + 1 surnombre = 2."""
        return self.validated + self.surnombre_non_validant + self.research_counted


def counted(semesters: Iterable[Semester], scope: SeniorityScope, regime: str) -> Semesters:
    """The semesters that count; `regime`: the present one, which PHASE keeps to.

    "Leave for personal reasons counts 0"; a semester not validated neither.
    """
    kinds = [
        each.kind for each in semesters if scope is SeniorityScope.TOTAL or each.regime == regime
    ]
    return Semesters(
        kinds.count(SemesterKind.VALIDATED),
        kinds.count(SemesterKind.SURNOMBRE_NON_VALIDANT),
        kinds.count(SemesterKind.RESEARCH_YEAR) + kinds.count(SemesterKind.RESEARCH_LEAVE),
    )


def theoretical_cohort(cohort: int, elapsed: int, seniority: int) -> int:
    """ "cohort + max(0, floor((elapsed - seniority) / 2))": the year of those with as many semesters.

    `cohort`: year of the exam; `elapsed`: semesters since entry, the present one included.
    """
    return cohort + max(0, (elapsed - seniority) // 2)
