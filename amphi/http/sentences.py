"""The French sentence of a refusal, from `amphi/web/fr.json`."""

from functools import cache
from importlib.resources import files

import msgspec

from amphi.rules.refusals import Refusal


class Sentences(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`refusals`: a sentence for each code, with `{facts}` in braces."""

    refusals: dict[str, str]


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
