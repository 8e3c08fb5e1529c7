"""`amphi interrank` from outside: exam results in, one order out."""

import json
from pathlib import Path
from typing import Any

import pytest

from amphi.cli import run

Captured = pytest.CaptureFixture[str]

EXAMS = """candidate,exam,mark,out_of
A1,A,425,500
A2,A,327,500
A3,A,318,500
A4,A,253,500
B1,B,675,700
B2,B,650,700
B3,B,558,700
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "concours.csv"


def interranked(file: Path, capsys: Captured, method: str) -> list[tuple[Any, ...]]:
    assert run(["interrank", str(file), "--method", method, "--json"]) == 0
    order = json.loads(capsys.readouterr().out)["order"]
    return [(each["candidate"], each["value"], each["rank"], each["tied"]) for each in order]


def test_the_example_is_interranked_by_marks(file: Path, capsys: Captured) -> None:
    file.write_text(EXAMS)
    assert interranked(file, capsys, "rin") == [
        ("B1", "964.2857", 1, False),
        ("B2", "928.5714", 2, False),
        ("A1", "850.0000", 3, False),
        ("B3", "797.1429", 4, False),
        ("A2", "654.0000", 5, False),
        ("A3", "636.0000", 6, False),
        ("A4", "506.0000", 7, False),
    ]


def test_the_example_is_interranked_by_rule_of_three(file: Path, capsys: Captured) -> None:
    file.write_text(EXAMS)
    assert interranked(file, capsys, "ri3") == [
        ("A1", "1.7500", 1, False),
        ("B1", "2.3333", 2, False),
        ("A2", "3.5000", 3, False),
        ("B2", "4.6667", 4, False),
        ("A3", "5.2500", 5, False),
        ("B3", "7.0000", 6, True),
        ("A4", "7.0000", 6, True),
    ]


def test_a_table_and_an_explanation_of_the_interranking(file: Path, capsys: Captured) -> None:
    file.write_text(EXAMS)
    assert run(["interrank", str(file), "--method", "ri3"]) == 0
    last = capsys.readouterr().out.splitlines()[-1].split()
    assert last == ["6", "A4", "A", "253", "500", "4", "7,0000", "ex", "aequo"]
    assert run(["interrank", str(file), "--method", "ri3", "--explain", "B2"]) == 0
    assert "2 × 7 / 3 = 14/3" in capsys.readouterr().out


def test_a_mark_above_the_maximum_is_refused(file: Path, capsys: Captured) -> None:
    file.write_text(EXAMS + "B4,B,701,700\n")
    assert run(["interrank", str(file), "--method", "rin", "--json"]) == 1
    said = capsys.readouterr()
    (fault,) = json.loads(said.out)["refused"]
    assert (fault["line"], fault["field"], fault["code"]) == (9, "mark", "mark_above_maximum")
    assert "ligne 9, colonne mark : La note 701 dépasse le maximum, 700." in said.err


def test_nobody_of_that_name_is_a_refusal(file: Path, capsys: Captured) -> None:
    file.write_text(EXAMS)
    assert run(["interrank", str(file), "--method", "rin", "--explain", "nobody"]) == 1
    assert "« nobody »" in capsys.readouterr().err


@pytest.mark.parametrize("raw", [b"", b"\0\0", b"candidate,exam\n"])
def test_what_is_no_such_file_is_refused(raw: bytes, file: Path, capsys: Captured) -> None:
    file.write_bytes(raw)
    assert run(["interrank", str(file), "--method", "ri3", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["ok"] is False


@pytest.mark.parametrize(
    "words", [["interrank", __file__], ["interrank", __file__, "--method", "rc"]]
)
def test_a_wrong_line_is_status_two(words: list[str], capsys: Captured) -> None:
    assert run(words) == 2
    assert capsys.readouterr().out == ""
