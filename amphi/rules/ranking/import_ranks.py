"""The file of national ranks that CNG sends: RC, RIN and RI3 of each intern of a cohort (R §2.2)."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from amphi.rules.ranking.exams import Exam, RankKind
from amphi.rules.ranking.import_reading import (
    HIGHEST,
    Accepted,
    Cells,
    Columns,
    InternRow,
    OnRecord,
    RanksRow,
    Sifted,
    Today,
    change_of,
    sift,
)
from amphi.rules.ranking.import_words import EXAMS, cohort_of, meant
from amphi.rules.table_rows import Findings, Rows

KINDS = tuple(each.value for each in RankKind)
COLUMNS = Columns(("intern", "exam", "cohort", *KINDS), ("mark", "out_of", "exam_size"))
_HIGHEST_MARK = 1_000_000

_Place = tuple[str, str, str, int, int]  # kind, profession, exam where it matters, cohort, rank


def sift_ranks(
    header: Sequence[str], rows: Rows, on_record: OnRecord, today: Today
) -> Sifted[RanksRow]:
    """Ranks of interns on record; "rank twice in a cohort" is refused, in the file or on record."""

    def judge(read: Sequence[Cells], _: Findings) -> Iterator[Accepted[RanksRow]]:
        first: dict[str, int] = {}
        sent = {cells.text("intern") for cells in read}
        taken = _taken(on_record, sent)
        for cells in read:
            row = _row(cells, on_record, today)
            if row.intern and first.setdefault(row.intern, cells.line) != cells.line:
                facts = {"intern": row.intern, "first": first[row.intern]}
                cells.fault("intern", "duplicate_intern", **facts)
            _only_once(cells, row, on_record.interns.get(row.intern), taken)
            if cells.sound:
                known = on_record.ranks.get(row.intern)
                kept = _kept(row, known)
                yield Accepted(cells.line, kept, change_of(kept, known))

    return sift(header, rows, COLUMNS, judge)


def _row(cells: Cells, on_record: OnRecord, today: Today) -> RanksRow:
    intern = cells.required("intern")
    exam = meant(cells, "exam", EXAMS, "unknown_exam")
    cohort = cohort_of(cells, today.year)
    _agrees(cells, on_record.interns.get(intern), exam, cohort)
    row = RanksRow(
        intern=intern,
        rc=cells.whole_if_given("rc", 1, HIGHEST),
        rin=cells.whole_if_given("rin", 1, HIGHEST),
        ri3=cells.whole_if_given("ri3", 1, HIGHEST),
    )
    if cells.sound and row.rc is None and row.rin is None and row.ri3 is None:
        cells.fault("rc", "missing_value")
    _mark(cells)
    _size(cells, row.rc)
    return row


def _agrees(cells: Cells, known: InternRow | None, exam: Exam | None, cohort: int) -> None:
    """A rank of another exam or year would put somebody in the wrong place without a word."""
    if known is None:
        if cells.text("intern"):
            cells.fault("intern", "unknown_intern", value=cells.text("intern")[:40])
        return
    if exam is not None and exam is not known.exam:
        cells.fault("exam", "exam_differs", value=cells.text("exam")[:40], known=known.exam.value)
    if cells.sound and cohort != known.cohort:
        cells.fault("cohort", "cohort_differs", cohort=cohort, known=known.cohort)


def _mark(cells: Cells) -> None:
    """Checked and not kept: the ranks are CNG's."""
    if not cells.text("mark") and not cells.text("out_of"):
        return
    mark, out_of = (_decimal(cells, name) for name in ("mark", "out_of"))
    if mark is not None and out_of is not None and mark > out_of:
        facts = {"mark": cells.text("mark"), "out_of": cells.text("out_of")}
        cells.fault("mark", "mark_above_maximum", **facts)


def _decimal(cells: Cells, field: str) -> Fraction | None:
    if not cells.text(field):
        cells.fault(field, "missing_value")
        return None
    before = cells.row.sound
    value = cells.row.decimal(field, _HIGHEST_MARK)
    return value if cells.row.sound or not before else None


def _size(cells: Cells, rank: int | None) -> None:
    """Checked and not kept, too."""
    size = cells.whole_if_given("exam_size", 0, HIGHEST)
    if size == 0:
        cells.fault("exam_size", "exam_size_zero")
    elif size is not None and rank is not None and rank > size:
        cells.fault("rc", "rank_above_exam_size", rank=rank, size=size)


def _only_once(
    cells: Cells, row: RanksRow, known: InternRow | None, taken: dict[_Place, tuple[str, int]]
) -> None:
    """RC within the own exam, RIN and RI3 over the exams of a profession and year."""
    if known is None:
        return
    for place in _places(row, known):
        other, line = taken.setdefault(place, (row.intern, cells.line))
        if other != row.intern:
            facts: dict[str, object] = {"rank": place[4], "cohort": place[3]}
            code, named = ("rank_twice", {"first": line}) if line else _on_record(other)
            cells.fault(place[0], code, **facts, **named)


def _on_record(intern: str) -> tuple[str, dict[str, object]]:
    return "rank_twice_on_record", {"intern": intern}


def _places(row: RanksRow, known: InternRow) -> Iterator[_Place]:
    for kind in RankKind:
        rank = getattr(row, kind.value)
        exam = f"{known.exam.value} {known.label}" if kind is RankKind.RC else ""
        if rank is not None:
            yield kind.value, known.profession.value, exam, known.cohort, rank


def _taken(on_record: OnRecord, sent: set[str]) -> dict[_Place, tuple[str, int]]:
    """By those on record whom the file does not speak of."""
    return {
        place: (intern, 0)
        for intern, ranks in on_record.ranks.items()
        if intern not in sent and intern in on_record.interns
        for place in _places(ranks, on_record.interns[intern])
    }


def _kept(row: RanksRow, known: RanksRow | None) -> RanksRow:
    """An empty cell takes nothing away."""
    if known is None:
        return row
    given = {name: getattr(row, name) or getattr(known, name) for name in KINDS}
    return RanksRow(intern=row.intern, **given)
