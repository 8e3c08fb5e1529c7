"""The file of interns: who they are, by which exam of which year they came, what they train for."""

import re
from collections.abc import Iterator, Sequence

from amphi.rules.names import sort_key
from amphi.rules.ranking.calendar import elapsed, is_semester, typed
from amphi.rules.ranking.exams import Exam
from amphi.rules.ranking.import_reading import (
    Accepted,
    Cells,
    Columns,
    InternRow,
    OnRecord,
    Sifted,
    Today,
    change_of,
    sift,
)
from amphi.rules.ranking.import_words import EXAMS, PROFESSIONS, REGIMES, cohort_of, meant
from amphi.rules.ranking.perimeters import Profession, Specialty, ranked_as
from amphi.rules.table_rows import Findings, Rows

COLUMNS = Columns(
    ("intern", "last_name", "first_name", "profession", "regime", "exam", "cohort"),
    ("discipline", "des", "email", "entered", "exam_label", "seniority", "homonym"),
)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_LONGEST = 200  # characters of a name, a discipline, an address
_MOST_SEMESTERS = 60


def sift_interns(
    header: Sequence[str], rows: Rows, on_record: OnRecord, today: Today
) -> Sifted[InternRow]:
    """Who may be brought in, and who waits with every fault of the row."""

    def judge(read: Sequence[Cells], _: Findings) -> Iterator[Accepted[InternRow]]:
        first: dict[str, int] = {}
        named = _named(on_record)
        told: set[str] = set()
        for cells in read:
            row = _row(cells, today)
            _only_once(cells, row, first)
            if row.intern in on_record.elsewhere:
                cells.fault("intern", "intern_elsewhere", intern=row.intern)
            _homonym(cells, row, named)
            if cells.sound:
                named.setdefault(_name(row), (row.intern, cells.line))
                _in_no_perimeter(cells, row, on_record, told)
                change = change_of(row, on_record.interns.get(row.intern))
                yield Accepted(cells.line, row, change)

    return sift(header, rows, COLUMNS, judge)


def _row(cells: Cells, today: Today) -> InternRow:
    """As far as it can be read; the faults are with the cells."""
    profession = meant(cells, "profession", PROFESSIONS, "unknown_profession")
    if profession is Profession.MEDICINE and not cells.text("discipline"):
        cells.fault("discipline", "missing_value")
    cohort = cohort_of(cells, today.year)
    row = InternRow(
        intern=_short(cells, "intern", required=True),
        last_name=_short(cells, "last_name", required=True),
        first_name=_short(cells, "first_name", required=True),
        email=_email(cells),
        profession=profession or Profession.MEDICINE,
        discipline=_short(cells, "discipline"),
        des=_short(cells, "des"),
        regime=meant(cells, "regime", REGIMES, "unknown_regime") or "OLD",
        exam=meant(cells, "exam", EXAMS, "unknown_exam") or Exam.NATIONAL,
        label=_short(cells, "exam_label"),
        cohort=cohort,
        entered=_entered(cells, cohort, today),
    )
    _seniority(cells, row, today)
    return row


def _short(cells: Cells, field: str, *, required: bool = False) -> str:
    text = cells.required(field) if required else cells.text(field)
    if len(text) > _LONGEST:
        cells.fault(field, "too_long", most=_LONGEST)
    return text[:_LONGEST]


def _email(cells: Cells) -> str:
    text = _short(cells, "email")
    if text and not _EMAIL.fullmatch(text):
        cells.fault("email", "bad_email", value=text[:40])
    return text


def _entered(cells: Cells, cohort: int, today: Today) -> str:
    """The November of the exam's year unless another semester is given; never one to come."""
    given = typed(cells.text("entered"))
    semester = given or f"{cohort}-11"
    if not is_semester(semester):
        cells.fault("entered", "bad_semester", value=given[:40])
        return f"{cohort}-11"
    if given and given > max(today.semester, f"{cohort}-11"):
        cells.fault("entered", "semester_too_late", semester=given, latest=today.semester)
    elif given and given < f"{cohort}-05":
        cells.fault("entered", "entered_before_cohort", semester=given, cohort=cohort)
    return semester


def _seniority(cells: Cells, row: InternRow, today: Today) -> None:
    """What another system says of it is checked and not kept: it is counted from the semesters."""
    said = cells.whole_if_given("seniority", 0, _MOST_SEMESTERS)
    most = elapsed(row.entered, today.semester)
    if said is not None and cells.sound and said > most:
        cells.fault("seniority", "seniority_above_elapsed", seniority=said, elapsed=most)


def _only_once(cells: Cells, row: InternRow, first: dict[str, int]) -> None:
    if row.intern and first.setdefault(row.intern, cells.line) != cells.line:
        cells.fault("intern", "duplicate_intern", intern=row.intern, first=first[row.intern])


def _in_no_perimeter(cells: Cells, row: InternRow, on_record: OnRecord, told: set[str]) -> None:
    """Brought in all the same, since perimeters may follow; each discipline is told of once."""
    key = ranked_as(Specialty(row.profession, "", row.discipline, row.des))
    divided = row.profession is Profession.MEDICINE and on_record.ranked
    if divided and key not in on_record.ranked and key not in told:
        told.add(key)
        cells.warn("discipline", "discipline_not_ranked", value=row.discipline)


def _named(on_record: OnRecord) -> dict[tuple[str, int], tuple[str, int]]:
    """Who has which name in which cohort, and on which line: 0, on record."""
    return {_name(each): (each.intern, 0) for each in on_record.interns.values()}


def _name(row: InternRow) -> tuple[str, int]:
    return sort_key(row.last_name, row.first_name), row.cohort


def _homonym(cells: Cells, row: InternRow, named: dict[tuple[str, int], tuple[str, int]]) -> None:
    """Two ids of one name in one cohort: one person entered twice, until somebody says otherwise."""
    said = cells.text("homonym")
    if said not in {"", "0", "1"}:
        cells.fault("homonym", "homonym_not_zero_or_one", value=said[:40])
    other, line = named.get(_name(row), (row.intern, 0))
    if other == row.intern or said == "1":
        return
    name = f"{row.first_name} {row.last_name}"
    if line:
        cells.fault("last_name", "homonym_in_file", name=name, first=line)
    else:
        cells.fault("last_name", "homonym_on_record", name=name, intern=other)
