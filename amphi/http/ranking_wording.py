"""The words of ranking pages: stages, places, acts, as agents and interns read them."""

import re
from collections.abc import Callable
from typing import Any

from amphi.rules.ranking.run import Stage

# A run goes through them in this order (ranking.md §4, §5).
STAGES: dict[Stage, str] = {
    Stage.TIES: "Levée des ex aequo",
    Stage.FINAL: "Classement final",
    Stage.PROVISIONAL: "Liste provisoire",
    Stage.CONTESTS: "Réclamations",
    Stage.ANSWERED: "Réclamations closes",
    Stage.FROZEN: "Liste figée",
}
STAGE_ICONS = {
    Stage.TIES: "people",
    Stage.FINAL: "list",
    Stage.PROVISIONAL: "enter",
    Stage.CONTESTS: "hand",
    Stage.ANSWERED: "check",
    Stage.FROZEN: "lock",
}
PROFESSIONS = {"medicine": "Médecine", "pharmacy": "Pharmacie", "odontology": "Odontologie"}
PLACES = {"standard": "", "leaving": "Sortant", "entering": "Entrant"}
EXAMS = {
    "national": "National",
    "european": "Européen",
    "occupational": "Médecine du travail",
    "foreign": "Étranger (MET, PET)",
}
ADJUSTMENTS = {
    "dci": "DCI : rang local / effectif × effectif de la promotion théorique",
    "imotep": "IMOtEP : le rang local lui-même dans sa propre promotion",
}
KINDS = {"interns": "Internes", "semesters": "Semestres", "cng-ranks": "Rangs du CNG"}
CONTESTS = {"open": "À traiter", "accepted": "Acceptée", "rejected": "Rejetée"}
JOBS = {
    "queued": "En attente",
    "running": "En cours",
    "done": "Terminé",
    "refused": "Refusé",
    "failed": "Échoué",
}
INTERN_STATES = {"active": "Actif", "archived": "Archivé", "cancelled": "Annulé"}
SEMESTER_KINDS = {
    "validated": "Validé",
    "not_validated": "Non validé",
    "surnombre_non_validant": "Surnombre non validant",
    "research_year": "Année de recherche",
    "research_leave": "Disponibilité pour recherche",
    "personal_leave": "Disponibilité pour convenances personnelles",
}
MOVEMENTS = {
    "remorse": "Droit au remords",
    "cancellation": "Annulation",
    "reactivation": "Réactivation",
    "archiving": "Archivage",
    "restoring": "Restauration",
}
# What each will do, said before it is done (ranking.md §1, §4).
_HOLE = "Dans un classement en cours, son rang reste vide"
_BACK = "il est non classé jusqu'au prochain pré-classement"
MOVEMENT_EFFECTS = {
    "remorse": "L'interne change de discipline. Il quitte le classement de l'ancienne, où son rang"
    f" reste vide ; dans la nouvelle, {_BACK}. Les rangs locaux et les effectifs des deux"
    " promotions sont recalculés.",
    "cancellation": "L'interne n'est plus classé et ne compte plus dans l'effectif de sa promotion."
    f" {_HOLE} ; le prochain pré-classement recalcule les rangs locaux de sa promotion.",
    "reactivation": "L'interne annulé redevient actif et compte de nouveau dans l'effectif de sa"
    f" promotion ; {_BACK}, qui recalcule les rangs locaux.",
    "archiving": "L'interne n'est plus classé, mais compte encore dans l'effectif de sa promotion."
    f" {_HOLE} jusqu'au prochain pré-classement.",
    "restoring": f"L'interne archivé redevient actif ; {_BACK}.",
}

ACTS = {
    "perimeter_founded": "Périmètre créé",
    "choices_validated": "Choix du semestre validés",
    "preranked": "Pré-classement effectué",
    "ties_treated": "Groupe d'ex aequo traité",
    "ties_validated": "Levée des ex aequo validée",
    "ties_reopened": "Levée des ex aequo rouverte",
    "ranks_swapped": "Deux rangs d'appel échangés",
    "list_published": "Liste provisoire publiée",
    "list_frozen": "Liste figée",
    "list_reopened": "Étape précédente rouverte",
    "contests_opened": "Période de réclamation ouverte",
    "contests_closed": "Période de réclamation close",
    "contest_filed": "Réclamation déposée",
    "contest_answered": "Réclamation traitée",
    "sessions_planned": "Sessions planifiées",
    "amphi_fed": "Liste d'appel d'un amphithéâtre alimentée",
    "intern_moved": "Mouvement d'interne",
    "ranks_entered": "Rangs saisis à la main",
    "semesters_changed": "Semestres modifiés",
    "out_of_discipline": "Stage hors discipline prévu",
    "imported_interns": "Fichier d'internes importé",
    "imported_semesters": "Fichier de semestres importé",
    "imported_cng_ranks": "Fichier de rangs du CNG importé",
    "import_row_replayed": "Ligne en quarantaine corrigée et reprise",
    "import_row_discarded": "Ligne en quarantaine écartée",
}


def _of(words: dict[str, str]) -> Callable[[object], str]:
    """A code that nobody translated is shown as it is."""
    return lambda code: words.get(str(code), str(code))


# Columns of import files.
COLUMNS = {
    "intern": "INE",
    "last_name": "Nom",
    "first_name": "Prénom",
    "email": "Courriel",
    "profession": "Formation",
    "discipline": "Discipline",
    "des": "DES",
    "regime": "Régime",
    "exam": "Concours",
    "exam_label": "Intitulé du concours",
    "cohort": "Promotion",
    "entered": "Premier semestre",
    "seniority": "Ancienneté",
    "homonym": "Homonyme vérifié (1)",
    "semester": "Semestre",
    "kind": "Nature du semestre",
    "out_of_discipline": "Hors discipline, en",
    "rc": "Rang RC",
    "rin": "Rang RIN",
    "ri3": "Rang RI3",
    "mark": "Note",
    "out_of": "Note maximale",
    "exam_size": "Effectif du concours",
}


def movement_of(before: dict[str, str], after: dict[str, str]) -> str:
    """Which of the five it was, by what became of the intern."""
    became = {"cancelled": "cancellation", "archived": "archiving"}.get(after["state"])
    came_back = {"cancelled": "reactivation", "archived": "restoring"}.get(before["state"])
    return MOVEMENTS[became or came_back or "remorse"]


def figures(formula: str) -> str:
    """Decimals the French way: `2 / 4 × 7 = 3,5`."""
    return re.sub(r"(\d)\.(\d)", r"\1,\2", formula)


FILTERS: dict[str, Callable[..., Any]] = {
    "figures": figures,
    "movement_of": movement_of,
    "stage": _of({str(stage): words for stage, words in STAGES.items()}),
    "profession": _of(PROFESSIONS),
    "place": _of(PLACES),
    "exam": _of(EXAMS),
    "import_kind": _of(KINDS),
    "contest_state": _of(CONTESTS),
    "job_state": _of(JOBS),
    "act": _of(ACTS),
    "column": _of(COLUMNS),
    "intern_state": _of(INTERN_STATES),
    "semester_kind": _of(SEMESTER_KINDS),
    "movement": _of(MOVEMENTS),
    "movement_effect": _of(MOVEMENT_EFFECTS),
}
