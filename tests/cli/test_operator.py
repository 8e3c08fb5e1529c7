"""`amphi operator` as somebody types it, on real servers."""

import pytest

from amphi.cli import run

CONSOLE = "https://console.ars.example"
ADD = ["operator", "add", "--name", "Agnès", "--territory", "Île-de-France", "--email"]
EMAIL = "agnes@ars.example"


@pytest.fixture(autouse=True)
def _addresses(monkeypatch: pytest.MonkeyPatch, database_url: str, redis_url: str) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("REDIS_URL", redis_url)
    monkeypatch.setenv("AMPHI_ADMIN_ORIGIN", f"{CONSOLE}/")


def test_the_first_agent_gets_a_link_and_nothing_else_is_printed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run([*ADD, EMAIL]) == 0
    said = capsys.readouterr().out.strip()
    link = said.removeprefix(f"{CONSOLE}/admin/sign-in?link=")
    assert said != link
    assert len(link) == 43


def test_an_agent_is_not_added_twice(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*ADD, EMAIL]) == 0
    assert run([*ADD, EMAIL.upper()]) == 1
    assert "already_an_operator" in capsys.readouterr().err


@pytest.mark.parametrize(("email", "code"), [("x", "bad_email"), ("", "bad_email")])
def test_what_is_no_address_is_refused(
    email: str, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*ADD, email]) == 1
    assert code in capsys.readouterr().err


def test_an_agent_who_lost_everything_gets_another_link(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run([*ADD, EMAIL]) == 0
    recover = ["operator", "recover", "--email", EMAIL, "--reason", "Téléphone perdu"]
    assert run([*recover, "--console", "http://127.0.0.1:8001"]) == 0
    first, second = capsys.readouterr().out.split()
    assert second.startswith("http://127.0.0.1:8001/admin/sign-in?link=")
    assert first.rpartition("=")[2] != second.rpartition("=")[2]


def test_nobody_is_helped_who_is_no_agent(capsys: pytest.CaptureFixture[str]) -> None:
    recover = ["operator", "recover", "--email", "nobody@ars.example", "--reason", "x"]
    assert run(recover) == 1
    assert "unknown_operator" in capsys.readouterr().err


def test_without_a_console_no_link_can_be_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AMPHI_ADMIN_ORIGIN")
    assert run([*ADD, EMAIL]) == 2
    assert "--console" in capsys.readouterr().err
