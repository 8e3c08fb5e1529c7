"""What a line of the journal of gestures says in French."""

from collections.abc import Callable
from typing import Any

from amphi.http.ranking_wording import ACTS as RANKING_ACTS
from amphi.http.wording import STATUSES
from amphi.records.gestures import Done

Facts = dict[str, Any]

_CAUSES = {"time_added": "Temps ajouté au tour", "restarted": "Durée entière rendue au tour"}


def said(line: Done) -> str:
    """A kind that has no words yet is shown by its own name."""
    wording = _GESTURES if line.source == "amphi" else _ACTS
    words = wording.get(line.what, line.what)
    return words if isinstance(words, str) else words(line.facts)


def _absence(facts: Facts) -> str:
    return "Absence prévue notée" if facts["expected"] else "Absence prévue levée"


def _decided(facts: Facts) -> str:
    status = STATUSES[facts["choice_status"]]
    if facts["accepted"]:
        return f"Type de choix accepté : {status}"
    return f"Changement de type de choix refusé ; reste : {status}"


def _rectification(facts: Facts) -> str:
    post = facts.get("post")
    return f"Rectification demandée : {f'poste {post}' if post else 'choix repris'}"


def _rectified(facts: Facts) -> str:
    post = facts.get("post")
    return f"Choix rectifié : {facts['former_post']} → {post or 'aucun poste'}"


_GESTURES: dict[str, str | Callable[[Facts], str]] = {
    "AmphiValidated": "Amphithéâtre validé",
    "AmphiPublished": "Amphithéâtre ouvert aux internes",
    "Rescheduled": "Sessions déplacées",
    "OfferReplaced": lambda facts: f"Offre remplacée (version {facts['version']})",
    "CallListReplaced": lambda facts: f"Liste d'appel remplacée (version {facts['version']})",
    "SessionStarted": lambda facts: f"Session {facts['session']} démarrée",
    "AmphiClosed": "Amphithéâtre clos",
    "Paused": "Pause",
    "Resumed": "Reprise",
    "TurnChanged": lambda facts: _CAUSES.get(facts["cause"], "Tour modifié"),
    "TurnMissed": "Tour passé au suivant",
    "InternPlaced": "Interne replacé dans la file",
    "InternExcluded": "Interne exclu",
    "InternRestored": "Interne réintégré",
    "AbsenceSet": _absence,
    "ExtraTimeSet": lambda facts: f"Temps supplémentaire : {facts['extra_seconds']} s par tour",
    "PostChosen": lambda facts: f"Poste {facts['post']} choisi à sa place",
    "RectificationAsked": _rectification,
    "ChoiceRectified": _rectified,
    "PostWithdrawn": lambda facts: f"Poste {facts['post']} retiré",
    "PostAdded": lambda facts: f"Poste {facts['post']['number']} ajouté",
    "NoticePosted": lambda facts: f"Message : {facts['text']}",
    "FlagLowered": "Demande d'aide baissée",
    "ChoiceStatusDecided": _decided,
    "ProxyCancelled": "Procuration annulée",
}

_ACTS: dict[str, str | Callable[[Facts], str]] = {
    "load": "Campagne chargée depuis un fichier",
    "sign_in": "Connexion à la console",
    "sign_in_link": "Lien d'entrée à usage unique donné",
    "sign_in_code_refused": "Connexion refusée : mot de passe juste, code faux",
    "ticket": "Billet d'entrée donné",
    "operator_appointed": "Agent ajouté",
    "operator_enrolled": "Mot de passe et téléphone enregistrés",
    "operator_recovered": "Accès d'un agent rétabli : mot de passe et téléphone à choisir de nouveau",
    "operator_dismissed": "Accès d'un agent retiré",
    "password_changed": "Mot de passe changé",
    "proxy_link": "Lien de procuration donné",
    **RANKING_ACTS,
}
