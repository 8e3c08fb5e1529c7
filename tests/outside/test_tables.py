"""Tables as ARS and CNG send them: encodings, separators, workbooks; what is no table is refused."""

import io
import re
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from amphi.outside.tables import LARGEST, Table, read_file, read_table
from amphi.outside.workbook_tables import LARGEST_INSIDE
from amphi.rules.table_faults import RowFault

TEXT = "nom;ville\nŒuvrard;Évry\nD’Hoker;Nîmes\n"
LATIN = "nom;ville\nNoël;Évry\n"


def table(raw: bytes) -> Table:
    found = read_table(raw)
    assert isinstance(found, Table)
    return found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_file_of_any_usual_encoding_is_read(encoding: str) -> None:
    found = table(TEXT.encode(encoding))
    assert found.header == ("nom", "ville")
    assert found.rows == ((2, ("Œuvrard", "Évry")), (3, ("D’Hoker", "Nîmes")))


def test_iso_8859_1_is_read() -> None:
    assert table(LATIN.encode("iso-8859-1")).rows == ((2, ("Noël", "Évry")),)


def test_a_byte_that_windows_1252_leaves_open_stops_nothing() -> None:
    assert table(b"nom;ville\nNo\xebl\x81;x\n").rows == ((2, ("Noël\x81", "x")),)


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends_are_recognised(separator: str, end: str) -> None:
    raw = TEXT.replace(";", separator).replace("\n", end).encode()
    assert table(raw).rows == ((2, ("Œuvrard", "Évry")), (3, ("D’Hoker", "Nîmes")))


def test_the_header_decides_on_the_separator() -> None:
    assert table(b"a;b;c\n1,5;2,5;3,5\n").rows == ((2, ("1,5", "2,5", "3,5")),)
    assert table(b'"a;x",b,c\n1,2,3\n').header == ("a;x", "b", "c")


def test_lines_are_counted_as_an_editor_does() -> None:
    raw = b'\r\na;b\r\n"two\r\nlines";1\r\n\r\n;\r\nlast;2'
    assert table(raw) == Table(("a", "b"), ((3, ("two\r\nlines", "1")), (7, ("last", "2"))))


@pytest.mark.parametrize(
    ("raw", "code", "line"),
    [
        (b"", "empty_file", 0),
        (b"\xef\xbb\xbf \r\n", "empty_file", 0),
        (b";;\n", "empty_file", 0),
        (b"PK\x03\x04\x14\x00", "not_a_table", 0),
        (b"\x7fELF\x00\x01", "not_a_table", 0),
        (b'a;b\nx;1\n"y;2\nz;3\n', "bad_quotes", 3),
        (b"a" * 200_000, "bad_quotes", 1),
        (b"a" * (LARGEST + 1), "file_too_big", 0),
    ],
)
def test_what_is_no_table_is_refused(raw: bytes, code: str, line: int) -> None:
    found = read_table(raw)
    assert isinstance(found, RowFault)
    assert (found.code, found.line) == (code, line)


# --- workbooks ------------------------------------------------------------------------------------


def a_workbook(*rows: tuple[object, ...]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(raw: bytes, name: str, content: bytes) -> bytes:
    """The same workbook with one part changed."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(raw)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.namelist():
            new.writestr(part, content if part == name else old.read(part))
    return out.getvalue()


def test_a_workbook_is_read_like_a_file_of_the_same_rows() -> None:
    raw = a_workbook(
        ("nom", "rang", "né le", "vu"),
        (),
        ("Œuvrard", 12.0, datetime.fromisoformat("1999-02-01"), True),
        ("D’Hoker", 7.5, datetime.fromisoformat("1999-02-01T08:30:00"), None),
    )
    assert table(raw) == Table(
        ("nom", "rang", "né le", "vu"),
        (
            (3, ("Œuvrard", "12", "1999-02-01", "1")),
            (4, ("D’Hoker", "7.5", "1999-02-01T08:30:00", "")),
        ),
    )


def test_of_a_formula_its_result_is_read_and_one_without_is_no_empty_cell() -> None:
    """A spreadsheet keeps the result beside the formula; what writes none would leave ranks unknown."""
    raw = a_workbook(("nom", "rang"), ("ANA", 1), ("BOB", "=1+1"))
    found = read_table(raw)
    assert isinstance(found, RowFault)
    assert (found.code, found.line) == ("formula_without_value", 3)
    name = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        sheet = packed.read(name)
    solved = re.sub(rb"<v ?/>|<v></v>", b"<v>2</v>", sheet)
    assert solved != sheet
    assert table(repacked(raw, name, solved)).rows == ((2, ("ANA", "1")), (3, ("BOB", "2")))


def test_a_workbook_of_nothing_is_empty() -> None:
    found = read_table(a_workbook())
    assert isinstance(found, RowFault)
    assert found.code == "empty_file"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_workbook_with_a_document_type_is_refused_unread(encoding: str) -> None:
    bomb = (
        """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>"""
    )
    raw = repacked(a_workbook(("a",), ("b",)), "xl/worksheets/sheet1.xml", bomb.encode(encoding))
    found = read_table(raw)
    assert isinstance(found, RowFault)
    assert found.code == "bad_workbook"


def test_a_workbook_that_swells_when_unpacked_is_refused_unread() -> None:
    swollen = b"<worksheet>" + b" " * (LARGEST_INSIDE // 4)
    found = read_table(repacked(a_workbook(("a",), ("b",)), "xl/worksheets/sheet1.xml", swollen))
    assert isinstance(found, RowFault)
    assert found.code == "workbook_too_big"


def test_a_workbook_with_a_cell_at_the_end_of_the_sheet_is_refused() -> None:
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>far</t></is></c></row>'
        "</sheetData></worksheet>"
    )
    raw = repacked(a_workbook(("a",)), "xl/worksheets/sheet1.xml", sheet.encode())
    found = read_table(raw)
    assert isinstance(found, RowFault)
    assert found.code == "workbook_too_big"


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"]
)
@pytest.mark.parametrize("content", [b"", b"<a><b></a>", b"\xff\xfe\x00"])
def test_a_damaged_workbook_is_refused(part: str, content: bytes) -> None:
    found = read_table(repacked(a_workbook(("a",), ("b",)), part, content))
    assert isinstance(found, RowFault)
    assert found.code in {"bad_workbook", "empty_file"}


def test_a_cut_workbook_and_another_archive_are_no_tables() -> None:
    for raw in (a_workbook(("a",))[:200], repacked(a_workbook(("a",)), "x", b"")[:-30], a_zip()):
        found = read_table(raw)
        assert isinstance(found, RowFault)
        assert found.code == "not_a_table"


def a_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("letter.txt", "Bonjour")
    return out.getvalue()


def test_a_file_is_read_from_its_place(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(TEXT.encode("cp1252"))
    assert read_file(path) == table(TEXT.encode())
