"""Every projection table: which columns are compared with the journal, which are not and why.

Nothing is forgotten in silence: a test reads the tables that the projections write and wants each of
their columns here.
"""

from dataclasses import dataclass

_DRAWN = "tiré au sort à l'écriture"
_PRIVATE = "coordonnées d'une personne : jamais au journal (live-rules.md §12)"
_POSTED = "tenu par le facteur, après l'événement"
_SHEET = "description pour les personnes, hors des règles"
_LEASE = "le bail vit à côté du journal"
_CLOCK = "l'horloge de PostgreSQL, pas celle du journal"


@dataclass(frozen=True, slots=True)
class Table:
    """`key`: what tells its rows apart; `beside`: column → why it is not compared."""

    french: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    beside: dict[str, str]


def _table(french: str, key: str, columns: str, beside: dict[str, str]) -> Table:
    return Table(french, tuple(key.split()), tuple(columns.split()), beside)


TABLES: dict[str, Table] = {
    "offers": _table(
        "offres",
        "id",
        "version",
        {
            "campaign": "ce par quoi l'offre est trouvée",
            "epoch": "ne change qu'à la restauration d'une sauvegarde",
            "created_at": _CLOCK,
        },
    ),
    "amphis": _table(
        "amphis",
        "id",
        "offer code group regime position policy phase opens_at call_list_version",
        {},
    ),
    "choice_sessions": _table(
        "sessions", "amphi n", "from_rank to_rank starts_at ends_at state", {}
    ),
    "call_list_entries": _table(
        "liste d'appel",
        "id",
        "amphi person call_rank des choice_status extra_seconds expected_absence excluded",
        {"external_id": "le nom de la ligne dans le fichier chargé"},
    ),
    "posts": _table(
        "postes",
        "offer number",
        "des regimes groups reserved_for withdrawn imotep",
        {
            "establishment": f"{_SHEET} ; lu quand le service n'a pas de numéro",
            "finess": f"{_SHEET} ; lu quand le service n'a pas de numéro",
            "service": f"{_SHEET} ; lu quand le service n'a pas de numéro",
            "supervisor": _SHEET,
            "department": _SHEET,
            "earmark": _SHEET,
        },
    ),
    "assignments": _table(
        "affectations",
        "offer seq",
        "campaign post person entry choice_status origin receipt live made_at",
        {"id": _DRAWN},
    ),
    "mails": _table(
        "courriels",
        "message_id",
        "offer seq kind person facts",
        {
            "id": _DRAWN,
            "address": _PRIVATE,
            "state": _POSTED,
            "attempts": _POSTED,
            "next_at": _POSTED,
            "sent_at": _POSTED,
            "last_error": _POSTED,
            "created_at": _CLOCK,
        },
    ),
    "proxies": _table(
        "procurations",
        "id",
        "campaign entry holder state created_at ended_at",
        {
            "holder_email": _PRIVATE,
            "holder_phone": _PRIVATE,
            "holder_first_name": _PRIVATE,
            "holder_last_name": _PRIVATE,
        },
    ),
    # Compared by commands_and_requests.py, each in its own way.
    "status_requests": _table(
        "demandes",
        "id",
        "entry state decided_at decided_by asked_at",
        {
            "choice_status": "ce qui était demandé ; le journal dit ce qui vaut désormais",
            "reason": "les mots de l'interne",
        },
    ),
    "command_results": _table(
        "commandes acceptées",
        "offer person id",
        "seq",
        {"body": "empreinte de ce qui était demandé", "accepted_at": _CLOCK},
    ),
    # Compared by chain.py and projections.py.
    "offer_heads": _table(
        "têtes",
        "offer",
        "term last_seq head_hash",
        {"owner": _LEASE, "expires_at": _LEASE},
    ),
    "journal": _table(
        "journal",
        "offer seq",
        "term at hash prev_hash text",
        {
            "body": "engendré du texte par PostgreSQL",
            "kind": "engendré du texte par PostgreSQL",
        },
    ),
}
