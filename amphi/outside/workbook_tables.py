"""XLSX as a table: the first sheet's cells as text, and nothing that a hostile file could do with us.

"Uploads (CSV, XLSX): size and ratio limits, magic bytes, no external entities" (quality.md).
"""

import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from xml.etree import ElementTree as ET

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from amphi.rules.table_faults import RowFault

LARGEST_INSIDE = 128 * 1024 * 1024  # bytes, once unpacked
MOST_RATIO = 150  # of unpacked to packed; a sheet of people packs to a tenth
MOST_PARTS = 1_000
MOST_ROWS, MOST_COLUMNS = 200_000, 100

Rows = list[tuple[int, tuple[str, ...]]]

_RATIO_FROM = 1024 * 1024  # small files of one repeated letter harm nobody
_CHUNK = 1024 * 1024
_DOCTYPE = b"<!DOCTYPE"
_SHEETS, _FORMULAS = "xl/worksheets/", (b"<f>", b"<f ")
_TOO_BIG = {"limit": LARGEST_INSIDE // 1024 // 1024, "cells": f"{MOST_ROWS} × {MOST_COLUMNS}"}
_DAMAGED = (
    *(ArithmeticError, AttributeError, EOFError, KeyError, IndexError, OSError, TypeError),
    *(ValueError, NotImplementedError, zipfile.BadZipFile, zlib.error),
    *(ET.ParseError, InvalidFileException),
)


def read_workbook(raw: bytes) -> Rows | RowFault:
    """Rows that hold anything, with their number in the sheet; or why there are none.

    `not_a_table` (no workbook at all), `workbook_too_big`, `bad_workbook`, `formula_without_value`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            if fault := _fault(packed, len(raw)):
                return fault
            sheets = (part for part in packed.infolist() if part.filename.startswith(_SHEETS))
            reckons = any(_holds(packed, part, _FORMULAS) for part in sheets)
    except zipfile.BadZipFile:
        return RowFault(0, "", "not_a_table")
    except _DAMAGED:
        return RowFault(0, "", "bad_workbook")
    try:
        return (_unsolved(raw) if reckons else None) or list(_rows(raw))
    except _TooBig:
        return RowFault(0, "", "workbook_too_big", _TOO_BIG)
    except _DAMAGED:
        return RowFault(0, "", "bad_workbook")


class _TooBig(Exception):
    """More cells than anybody lists."""


def _fault(packed: zipfile.ZipFile, size: int) -> RowFault | None:
    """Sizes first, before anything is unpacked; zipfile never gives more than a part announces."""
    parts = packed.infolist()
    inside = sum(part.file_size for part in parts)
    swollen = inside > _RATIO_FROM and inside > MOST_RATIO * size
    if len(parts) > MOST_PARTS or inside > LARGEST_INSIDE or swollen:
        return RowFault(0, "", "workbook_too_big", _TOO_BIG)
    if "xl/workbook.xml" not in packed.namelist():
        return RowFault(0, "", "not_a_table")
    declares = any(_holds(packed, part, (_DOCTYPE,)) for part in parts)
    return RowFault(0, "", "bad_workbook") if declares else None


def _holds(packed: zipfile.ZipFile, part: zipfile.ZipInfo, words: tuple[bytes, ...]) -> bool:
    """Whether one of the words stands in that part. No workbook has a document type; entities need one.

    Bytes of zero are left out, so that UTF-16 hides nothing.
    """
    kept, longest = b"", max(map(len, words))
    with packed.open(part) as opened:
        while chunk := opened.read(_CHUNK):
            kept = kept[-longest:] + chunk.replace(b"\0", b"")
            if any(word in kept for word in words):
                return True
    return False


def _unsolved(raw: bytes) -> RowFault | None:
    """A formula that no spreadsheet has worked out would be read as an empty cell: nobody would see it."""
    pairs = zip(_cells(raw), _cells(raw, solved=False), strict=False)
    for number, (values, written) in enumerate(pairs, 1):
        both = zip(values, written, strict=False)
        if any(value is None and cell is not None for value, cell in both):
            return RowFault(number, "", "formula_without_value")
    return None


def _cells(raw: bytes, *, solved: bool = True) -> Iterator[tuple[object, ...]]:
    """Of the first sheet; `solved`: what formulas came to, not the formulas."""
    book = load_workbook(io.BytesIO(raw), read_only=True, data_only=solved, keep_links=False)
    sheet = book.worksheets[0]
    sheet.reset_dimensions()  # what a sheet says of its own size is not believed
    limits = {"max_row": MOST_ROWS + 1, "max_col": MOST_COLUMNS, "values_only": True}
    yield from sheet.iter_rows(**limits)


def _rows(raw: bytes) -> Iterator[tuple[int, tuple[str, ...]]]:
    width = 0  # of the heading, the first row that holds anything
    for number, cells in enumerate(_cells(raw), 1):
        if number > MOST_ROWS:
            raise _TooBig
        if texts := _trimmed(cells):
            width = width or len(texts)
            yield number, (*texts, *[""] * (width - len(texts)))


def _trimmed(cells: Iterable[object]) -> tuple[str, ...]:
    """Without the empty cells at the end."""
    texts = list(map(_text, cells))
    while texts and not texts[-1].strip():
        texts.pop()
    return tuple(texts)


def _text(cell: object) -> str:
    """As it would stand in a CSV file: whole numbers without a point, dates as 2026-11-21."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(int(cell))
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return (cell if cell.time() != time() else cell.date()).isoformat()
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)
