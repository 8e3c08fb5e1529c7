"""From an exception that is a refusal to the sentences a person reads."""

from typing import Any, NamedTuple

from amphi.cli.children import ProgramFails
from amphi.embedded.refusals import ServersRefused
from amphi.http.sentences import sentence
from amphi.live.ports import JournalUnavailable, StoreUnavailable
from amphi.rules.refusals import Refusal, Refused
from amphi.settings import SettingsRefused


class Told(NamedTuple):
    """A refusal ready to be shown: its code, its facts, its French sentence."""

    code: str
    facts: dict[str, Any]
    sentence: str


def told(error: Exception) -> list[Told]:
    """What the exception refuses; empty when it is no refusal but a bug."""
    if isinstance(error, ExceptionGroup):
        each = [told(one) for one in error.exceptions]
        return [one for several in each for one in several] if all(each) else []
    if isinstance(error, Refused):
        return [Told(one.code, one.facts, sentence(one)) for one in error.refusals]
    if isinstance(error, (ServersRefused, SettingsRefused)):
        return [Told(error.code, {}, str(error))]
    if isinstance(error, (JournalUnavailable, StoreUnavailable)):
        return [Told("unavailable", {"why": str(error)}, sentence(Refusal("unavailable")))]
    if isinstance(error, ProgramFails):
        return [Told(error.code, {}, str(error))]
    return []
