"""What happens in an amphi, as French sentences that can be read aloud."""

import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

Json = dict[str, Any]

PHASES = {
    "PLANNED": "prévu",
    "VALIDATED": "validé",
    "OPEN": "ouvert",
    "RUNNING": "en cours",
    "PAUSED": "en pause",
    "BETWEEN_SESSIONS": "entre deux sessions",
    "CATCH_UP": "rattrapage",
    "CLOSED": "clos",
}
_MISSED = {
    "absent": "personne n'était connecté",
    "timeout": "le temps est écoulé",
    "ended_by_operator": "tour terminé par l'ARS",
}
_BY = {"intern": "choisit", "proxy": "choisit, par procuration,", "operator": "choisit, par l'ARS,"}


class Cast(NamedTuple):
    """Names for the ids of one amphi: `people` by entry, `posts` by number."""

    code: str
    people: Mapping[str, str]
    posts: Mapping[str, str]

    def person(self, event: Json) -> str:
        return self.people.get(event["entry"], event["entry"])

    def post(self, event: Json) -> str:
        number = event["post"]
        place = self.posts.get(number)
        return f"le poste {number}, {place}" if place else f"le poste {number}"


def sentence(event: Json, cast: Cast) -> str | None:
    """What to say of a public event; None: not worth a line."""
    telling = _TELLINGS.get(event["kind"])
    said = telling(event, cast) if telling else None
    return f"{cast.code} : {said}" if said else None


def of(name: str) -> str:
    """ "de" or "d'" before a name, as French has it."""
    first = unicodedata.normalize("NFD", name[:1]).lower()[:1]
    return f"d'{name}" if first in "aeiou" else f"de {name}"


def _chosen(event: Json, cast: Cast) -> str:
    return f"{cast.person(event)} {_BY[event['by']]} {cast.post(event)}."


def _missed(event: Json, cast: Cast) -> str:
    return f"le tour {of(cast.person(event))} est passé, {_MISSED[event['reason']]}."


def _turn(event: Json, cast: Cast) -> str | None:
    """Ordinary turns are too many to tell; those of latecomers are worth it."""
    return f"c'est au tour {of(cast.person(event))}, en retard." if event["late"] else None


_TELLINGS: dict[str, Callable[[Json, Cast], str | None]] = {
    "AmphiPublished": lambda _, __: "l'amphithéâtre est ouvert.",
    "SessionStarted": lambda event, _: f"la session {event['session']} commence.",
    "SessionEnded": lambda event, _: f"la session {event['session']} est finie.",
    "CatchUpStarted": lambda _, __: "tous les rangs ont été appelés, place aux retardataires.",
    "AmphiClosed": lambda _, __: "l'amphithéâtre est clos.",
    "Paused": lambda event, _: f"pause, {event['reason']}." if event.get("reason") else "pause.",
    "Resumed": lambda _, __: "reprise.",
    "TurnStarted": _turn,
    "TurnMissed": _missed,
    "LatecomerPlaced": lambda event, cast: (
        f"{cast.person(event)} est de retour et passera ensuite."
    ),
    "LatecomerLeft": lambda event, cast: f"{cast.person(event)}, en retard, est reparti.",
    "PostChosen": _chosen,
    "ChoiceRectified": lambda event, cast: f"le choix {of(cast.person(event))} est rectifié.",
    "PostWithdrawn": lambda event, cast: f"{cast.post(event)} est retiré.",
    "NoticePosted": lambda event, _: f"avis de l'ARS : {event['text']}",
    "Frozen": lambda _, __: "incident technique, le temps est suspendu pour tous.",
    "Thawed": lambda _, __: "l'incident est fini, le temps reprend.",
}
