"""The file of semesters: what each one was, and where out-of-discipline stages lead."""

from collections.abc import Iterator, Sequence

import msgspec

from amphi.rules.ranking.calendar import is_semester, number, numbered, typed
from amphi.rules.ranking.import_reading import (
    Accepted,
    Cells,
    Columns,
    InternRow,
    OnRecord,
    SemesterRow,
    Sifted,
    Today,
    change_of,
    sift,
)
from amphi.rules.ranking.import_words import KINDS, REGIMES, meant
from amphi.rules.ranking.perimeters import Profession, is_known
from amphi.rules.ranking.seniority import SemesterKind
from amphi.rules.table_rows import Findings, Rows

COLUMNS = Columns(("intern", "semester", "kind"), ("regime", "out_of_discipline"))
_LONGEST = 200


def sift_semesters(
    header: Sequence[str], rows: Rows, on_record: OnRecord, today: Today
) -> Sifted[SemesterRow]:
    """Of interns on record; one row for a semester of somebody."""

    def judge(read: Sequence[Cells], _: Findings) -> Iterator[Accepted[SemesterRow]]:
        first: dict[tuple[str, str], int] = {}
        for cells in read:
            row = _row(cells, on_record, today)
            key = row.intern, row.semester
            if all(key) and first.setdefault(key, cells.line) != cells.line:
                facts = {"intern": row.intern, "semester": row.semester, "first": first[key]}
                cells.fault("semester", "duplicate_semester", **facts)
            if cells.sound:
                known = on_record.semesters.get(key)
                kept = _kept(cells, row, known)
                yield Accepted(cells.line, kept, change_of(kept, known))

    return sift(header, rows, COLUMNS, judge)


def _row(cells: Cells, on_record: OnRecord, today: Today) -> SemesterRow:
    intern = cells.required("intern")
    if intern and intern not in on_record.interns:
        cells.fault("intern", "unknown_intern", value=intern[:40])
    elsewhere = cells.text("out_of_discipline")
    if len(elsewhere) > _LONGEST:
        cells.fault("out_of_discipline", "too_long", most=_LONGEST)
    semester = _semester(cells, intern, on_record, today)
    if semester > today.semester and _leads_nowhere(
        elsewhere, on_record.interns.get(intern), on_record
    ):
        cells.fault("out_of_discipline", "unknown_discipline", value=elsewhere[:40])
    return SemesterRow(
        intern=intern,
        semester=semester,
        kind=_kind(cells, elsewhere or (intern, semester) in on_record.semesters),
        regime=_regime(cells, intern, on_record),
        elsewhere=elsewhere,
    )


def _leads_nowhere(elsewhere: str, intern: InternRow | None, on_record: OnRecord) -> bool:
    """Only medicine is divided into disciplines; what stages of former semesters were is history."""
    known = on_record.disciplines
    if not elsewhere or known is None or intern is None:
        return False
    return intern.profession is Profession.MEDICINE and not is_known(elsewhere, known)


def _semester(cells: Cells, intern: str, on_record: OnRecord, today: Today) -> str:
    """Between the entry and the next one."""
    semester, latest = typed(cells.required("semester")), numbered(number(today.semester) + 1)
    if not semester:
        return ""
    if not is_semester(semester):
        cells.fault("semester", "bad_semester", value=semester[:40])
        return ""
    if semester > latest:
        cells.fault("semester", "semester_too_late", semester=semester, latest=latest)
    known = on_record.interns.get(intern)
    if known is not None and semester < known.entered:
        facts = {"semester": semester, "entered": known.entered}
        cells.fault("semester", "semester_before_entry", **facts)
    return semester


def _kind(cells: Cells, other: str | bool) -> SemesterKind | None:
    """May be left open where the row speaks only of the stage elsewhere, or of its end."""
    if not cells.text("kind") and other:
        return None
    return meant(cells, "kind", KINDS, "unknown_semester_kind")


def _regime(cells: Cells, intern: str, on_record: OnRecord) -> str:
    """The intern's present one unless another is given."""
    if cells.text("regime"):
        return meant(cells, "regime", REGIMES, "unknown_regime") or ""
    known = on_record.interns.get(intern)
    return known.regime if known is not None else ""


def _kept(cells: Cells, row: SemesterRow, known: SemesterRow | None) -> SemesterRow:
    """A file without the column says nothing of stages elsewhere; an open kind nothing of the kind."""
    if known is None:
        return row
    elsewhere = row.elsewhere if cells.has("out_of_discipline") else known.elsewhere
    kind, regime = (row.kind, row.regime) if row.kind else (known.kind, known.regime)
    return msgspec.structs.replace(row, kind=kind, regime=regime, elsewhere=elsewhere)
