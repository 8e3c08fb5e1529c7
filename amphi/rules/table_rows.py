"""Reading the rows of a table cell by cell: each fault with its line and column, none stops the rest."""

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from amphi.rules.table_faults import RowFault

Rows = Sequence[tuple[int, Sequence[str]]]  # line in the file, cells

_WHOLE = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")
_LONGEST = 40  # characters of a wrong value that are worth repeating
_MOST_DIGITS = 18


class Findings:
    """What was found wrong, and what is only worth saying, in the order of reading."""

    def __init__(self) -> None:
        self.faults: list[RowFault] = []
        self.warnings: list[RowFault] = []

    def fault(self, line: int, field: str, code: str, **facts: object) -> None:
        self.faults.append(RowFault(line, field, code, facts))

    def warn(self, line: int, field: str, code: str, **facts: object) -> None:
        self.warnings.append(RowFault(line, field, code, facts))


def columns(header: Sequence[str], findings: Findings) -> dict[str, int]:
    """Where each column stands: "order is free" (protocol.md §5), capitals and spaces do not count."""
    places: dict[str, int] = {}
    for place, written in enumerate(header):
        name = written.strip().casefold()
        if name in places:
            findings.fault(1, name, "duplicate_column", column=name)
        elif name:
            places[name] = place
    return places


def require(places: Mapping[str, int], wanted: Sequence[str], findings: Findings) -> None:
    """A fault for each column that is not there."""
    for name in wanted:
        if name not in places:
            findings.fault(1, name, "missing_column", column=name)


def ignore_others(places: Mapping[str, int], known: Sequence[str], findings: Findings) -> None:
    """ "more columns are ignored with a warning" (protocol.md §5)"""
    for name in places:
        if name not in known:
            findings.warn(1, name, "ignored_column", column=name)


def each_row(places: Mapping[str, int], rows: Rows, findings: Findings) -> Iterator["Row"]:
    """The rows that hold anything; a cell beyond the header is a fault of a separator or a quote."""
    width = max(places.values(), default=-1) + 1
    found = False
    for line, cells in rows:
        if any(map(str.strip, cells)):
            found = True
            row = Row(line, cells, places, findings)
            if any(map(str.strip, cells[width:])):
                row.fault("", "too_many_cells", cells=len(cells), columns=width)
            yield row
    if not found:
        findings.fault(0, "", "no_rows")


class Row:
    """One row; `sound` until a fault is found in it."""

    def __init__(
        self, line: int, cells: Sequence[str], places: Mapping[str, int], findings: Findings
    ) -> None:
        self.line = line
        self.sound = True
        self._cells = cells
        self._places = places
        self._findings = findings

    def fault(self, field: str, code: str, **facts: object) -> None:
        self.sound = False
        self._findings.fault(self.line, field, code, **facts)

    def warn(self, field: str, code: str, **facts: object) -> None:
        self._findings.warn(self.line, field, code, **facts)

    def text(self, field: str) -> str:
        """Empty when the cell, or the end of the row, is missing."""
        place = self._places[field]
        return self._cells[place].strip() if place < len(self._cells) else ""

    def required(self, field: str) -> str:
        text = self.text(field)
        if not text:
            self.fault(field, "missing_value")
        return text

    def whole(self, field: str, least: int, most: int) -> int:
        """A whole number, or a fault and `least`."""
        value = self.whole_if_given(field, least, most) if self.required(field) else None
        return least if value is None else value

    def whole_if_given(self, field: str, least: int, most: int) -> int | None:
        """None when the cell is empty, or after a fault."""
        text = self.text(field)
        if not text:
            return None
        if not _WHOLE.fullmatch(text):
            self.fault(field, "not_a_number", value=text[:_LONGEST])
        elif len(text) > _MOST_DIGITS or int(text) > most:
            self.fault(field, "too_large", value=text[:_LONGEST], most=most)
        elif int(text) < least:
            self.fault(field, "negative" if text[0] == "-" else "below_one", value=text[:_LONGEST])
        else:
            return int(text)
        return None

    def decimal(self, field: str, most: int) -> Fraction:
        """Exact, ≥ 0, with a point or a comma; or a fault and 0."""
        text = self.required(field)
        if not text:
            return Fraction(0)
        if not _DECIMAL.fullmatch(text):
            self.fault(field, "not_a_number", value=text[:_LONGEST])
        elif len(text) > _MOST_DIGITS or Fraction(text.replace(",", ".")) > most:
            self.fault(field, "too_large", value=text[:_LONGEST], most=most)
        elif text[0] == "-":
            self.fault(field, "negative", value=text)
        else:
            return Fraction(text.replace(",", "."))
        return Fraction(0)
