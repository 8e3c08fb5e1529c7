"""From an exception that is a refusal to the sentences a person reads."""

import json
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple


class Told(NamedTuple):
    """A refusal ready to be shown: its code, its facts, its French sentence."""

    code: str
    facts: dict[str, Any]
    sentence: str


def told(error: Exception) -> list[Told]:
    """What the exception refuses; empty when it is no refusal but a bug.

    Two shapes are refusals: `rules.refusals.Refused`, which carries values (their sentences are in
    web/fr.json), and exceptions with a `code` and a French message (embedded servers, settings).
    """
    values = getattr(error, "refusals", None)
    if values:
        return [Told(one.code, one.facts, sentence(one.code, one.facts)) for one in values]
    code = getattr(error, "refusal_code", None)
    return [Told(code, {}, str(error))] if isinstance(code, str) else []


def sentence(code: str, facts: dict[str, Any]) -> str:
    """The sentence of web/fr.json with the facts in their places, preceded by the path if any.

    A file's fault names its place (`path`), because that is what its author looks for first.
    """
    wording = sentences().get(code)
    if wording is None:
        raise KeyError(f"no French sentence for the refusal {code}")
    said = wording.format_map(facts)
    return f"{facts['path']} : {said}" if "path" in facts and "{path" not in wording else said


@cache
def sentences() -> dict[str, str]:
    """Every sentence for a refusal, by code."""
    read = json.loads(files("amphi.web").joinpath("fr.json").read_text(encoding="utf-8"))
    found: dict[str, str] = read["refusals"]
    return found
