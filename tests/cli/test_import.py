"""`amphi import` as somebody types it, on a real database."""

import json
from pathlib import Path
from typing import Any

import pytest

from amphi.cli import run

HEAD = "intern;last_name;first_name;profession;discipline;regime;exam;cohort\n"
ANA = "a1;ŒUVRARD;Émile;médecine;Psychiatrie;ancien régime;national;2024\n"
WRONG = "b2;PETIT;Bob;médecine;Psychiatrie;ancien régime;lunaire;2024\n"


@pytest.fixture(autouse=True)
def _addresses(monkeypatch: pytest.MonkeyPatch, database_url: str, redis_url: str) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("REDIS_URL", redis_url)


def bring(tmp_path: Path, text: str, *words: str) -> int:
    file = tmp_path / "internes.csv"
    file.write_bytes(text.encode("cp1252"))
    return run(["import", "interns", str(file), "--territory", "Île-de-France", *words])


def line(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(capsys.readouterr().out)
    return said


def test_the_report_is_what_the_protocol_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bring(tmp_path, HEAD + ANA + WRONG, "--json") == 0
    said = line(capsys)
    assert (said["read"], said["accepted"], said["added"], said["closed"]) == (2, 1, 1, 0)
    (rejected,) = said["rejected"]
    assert (rejected["line"], rejected["field"]) == (3, "exam")
    assert (rejected["reason"], rejected["value"]) == ("unknown_exam", "lunaire")
    assert bring(tmp_path, HEAD + ANA, "--json") == 0
    assert line(capsys)["unchanged"] == 1


def test_people_read_a_line_and_each_fault_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bring(tmp_path, HEAD + ANA + WRONG, "--dry-run") == 0
    told = capsys.readouterr()
    assert "2 lignes lues : 1 ajoutée" in told.out
    assert "rien n'est enregistré" in told.out
    assert "ligne 3, colonne exam : Le concours « lunaire »" in told.err
    assert bring(tmp_path, HEAD + ANA, "--json") == 0
    assert line(capsys)["added"] == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "Le fichier est vide."), ("intern\nx\n", "La colonne « last_name » manque.")],
)
def test_a_file_refused_whole_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    assert bring(tmp_path, text, "--json") == 1
    assert said in line(capsys)["refused"]
    assert bring(tmp_path, text) == 1
    assert said in capsys.readouterr().err


def test_a_territory_that_nobody_has_is_told_and_not_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first file of an installation has a new one, too: then nothing is said."""
    assert bring(tmp_path, HEAD + ANA) == 0
    assert "nouvelle" not in capsys.readouterr().err
    file = tmp_path / "internes.csv"
    assert run(["import", "interns", str(file), "--territory", "Ile de France", "--dry-run"]) == 0
    assert "« Ile de France » est nouvelle ; circonscriptions connues : Île-de-France." in (
        capsys.readouterr().err
    )
