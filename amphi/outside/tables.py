"""Tables as ARS and CNG send them: CSV of any usual encoding, separator and line end, or XLSX.

"UTF-8 (with or without BOM), Windows-1252, ISO-8859-1; `;` or `,` or tab; LF or CRLF"
(experience.md, "Data in and out").
"""

import codecs
import csv
import io
from pathlib import Path

import msgspec

from amphi.outside.workbook_tables import read_workbook
from amphi.rules.table_faults import RowFault

LARGEST = 64 * 1024 * 1024  # bytes; 100 000 interns make about 10 MiB
SEPARATORS = (";", ",", "\t")  # the first of those that cut the header into most cells

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # "Texte Unicode" of spreadsheets
_WORKBOOK = b"PK\x03\x04"


class Table(msgspec.Struct, frozen=True):
    """`rows`: the line where each begins, as an editor counts, and its cells as written."""

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def read_file(path: Path) -> Table | RowFault:
    """Never more of it than may be read. Raises OSError when it cannot be opened."""
    with path.open("rb") as opened:
        return read_table(opened.read(LARGEST + 1))


def read_table(raw: bytes) -> Table | RowFault:
    """The table, or why it is none.

    `empty_file`, `file_too_big`, `not_a_table`, `bad_quotes`, `bad_workbook`, `workbook_too_big`.
    """
    if len(raw) > LARGEST:
        return RowFault(0, "", "file_too_big", {"limit": LARGEST // 1024 // 1024})
    if raw.startswith(_WORKBOOK):
        rows = read_workbook(raw)
        return rows if isinstance(rows, RowFault) else _table(rows)
    text = decoded(raw)
    if not text.strip():
        return RowFault(0, "", "empty_file")
    if "\0" in text:
        return RowFault(0, "", "not_a_table")
    return _parsed(text)


def decoded(raw: bytes) -> str:
    """UTF-8 when it is UTF-8, otherwise Windows-1252, of which ISO-8859-1 is the part people type.

    The few bytes that Windows-1252 leaves open are read as ISO-8859-1 reads them: nothing is lost.
    """
    if raw.startswith(_UTF_16):
        return raw.decode("utf-16", errors="replace")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def _parsed(text: str) -> Table | RowFault:
    """Rows that are not empty; where a quote is wrong, the line where its row begins."""
    numbered: list[tuple[int, tuple[str, ...]]] = []
    begins = 1
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
        for cells in reader:
            if any(map(str.strip, cells)):
                numbered.append((begins, tuple(cells)))
            begins = reader.line_num + 1
    except csv.Error:
        return RowFault(begins, "", "bad_quotes")
    return _table(numbered)


def _table(numbered: list[tuple[int, tuple[str, ...]]]) -> Table | RowFault:
    """The first row that holds anything is the heading."""
    if not numbered:
        return RowFault(0, "", "empty_file")
    return Table(numbered[0][1], tuple(numbered[1:]))


def _separator(text: str) -> str:
    """What cuts the first line into most cells."""
    header = next(line for line in text.splitlines() if line.strip())
    return max(SEPARATORS, key=lambda each: len(next(csv.reader([header], delimiter=each), [])))
