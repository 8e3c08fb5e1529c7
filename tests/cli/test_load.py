"""`amphi load` and `amphi ticket` as somebody types them, on real servers."""

import json
from pathlib import Path
from typing import Any

import pytest

from amphi.cli import run
from tests.rules.load_files import (
    a_document,
    a_post_line,
    a_session_line,
    an_amphi_line,
    an_intern_line,
    encoded,
)


@pytest.fixture(autouse=True)
def _addresses(monkeypatch: pytest.MonkeyPatch, database_url: str, redis_url: str) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("REDIS_URL", redis_url)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "amphi.json"
    path.write_bytes(encoded(a_document()))
    return path


def load(file: Path, capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, Any]:
    assert run(["load", str(file), *options]) == 0
    loaded: dict[str, Any] = json.loads(capsys.readouterr().out)
    return loaded


def test_load_prints_the_ids_and_nothing_else(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    loaded = load(file, capsys)
    assert set(loaded) == {"campaign", "offer", "amphis"}
    assert [each["code"] for each in loaded["amphis"]] == ["P01"]


def test_the_first_of_the_list_get_accounts_whose_passwords_are_told_once(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["load", str(file), "--sign-ins", "2"]) == 0
    said = capsys.readouterr()
    lines = [line for line in said.err.splitlines() if "se connecte avec" in line]
    assert len(lines) == 2
    assert len({line.rpartition(" et ")[2] for line in lines}) == 2
    assert set(json.loads(said.out)) == {"campaign", "offer", "amphis"}
    assert run(["load", str(file), "--sign-ins", "1"]) == 0
    assert "est déjà l'adresse d'un autre" in capsys.readouterr().err


def test_publish_and_start_leave_the_amphi_open_and_running(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    load(file, capsys, "--publish")
    loaded = load(file, capsys, "--start")
    assert run(["ticket", loaded["amphis"][0]["id"], "--proxy-of", "i1"]) == 0
    assert len(capsys.readouterr().out.strip()) == 43


def test_a_faulty_file_loads_nothing_and_names_each_fault_with_its_path(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [an_intern_line(1, email="zola"), an_intern_line(2), an_intern_line(3, call_rank=2)]
    sessions = [a_session_line(1, 1), a_session_line(3, 3)]
    document = a_document(
        an_amphi_line(interns=lines, sessions=sessions), posts=[a_post_line("1"), a_post_line("1")]
    )
    bad = tmp_path / "bad.json"
    bad.write_bytes(encoded(document))
    assert run(["load", str(bad), "--json"]) == 1
    told = capsys.readouterr()
    assert [(each["path"], each["code"]) for each in json.loads(told.out)["refused"]] == [
        ("amphis[0].interns[0].email", "bad_email"),
        ("offer.posts[1].number", "duplicate_post"),
        ("amphis[0].interns[2].call_rank", "duplicate_rank"),
        ("amphis[0].sessions[1].from_rank", "sessions_gap"),
    ]
    assert "amphis[0].interns[0].email : « zola » n'est pas une adresse de courriel." in told.err
    assert run(["ticket", "P01", "--operator"]) == 1
    assert "unknown_amphi" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_a_wrong_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["load", "/nowhere/amphi.json"]) == 2
    assert "'/nowhere/amphi.json' n'existe pas." in capsys.readouterr().err


@pytest.mark.parametrize("options", [[], ["--operator", "--intern", "i1"]])
def test_a_ticket_is_for_exactly_one(
    options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["ticket", "P01", *options]) == 2
    assert "une seule" in capsys.readouterr().err


def test_the_journal_of_an_offer_is_given_as_it_is_kept(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    offer = load(file, capsys, "--publish")["offer"]
    assert run(["journal", offer]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["seq"] for line in lines] == [1, 2]
    assert [line["event"]["kind"] for line in lines] == ["AmphiValidated", "AmphiPublished"]
    assert run(["journal", "nowhere"]) == 1
    assert "unknown_offer" in capsys.readouterr().err


def test_everybody_of_a_call_list_gets_a_ticket_by_rank(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    amphi = load(file, capsys)["amphis"][0]["id"]
    assert run(["ticket", amphi, "--everybody"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["rank"] for line in lines] == [1, 2, 3, 0]
    assert len({line["ticket"] for line in lines}) == 4
    assert all(len(line["ticket"]) == 43 for line in lines)
    assert [bool(line["entry"]) for line in lines] == [True, True, True, False]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["ticket", "P01", "--intern", "i9"], "unknown_intern"),
        (["ticket", "P99", "--operator"], "unknown_amphi"),
    ],
)
def test_an_unknown_name_is_refused_by_name(
    file: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: str
) -> None:
    load(file, capsys)
    assert run(words) == 1
    assert f"Refusé ({code})" in capsys.readouterr().err


def test_a_holder_taken_in_another_file_is_refused_without_a_trace(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    proxy = {"email": "ami@exemple.fr", "first_name": "Ami", "last_name": "SUR"}
    for code, expected in (("P01", 0), ("P02", 1)):
        lines = [an_intern_line(1, id=f"{code}-1", email=f"{code}@exemple.fr", proxy=proxy)]
        path = tmp_path / f"{code}.json"
        path.write_bytes(encoded(a_document(an_amphi_line(interns=lines, code=code))))
        assert run(["load", str(path)]) == expected
    assert "holder_already_taken" in capsys.readouterr().err
