"""From the rows of a ranking file (protocol.md §5) to the lines to rank, or to all that is wrong."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

import msgspec

from amphi.rules.ids import PersonId
from amphi.rules.ranking.exams import Exam, NationalRanks
from amphi.rules.ranking.local_rank import (
    Entrant,
    LocalStanding,
    Reason,
    Standing,
    local_standings,
)
from amphi.rules.ranking.perimeters import Perimeter, Profession, Specialty, perimeter_of
from amphi.rules.ranking.preranking import Intern, Place, Placed
from amphi.rules.ranking.rank_file_checks import RankRow, check
from amphi.rules.ranking.seniority import Semesters
from amphi.rules.table_faults import RowFault
from amphi.rules.table_rows import Findings, Row, Rows, columns, each_row, ignore_others, require

BASE = (
    "intern",
    "last_name",
    "first_name",
    "exam",
    "cohort",
    "elapsed",
    "validated",
    "surnombre_non_validant",
    "research",
    "out_of_discipline",
)
GIVEN = ("local_rank", "cohort_size")
SIZE = "theoretical_size"
NATIONAL = ("profession", "specialty", "rc", "rin", "ri3")

_OLDEST = 1950
_MOST_SEMESTERS = 60
_HIGHEST = 10_000_000
_EXAMS = {each.value: each for each in Exam}
_PROFESSIONS = {each.value: each for each in Profession} | {
    "médecine": Profession.MEDICINE,
    "pharmacie": Profession.PHARMACY,
    "odontologie": Profession.ODONTOLOGY,
}


class RankReading(msgspec.Struct, frozen=True):
    """`placed` is empty when there are faults: a file is ranked whole or not at all."""

    placed: tuple[Placed, ...]
    faults: tuple[RowFault, ...]
    warnings: tuple[RowFault, ...]


def read_rank_rows(header: Sequence[str], rows: Rows, year: int) -> RankReading:
    """All faults at once, in the order of the file; `year`: the present one, for cohorts to come."""
    findings = Findings()
    places = columns(header, findings)
    given = _local_ranks_are_given(places)
    require(places, (*BASE, *(GIVEN if given else NATIONAL)), findings)
    ignore_others(places, (*BASE, *((*GIVEN, SIZE) if given else NATIONAL)), findings)
    read = [] if findings.faults else _rows(places, rows, year, findings)
    check(read, findings)
    findings.faults.sort(key=lambda fault: fault.line)
    placed = () if findings.faults else _with_standings(read)
    return RankReading(placed, tuple(findings.faults), tuple(findings.warnings))


def _local_ranks_are_given(places: Mapping[str, int]) -> bool:
    """ "either local_rank,cohort_size[,theoretical_size] or profession,specialty,rc,rin,ri3" """
    if all(name in places for name in GIVEN) or all(name in places for name in NATIONAL):
        return all(name in places for name in GIVEN)
    return any(name in places for name in GIVEN) or not any(name in places for name in NATIONAL)


def _rows(places: Mapping[str, int], rows: Rows, year: int, findings: Findings) -> list[RankRow]:
    """The sound ones; a row without any fault is compared with the others."""
    read = []
    for row in each_row(places, rows, findings):
        one = _given(row, places, year) if _local_ranks_are_given(places) else _computed(row, year)
        if row.sound:
            read.append(one)
    return read


def _given(row: Row, places: Mapping[str, int], year: int) -> RankRow:
    rank = row.whole_if_given("local_rank", 1, _HIGHEST)
    size = row.whole_if_given("cohort_size", 0, _HIGHEST)
    if rank and size and rank > size:
        row.fault("local_rank", "rank_above_size", rank=rank, size=size)
    theoretical = row.whole_if_given(SIZE, 0, _HIGHEST) if SIZE in places else msgspec.UNSET
    placed = Placed(_intern(row, _standing(rank, size), year), _place(row), "", theoretical)
    return RankRow(row.line, placed, None)


def _standing(rank: int | None, size: int | None) -> Standing:
    """ "Unknown or zero cohort size → the intern is *unranked*, with the reason" (ranking.md §3)"""
    if size is None:
        return Reason("cohort_size_unknown")
    if not size:
        return Reason("cohort_size_zero")
    return Reason("local_rank_unknown") if rank is None else LocalStanding(rank, size)


def _computed(row: Row, year: int) -> RankRow:
    """The standing comes later, from all rows together."""
    profession = _PROFESSIONS.get(row.required("profession").casefold())
    if profession is None and row.text("profession"):
        allowed = ", ".join(Profession)
        row.fault("profession", "unknown_profession", value=row.text("profession"), allowed=allowed)
    specialty = row.text("specialty")
    if profession is Profession.MEDICINE:
        row.required("specialty")
    ranks = NationalRanks(*(row.whole_if_given(name, 1, _HIGHEST) for name in NATIONAL[2:]))
    intern = _intern(row, Reason("local_rank_unknown"), year)
    perimeter = _perimeter(profession or Profession.MEDICINE, specialty)
    entrant = Entrant(intern.id, perimeter, intern.cohort, ranks, specialty)
    return RankRow(row.line, Placed(intern, _place(row), specialty), entrant)


@lru_cache(maxsize=1024)
def _perimeter(profession: Profession, specialty: str) -> Perimeter:
    return perimeter_of(Specialty(profession, "", specialty))


def _intern(row: Row, standing: Standing, year: int) -> Intern:
    if not row.text("last_name"):
        row.warn("last_name", "name_missing")
    return Intern(
        id=PersonId(row.required("intern")),
        last_name=row.text("last_name"),
        first_name=row.text("first_name"),
        exam=_exam(row),
        cohort=_cohort(row, year),
        elapsed=(elapsed := row.whole("elapsed", 0, _MOST_SEMESTERS)),
        semesters=_semesters(row, elapsed),
        standing=standing,
    )


def _exam(row: Row) -> Exam:
    written = row.required("exam")
    exam = _EXAMS.get(written.casefold())
    if exam is None and written:
        row.fault("exam", "unknown_exam", value=written, allowed=", ".join(Exam))
    return exam or Exam.NATIONAL


def _cohort(row: Row, year: int) -> int:
    row.required("cohort")
    cohort = row.whole_if_given("cohort", 0, 9999)
    if cohort is None:
        return _OLDEST
    if cohort < _OLDEST:
        row.fault("cohort", "cohort_too_old", cohort=cohort, oldest=_OLDEST)
    elif cohort > year:
        row.fault("cohort", "cohort_in_the_future", cohort=cohort, year=year)
    return cohort


def _semesters(row: Row, elapsed: int) -> Semesters:
    names = "validated", "surnombre_non_validant", "research"
    semesters = Semesters(*(row.whole(name, 0, _MOST_SEMESTERS) for name in names))
    if row.sound and semesters.seniority > elapsed:
        facts = {"seniority": semesters.seniority, "elapsed": elapsed}
        row.fault("elapsed", "seniority_above_elapsed", **facts)
    return semesters


def _place(row: Row) -> Place:
    """ "`out_of_discipline`: 0/1": whoever comes from another discipline is entering."""
    written = row.required("out_of_discipline")
    if written not in {"0", "1", ""}:
        row.fault("out_of_discipline", "not_zero_or_one", value=written)
    return Place.ENTERING if written == "1" else Place.STANDARD


def _with_standings(rows: Sequence[RankRow]) -> tuple[Placed, ...]:
    """ "then local ranks and sizes come from the rows" """
    standings = local_standings(row.entrant for row in rows if row.entrant)
    return tuple(
        msgspec.structs.replace(
            row.placed,
            intern=msgspec.structs.replace(row.placed.intern, standing=standings[row.id]),
        )
        if row.entrant
        else row.placed
        for row in rows
    )
