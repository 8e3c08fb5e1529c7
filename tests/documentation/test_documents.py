"""What is written in amphi/*.md is what the code does: identifiers, events, gestures, phases."""

import importlib
import re
from pathlib import Path
from typing import get_args

import pytest

import amphi
from amphi.rules.choosing.commands import AnyOrder
from amphi.rules.choosing.events import AnyEvent
from amphi.rules.choosing.phases import diagram

HERE = Path(amphi.__file__).parent
PROJECT = HERE.parent
ROW = re.compile(r"^\| `([^`]+)` \|(.*)\|$", re.MULTILINE)


def rows(heading: str) -> dict[str, list[str]]:
    """The rows of the table under a heading of the glossary, by their first cell."""
    _, _, rest = (HERE / "GLOSSARY.md").read_text().partition(f"## {heading}\n")
    table, _, _ = rest.partition("\n## ")
    return {name: [cell.strip() for cell in cells.split("|")] for name, cells in ROW.findall(table)}


@pytest.mark.parametrize(("word", "cells"), rows("Words").items())
def test_every_word_stands_in_the_code_where_the_glossary_says(word: str, cells: list[str]) -> None:
    module = importlib.import_module(cells[-1].strip("`"))
    assert hasattr(module, word)


def test_every_event_stands_in_the_glossary_and_no_other() -> None:
    assert set(rows("Events")) == {each.__name__ for each in get_args(AnyEvent)}


def test_every_gesture_stands_in_the_glossary_and_no_other() -> None:
    tags = {each.__struct_config__.tag for each in get_args(AnyOrder)}
    assert set(rows("Gestures and commands")) == tags


def test_the_diagram_of_phases_is_drawn_from_the_table() -> None:
    assert diagram() in (HERE / "ARCHITECTURE.md").read_text()


@pytest.mark.parametrize("document", ["ARCHITECTURE.md", "GLOSSARY.md"])
def test_files_named_in_a_document_exist(document: str) -> None:
    text = (HERE / document).read_text()
    named = set(re.findall(r"`([a-z_]+/[a-z_/.]*)`", text))
    missing = {
        name for name in named if not (HERE / name).exists() and not (PROJECT / name).exists()
    }
    assert not missing


def test_every_decision_says_what_why_and_what_was_rejected() -> None:
    for page in sorted((HERE / "decisions").glob("*.md")):
        parts = re.findall(r"^\*\*(\w+)\.\*\*", page.read_text(), re.MULTILINE)
        assert parts[:3] == ["Decided", "Why", "Rejected"], page.name
