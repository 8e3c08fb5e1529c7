"""Every refusal has a code, an HTTP status and a French sentence; no sentence is without a code."""

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import amphi
from amphi.http.sentences import sentence, sentences
from amphi.rules import refusals
from amphi.rules.refusals import Refusal, Refused

CODE = Path(amphi.__file__).parent


def tables() -> dict[str, dict[str, int]]:
    """Every table code → status of the module."""
    named = vars(refusals).items()
    return {name: each for name, each in named if name.isupper() and isinstance(each, dict)}


def codes() -> list[str]:
    return [code for table in tables().values() for code in table]


def made_in_the_code() -> Iterator[tuple[str, set[str]]]:
    """Of every `Refusal("code", {…})` written out: its code and the names of its facts."""
    for path in CODE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name("Refusal"), args=[ast.Constant(str(code))]):
                    yield code, set()
                case ast.Call(
                    func=ast.Name("Refusal"), args=[ast.Constant(str(code)), ast.Dict(keys)]
                ):
                    yield code, {str(key.value) for key in keys if isinstance(key, ast.Constant)}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_there_is_at_least_the_table_of_the_live_rules() -> None:
    assert "CHOOSING" in tables()


def test_every_code_has_a_sentence_and_every_sentence_a_code() -> None:
    assert set(sentences().refusals) == set(codes())


def test_no_code_stands_in_two_tables() -> None:
    assert len(codes()) == len(set(codes()))


def test_sentences_are_sorted_so_that_a_code_is_easily_found() -> None:
    assert list(sentences().refusals) == sorted(sentences().refusals)


@pytest.mark.parametrize("code", codes())
def test_every_status_is_one_of_a_refusal(code: str) -> None:
    status = next(table[code] for table in tables().values() if code in table)
    assert status in {400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 429, 500, 503}


@pytest.mark.parametrize("code", codes())
def test_every_sentence_is_one_that_can_be_read_out(code: str) -> None:
    text = sentences().refusals[code]
    assert text[0].isupper() or text[0] in "«{"
    assert text[-1] in ".?!"
    assert "  " not in text


def test_every_refusal_made_in_the_code_has_a_line_in_a_table() -> None:
    assert {code for code, _ in made_in_the_code()} <= set(codes())


def test_a_sentence_speaks_only_of_facts_that_every_such_refusal_carries() -> None:
    made = list(made_in_the_code())
    for code, text in sentences().refusals.items():
        carried = [facts for made_code, facts in made if made_code == code]
        spoken = placeholders(text)
        assert not spoken or carried, code
        assert all(spoken <= facts for facts in carried), code


def test_a_sentence_is_filled_with_the_facts() -> None:
    refused = Refusal("session_out_of_order", {"next": 2})
    assert sentence(refused) == "Les sessions se suivent : la prochaine est la session 2."


def test_facts_of_which_the_sentence_does_not_speak_are_left_out() -> None:
    assert sentence(Refusal("post_filled", {"post": "21872"})) == "Ce poste est déjà pourvu."


def test_several_refusals_travel_together() -> None:
    refused = Refused(Refusal("post_filled"), Refusal("not_your_turn"))
    assert [each.code for each in refused.refusals] == ["post_filled", "not_your_turn"]
    assert str(refused) == "post_filled, not_your_turn"
