"""The report of an import for machines (protocol.md §5), the same from the command line and over HTTP."""

from collections.abc import Mapping, Sequence

import msgspec

from amphi.actions.importing import Report
from amphi.http.sentences import row_fault_sentence
from amphi.outside.tables import Table
from amphi.rules.refusals import Refusal
from amphi.rules.table_faults import RowFault


class Told(msgspec.Struct, frozen=True):
    """What is wrong with a row; `value`: what stands in that cell."""

    line: int
    field: str
    reason: str
    value: str
    sentence: str


class ReportAsJson(msgspec.Struct, frozen=True, kw_only=True):
    """`import_id` None: a dry run. `closed`: a file of people closes nobody."""

    import_id: str | None
    read: int
    accepted: int
    added: int
    changed: int
    unchanged: int
    closed: int = 0
    rejected: list[Told]
    warnings: list[Told]


def as_json(report: Report, table: Table) -> ReportAsJson:
    """Normative: protocol.md §5."""
    rows, names = dict(table.rows), _names(table.header)
    return ReportAsJson(
        import_id=report.id,
        read=report.read,
        accepted=report.accepted,
        added=report.added,
        changed=report.changed,
        unchanged=report.unchanged,
        rejected=[
            fault_as_json(each, _cells(names, rows.get(each.line, ()))) for each in report.rejected
        ],
        warnings=[fault_as_json(each, {}) for each in report.warnings],
    )


def fault_as_json(fault: RowFault, cells: Mapping[str, str]) -> Told:
    """With its value and its sentence."""
    value = cells.get(fault.field, "").strip()
    return Told(fault.line, fault.field, fault.code, value, row_fault_sentence(fault))


def refused_whole(faults: Sequence[RowFault]) -> Refusal:
    """A file that is no such table: what is wrong with it, for people and for machines."""
    told = " ".join(map(row_fault_sentence, faults))
    return Refusal("import_refused", {"why": told, "faults": msgspec.to_builtins(faults)})


def _names(header: Sequence[str]) -> list[str]:
    return [name.strip().casefold() for name in header]


def _cells(names: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """A row may be shorter or longer than the heading."""
    return dict(zip(names, cells, strict=False))
