"""A wrong line is a French sentence and status 2; a refusal is one and status 1."""

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest

from amphi.cli import COMMANDS, exists, french, run
from amphi.embedded import ServersRefused
from amphi.rules.refusals import Refusal, Refused

ROOT = Path(__file__).resolve().parents[2]
ENGLISH = (
    "No such",
    "Missing",
    "Invalid",
    "Usage:",
    "Try '",
    "Error:",
    "Got ",
    "requires",
    "does not",
)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nope"], "La commande 'nope' n'existe pas."),
        (["--nope"], "L'option '--nope' n'existe pas."),
        (["demo", "--nope"], "L'option '--nope' n'existe pas."),
        (["serve", "--port", "abc"], "Valeur refusée pour '--port'"),
        (["serve", "--port"], "L'option '--port' demande une valeur."),
        (["serve", "too", "much"], "Mots en trop : too much"),
        (["load"], "Il manque l'argument"),
        (["verify", "--data", "/nope"], "le dossier /nope n'existe pas."),
    ],
)
def test_a_wrong_line_is_told_in_french(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(words) == 2
    said = capsys.readouterr()
    assert sentence in said.err
    assert said.out == ""
    assert not any(english in said.err for english in ENGLISH)


def test_a_machine_gets_a_wrong_line_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["nope", "--json"]) == 2
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is False
    assert told["refused"][0]["code"] == "wrong_command_line"


def test_the_limits_of_a_number_are_words() -> None:
    french.speak()
    said = [french.limits(each) for each in (click.IntRange(1, 9), click.IntRange(min=2))]
    assert said == ["de 1 à 9", "au moins 2"]
    assert french.limits(click.FloatRange(max=0.5)) == "au plus 0.5"


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (Refused(Refusal("already_paused")), "already_paused", "déjà en pause"),
        (ServersRefused("port_busy", "le port 1 est déjà pris."), "port_busy", "le port 1"),
    ],
)
def test_a_refusal_is_a_sentence_and_status_one(
    error: Exception,
    code: str,
    sentence: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(**_: object) -> None:
        raise error

    monkeypatch.setattr("amphi.cli.amphi.main", refuse)
    assert run(["demo", "--json"]) == 1
    said = capsys.readouterr()
    assert json.loads(said.out)["refused"][0]["code"] == code
    assert sentence in said.err


def test_a_bug_is_not_dressed_up_as_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("amphi.cli.amphi.main", fail)
    with pytest.raises(ZeroDivisionError):
        run(["demo"])


def test_the_help_is_french_and_imports_no_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    said = capsys.readouterr().out
    assert "Les choix de stage des internes" in said
    assert not any(english in said for english in ENGLISH)
    for name, (place, summary) in COMMANDS.items():
        assert (summary in said) is exists(place), name


def test_click_still_asks_for_its_sentences_the_way_we_answer() -> None:
    """A new click that asks otherwise would speak English again."""
    french.speak()
    for module in (click.core, click.exceptions, click.types):
        assert vars(module)["_"]("Missing command.") == "Il manque la commande."
    assert vars(click.core)["ngettext"]("Commands", "", 1) == "Commandes"


def test_the_test_command_is_pytest_with_its_status() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "amphi", "test", "--version"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert done.stdout.startswith("pytest ")
    done = subprocess.run(
        [sys.executable, "-m", "amphi", "test", "no/such/file.py"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 4
