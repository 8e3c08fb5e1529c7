"""XLSX for people who sort and count: typed columns, the heading kept in view, nothing that runs."""

import io
import re
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from amphi.outside.harmless import harmless

Cell = str | int | float | None

# What XML cannot hold: control characters are of no use in a list of people.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_FORBIDDEN_IN_TITLES = re.compile(r"[\[\]:*?/\\]")
_LONGEST_TITLE = 31
_NARROWEST, _WIDEST = 8, 48


def workbook(title: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """One sheet, rows as wide as `heads`; numbers stay numbers. `title`: shortened as spreadsheets want."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_FORBIDDEN_IN_TITLES.sub(" ", title)[:_LONGEST_TITLE])
    kept = [[_written(cell) for cell in row] for row in rows]
    for n, width in enumerate(_widths(heads, kept), 1):
        sheet.column_dimensions[get_column_letter(n)].width = width
    sheet.freeze_panes = "A2"
    sheet.append([_head(sheet, each) for each in heads])
    for row in kept:
        sheet.append([_cell(sheet, value) for value in row])
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(heads))}{len(kept) + 1}"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _written(cell: Cell) -> Cell:
    made = harmless(_UNWRITABLE.sub("", cell) if isinstance(cell, str) else cell)
    return made if isinstance(made, str | int | float) else None


def _head(sheet: object, text: str) -> object:
    cell = _cell(sheet, text)
    cell.font = Font(bold=True)  # type: ignore[attr-defined]
    return cell


def _cell(sheet: object, value: Cell) -> object:
    """Text is text, whatever it looks like: it is never guessed to be a formula or an error."""
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        cell.data_type = "s"
    return cell


def _widths(heads: Sequence[str], rows: Sequence[Sequence[Cell]]) -> list[int]:
    columns = zip(heads, *rows, strict=True)
    longest = [max(map(len, map(str, column))) for column in columns]
    return [min(max(length + 3, _NARROWEST), _WIDEST) for length in longest]
