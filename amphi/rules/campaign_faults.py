"""What can be wrong with a load file: each fault has its path in the file, a code, a sentence."""

from typing import Any

import msgspec


class Fault(msgspec.Struct, frozen=True):
    """`path`: `amphis[0].interns[3].call_rank`, empty for the file itself."""

    path: str
    code: str
    facts: dict[str, Any] = {}

    @property
    def sentence(self) -> str:
        """The French sentence of the fault."""
        return (FAULTS | WARNINGS)[self.code].format_map(self.facts)


# Any of these and nothing is loaded.
FAULTS = {
    "empty_file": "Le fichier est vide.",
    "file_too_big": "Le fichier dépasse {limit} Mio.",
    "not_json": "Ce n'est pas du JSON valable : {error}.",
    "missing_field": "Le champ « {field} » manque.",
    "wrong_type": "On attend {expected}, on trouve {found}.",
    "empty_value": "Cette valeur ne peut pas être vide.",
    "too_long": "Cette valeur dépasse {limit} caractères.",
    "not_allowed": "« {value} » n'est pas une valeur permise ici ; sont permises : {allowed}.",
    "out_of_range": "{value} est hors des limites : entre {low} et {high}.",
    "bad_semester": "« {value} » n'est pas un semestre : on écrit l'année et le mois de début, 2026-11 ou 2027-05.",
    "bad_instant": "« {value} » n'est pas une date avec heure et décalage, comme 2026-10-06T13:30:00+02:00.",
    "bad_email": "« {value} » n'est pas une adresse de courriel.",
    "bad_policy": "Cette règle de l'amphithéâtre n'est pas valable : {error}.",
    "no_posts": "L'offre ne contient aucun poste.",
    "no_amphis": "Le fichier ne contient aucun amphithéâtre.",
    "no_interns": "La liste d'appel est vide.",
    "no_sessions": "L'amphithéâtre n'a aucune session.",
    "duplicate_post": "Le poste {number} figure déjà à {first}.",
    "duplicate_code": "Le code d'amphithéâtre {value} figure déjà à {first}.",
    "duplicate_intern": "L'interne {id} figure déjà à {first}.",
    "duplicate_rank": "Le rang d'appel {rank} est déjà celui de {first}.",
    "duplicate_holder": "Cette personne tient déjà la procuration de {first} ; une seule est possible par campagne.",
    "intern_differs": "L'interne {id} n'a pas ici les mêmes nom et courriel qu'à {first}.",
    "absent_with_proxy": "Une absence prévue et une procuration s'excluent.",
    "unknown_des": "Le DES {des} ne figure pas dans offer.des.",
    "session_reversed": "Le dernier rang de la session vient avant le premier.",
    "session_ends_before": "La session finit avant de commencer.",
    "sessions_overlap": "Le rang {rank} est déjà dans {first}.",
    "sessions_gap": "Aucune session n'appelle les rangs {low} à {high}.",
    "rank_without_session": "Aucune session n'appelle le rang {rank}.",
}

# These are said, and the file is loaded.
WARNINGS = {
    "unknown_field": "Le champ « {field} » n'est pas connu ; il est laissé de côté.",
    "planned_in_the_past": "L'heure prévue est déjà passée.",
    "hole_in_ranks": "Personne n'a les rangs d'appel {low} à {high}.",
    "bad_finess": "La clé du numéro FINESS {value} est fausse.",
    "duplicate_email": "Ce courriel est déjà celui de {first} ; cette personne n'aura pas de compte.",
    "fewer_posts_than_interns": "{posts} postes seulement pour {interns} internes qui choisissent.",
}
