"""CSV as ARS and CNG send it: encodings, separators, line ends; what is no table is refused."""

from pathlib import Path

import pytest

from amphi.outside.tables import LARGEST, Table, read_file, read_table
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


def test_a_file_is_read_from_its_place(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(TEXT.encode("cp1252"))
    assert read_file(path) == table(TEXT.encode())
