"""Words of import files, as ARS and CNG write them, and what they mean here."""

from collections.abc import Mapping
from typing import TypeVar

from amphi.rules.names import plain
from amphi.rules.ranking.exams import Exam
from amphi.rules.ranking.import_reading import Cells
from amphi.rules.ranking.perimeters import Profession
from amphi.rules.ranking.seniority import SemesterKind

Word = TypeVar("Word")

OLDEST = 1950  # of cohorts


def _words(table: Mapping[str, Word]) -> dict[str, Word]:
    """Case, accents, spaces and hyphens do not count."""
    return {plain(written): meant for written, meant in table.items()}


PROFESSIONS = _words(
    {each.value: each for each in Profession}
    | {"médecine": Profession.MEDICINE, "médecin": Profession.MEDICINE}
    | {"pharmacie": Profession.PHARMACY, "pharmacien": Profession.PHARMACY}
    | {"odontologie": Profession.ODONTOLOGY, "dentiste": Profession.ODONTOLOGY}
)
EXAMS = _words(
    {each.value: each for each in Exam}
    | {"ECN": Exam.NATIONAL, "européen": Exam.EUROPEAN, "étranger": Exam.FOREIGN}
    | {"médecine du travail": Exam.OCCUPATIONAL, "MET": Exam.FOREIGN, "PET": Exam.FOREIGN}
)
REGIMES = _words(
    {each: each for each in ("OLD", "BASE", "ADVANCED", "CONSOLIDATION")}
    | {"ancien régime": "OLD", "phase socle": "BASE", "phase d'approfondissement": "ADVANCED"}
    | {"phase de consolidation": "CONSOLIDATION", "docteur junior": "CONSOLIDATION"}
)
KINDS = _words(
    {each.value: each for each in SemesterKind}
    | {"validé": SemesterKind.VALIDATED, "non validé": SemesterKind.NOT_VALIDATED}
    | {"surnombre non validant": SemesterKind.SURNOMBRE_NON_VALIDANT}
    | {"année recherche": SemesterKind.RESEARCH_YEAR}
    | {"disponibilité pour recherche": SemesterKind.RESEARCH_LEAVE}
    | {"disponibilité pour convenances personnelles": SemesterKind.PERSONAL_LEAVE}
)

ALLOWED = {
    "unknown_profession": "médecine, pharmacie, odontologie",
    "unknown_exam": "national, européen, médecine du travail, étranger",
    "unknown_regime": "ancien régime, phase socle, phase d'approfondissement, phase de consolidation",
    "unknown_semester_kind": "validé, non validé, surnombre non validant, année recherche, "
    "disponibilité pour recherche, disponibilité pour convenances personnelles",
}


def meant(cells: Cells, field: str, words: Mapping[str, Word], unknown: str) -> Word | None:
    """What a cell that must say something says; None after a fault."""
    written = cells.required(field)
    found = words.get(plain(written))
    if found is None and written:
        cells.fault(field, unknown, value=written[:40], allowed=ALLOWED[unknown])
    return found


def cohort_of(cells: Cells, year: int) -> int:
    """A year that has begun; `OLDEST` after a fault."""
    cells.required("cohort")
    cohort = cells.whole_if_given("cohort", 0, 9999)
    if cohort is None:
        return OLDEST
    if cohort < OLDEST:
        cells.fault("cohort", "cohort_too_old", cohort=cohort, oldest=OLDEST)
    elif cohort > year:
        cells.fault("cohort", "cohort_in_the_future", cohort=cohort, year=year)
    return cohort
