"""Rows of import files, built for tests."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from amphi.rules.ranking.exams import Exam
from amphi.rules.ranking.import_interns import sift_interns
from amphi.rules.ranking.import_ranks import sift_ranks
from amphi.rules.ranking.import_reading import InternRow, OnRecord, RanksRow, Sifted, Today
from amphi.rules.ranking.import_semesters import sift_semesters
from amphi.rules.ranking.perimeters import Profession
from amphi.rules.table_faults import RowFault

TODAY = Today(2026, "2026-11")
INTERN = {
    "intern": "i1",
    "last_name": "ŒUVRARD",
    "first_name": "Émile",
    "profession": "médecine",
    "discipline": "Santé publique",
    "regime": "phase d'approfondissement",
    "exam": "national",
    "cohort": "2024",
}
SEMESTER = {"intern": "i1", "semester": "2025-05", "kind": "validé"}
RANKS = {"intern": "i1", "exam": "national", "cohort": "2024", "rc": "12", "rin": "15", "ri3": ""}


def an_intern(intern: str = "i1", **changed: Any) -> InternRow:
    """As INTERN gives one."""
    made = InternRow(
        intern=intern,
        last_name="ŒUVRARD",
        first_name="Émile",
        email="",
        profession=Profession.MEDICINE,
        discipline="Santé publique",
        des="",
        regime="ADVANCED",
        exam=Exam.NATIONAL,
        label="",
        cohort=2024,
        entered="2024-11",
    )
    return msgspec.structs.replace(made, **changed)


def known(*interns: InternRow, ranks: Sequence[RanksRow] = ()) -> OnRecord:
    return OnRecord(
        {each.intern: each for each in interns or [an_intern()]},
        {},
        {each.intern: each for each in ranks},
    )


def table(
    base: Mapping[str, str], *rows: Mapping[str, str]
) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Header and rows: `base` with what each row changes; more names make more columns."""
    header = list(dict.fromkeys([*base, *(name for row in rows for name in row)]))
    cells = [[{**base, **row}.get(name, "") for name in header] for row in rows]
    return header, list(enumerate(cells, 2))


def interns(*rows: Mapping[str, str], on_record: OnRecord | None = None) -> Sifted[Any]:
    return sift_interns(*table(INTERN, *rows), on_record or OnRecord(), TODAY)


def semesters(*rows: Mapping[str, str], on_record: OnRecord | None = None) -> Sifted[Any]:
    return sift_semesters(*table(SEMESTER, *rows), on_record or known(), TODAY)


def ranks(*rows: Mapping[str, str], on_record: OnRecord | None = None) -> Sifted[Any]:
    return sift_ranks(*table(RANKS, *rows), on_record or known(), TODAY)


def places(faults: Sequence[RowFault]) -> list[tuple[int, str, str]]:
    return [(each.line, each.field, each.code) for each in faults]
