"""From an exception that is a refusal to the sentences a person reads."""

from typing import Any, NamedTuple

from amphi.bots.client import Shut
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
    if isinstance(error, Shut):
        return [turned_away(error)]
    if isinstance(error, ProgramFails):
        return [Told(error.code, {}, str(error))]
    return []


# "do not come back by yourself" (protocol.md §1, close codes)
_TURNED_AWAY = {
    4400: "une trame incorrecte",
    4401: "une connexion à refaire",
    4403: "un accès refusé",
    4408: "une présentation tardive",
    4409: "plus de quatre connexions de la même personne",
    4429: "des trames trop rapprochées",
}


def turned_away(shut: Shut) -> Told:
    """A bot that the gateway sent away for good: who, and why."""
    why = _TURNED_AWAY.get(shut.code, "une raison inconnue")
    said = f"Robot renvoyé par le serveur : {shut.who}, pour {why} (code {shut.code})."
    return Told("turned_away", {"close": shut.code, "who": shut.who}, said)
