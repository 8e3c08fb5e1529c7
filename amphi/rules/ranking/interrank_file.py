"""From the rows of a file of exam results (protocol.md §5) to results, or to all that is wrong."""

from collections.abc import Sequence
from fractions import Fraction

import msgspec

from amphi.rules.ranking.interranking import Result
from amphi.rules.table_faults import RowFault
from amphi.rules.table_rows import Findings, Row, Rows, columns, each_row, ignore_others, require

COLUMNS = ("candidate", "exam", "mark", "out_of")
_HIGHEST = 1_000_000


class InterrankReading(msgspec.Struct, frozen=True):
    """`results` is empty when there are faults: exams are interranked whole or not at all."""

    results: tuple[Result, ...]
    faults: tuple[RowFault, ...]
    warnings: tuple[RowFault, ...]


def read_results(header: Sequence[str], rows: Rows) -> InterrankReading:
    """All faults at once, in the order of the file."""
    findings = Findings()
    places = columns(header, findings)
    require(places, COLUMNS, findings)
    ignore_others(places, COLUMNS, findings)
    read = []
    if not findings.faults:
        read = [(row, _result(row)) for row in each_row(places, rows, findings)]
    _agree(read)
    findings.faults.sort(key=lambda fault: fault.line)
    results = () if findings.faults else tuple(result for _, result in read)
    return InterrankReading(results, tuple(findings.faults), tuple(findings.warnings))


def _result(row: Row) -> Result:
    mark, out_of = row.decimal("mark", _HIGHEST), row.decimal("out_of", _HIGHEST)
    if row.sound and not out_of:
        row.fault("out_of", "below_one", value=row.text("out_of"))
    if row.sound and mark > out_of:
        facts = {"mark": row.text("mark"), "out_of": row.text("out_of")}
        row.fault("mark", "mark_above_maximum", **facts)
    return Result(row.required("candidate"), row.required("exam"), mark, out_of)


def _agree(read: Sequence[tuple[Row, Result]]) -> None:
    """A candidate once; one maximum for an exam, since another would move everybody's rank."""
    candidates: dict[str, int] = {}
    exams: dict[str, tuple[Fraction, Row]] = {}
    for row, result in read:
        first = candidates.setdefault(result.candidate, row.line)
        if row.sound and first != row.line:
            row.fault("candidate", "duplicate_candidate", candidate=result.candidate, first=first)
        if row.sound:
            out_of, before = exams.setdefault(result.exam, (result.out_of, row))
            if out_of != result.out_of:
                facts = {"out_of": row.text("out_of"), "other": before.text("out_of")}
                row.fault("out_of", "maximum_differs", first=before.line, exam=result.exam, **facts)
