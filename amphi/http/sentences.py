"""The French sentence of a refusal, from `amphi/web/fr.json`."""

import re
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from amphi.rules.campaign_faults import Fault
from amphi.rules.refusals import Refusal
from amphi.rules.table_faults import RowFault

_FIGURE = re.compile(r"^(\d+)\.(\d+)$")


class Sentences(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sentence for each code, with `{facts}` in braces.

    `load_file`: for faults of a load file, `table_file`: of a table; `ranking`: for the steps of a
    rank, and why there is none; `readiness`: for lines of the checklist before a start; `titles`: of
    problems, by HTTP status, and by code where the status says too little.
    """

    refusals: dict[str, str]
    load_file: dict[str, str]
    table_file: dict[str, str]
    ranking: dict[str, str]
    readiness: dict[str, str]
    titles: dict[str, str]


@cache
def sentences() -> Sentences:
    """All of them, read once."""
    text = files("amphi.web").joinpath("fr.json").read_bytes()
    return msgspec.json.decode(text, type=Sentences)


def sentence(refusal: Refusal) -> str:
    """What the person reads.

    Raises KeyError for a code without a sentence, or one whose sentence names a fact that the
    refusal lacks: both are bugs, which the tests look for.
    """
    return sentences().refusals[refusal.code].format_map(refusal.facts)


def fault_sentence(fault: Fault) -> str:
    """What the author of a load file reads beside the fault's path. Raises KeyError: a bug, as above."""
    return sentences().load_file[fault.code].format_map(fault.facts)


def row_fault_sentence(fault: RowFault) -> str:
    """What the author of a table reads beside line and column. Raises KeyError: a bug, as above."""
    return sentences().table_file[fault.code].format_map(fault.facts)


def ranking_sentence(code: str, facts: dict[str, Any]) -> str:
    """A step of the computation of a rank, or why there is none. Raises KeyError: a bug, as above.

    Figures with decimals are shown the French way: 7,58.
    """
    shown = {name: _FIGURE.sub(r"\1,\2", str(value)) for name, value in facts.items()}
    return sentences().ranking[code].format_map(shown)


def readiness_sentence(code: str, facts: dict[str, Any]) -> str:
    """What the operator reads on the checklist. Raises KeyError: a bug, as above."""
    return sentences().readiness[code].format_map(facts)
