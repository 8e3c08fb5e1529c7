"""What can be found wrong: every check by name, with its place in live-rules.md and its sentence."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Finding = tuple[str, dict[str, Any]]
Findings = Iterator[Finding]

# The name of each check and what is printed when it fails; the paragraph it guards stands above.
SENTENCES: dict[str, str] = {
    # live-rules.md §9.9: the hash chain is unbroken
    "seq_gap": "le numéro {found} suit le numéro {before} : la suite n'est pas continue.",
    "term_falls": "le mandat {found} est inférieur au mandat précédent {before}.",
    "chain_broken": "l'empreinte précédente notée n'est pas celle de la ligne d'avant.",
    "hash_wrong": "l'empreinte notée n'est pas celle du texte conservé.",
    "text_not_canonical": "le texte conservé n'est pas sous sa forme canonique.",
    "text_disagrees": "le texte conservé dit {field} = {found}, la ligne {expected}.",
    # §9.8: the journal can be replayed
    "unreadable": "le texte conservé n'est pas un événement lisible.",
    "unknown_kind": "événement de nature inconnue : {kind}.",
    "field_missing": "l'événement {kind} n'a pas ses champs : {fields}.",
    "dangling": "l'événement {kind} nomme {what} {id}, qui n'existe pas.",
    "not_replayable": "l'événement {kind} ne peut pas être rejoué ({error}).",
    "wrong_phase": "{kind} ne peut pas arriver dans la phase {phase}.",
    "bad_call_list": "la liste d'appel figée a des rangs ou des personnes en double.",
    "bad_sessions": "les sessions ne découpent pas la liste d'appel sans trou ni recouvrement.",
    "wrong_session": "la session {session} n'est pas celle attendue ({expected}).",
    "session_unfinished": "fin de session alors que {entry} devait encore être appelé.",
    # §9.1: at most one STANDARD assignment per post; surnombre within the cap
    "post_taken_twice": "le poste {post} a déjà un titulaire classique ({holder}).",
    "surnombre_over_cap": "le service {service} dépasse {cap} surnombre.",
    "surnombre_not_allowed": "le poste {post} n'était pas permis à ce surnombre ({status}).",
    # §9.2: an intern has at most one live assignment per campaign
    "served_twice": "{entry} avait déjà une affectation dans cette offre.",
    "served_in_two_offers": "la personne de {entry} a une affectation aussi dans l'offre {other}.",
    # §9.3: made for whoever held the turn by who was entitled to, in time
    "not_the_turn": "choix de {entry} hors de son tour ({turn}).",
    "not_entitled": "choix de {entry} par {person} ({by}), qui n'en avait pas le droit.",
    "status_differs": "choix noté {found}, alors que le type de choix est {expected}.",
    "too_late": "choix reçu {ms} ms après l'échéance et sa tolérance.",
    "post_not_offered": "le poste {post} est retiré, inconnu ou hors de l'offre de l'amphi.",
    "post_reserved": "le poste {post} est réservé à d'autres DES que {des}.",
    "not_served": "rectification de {entry}, qui n'avait pas ce poste.",
    "one_operator": "rectification de {entry} sans l'accord d'un second agent.",
    "chosen_while_suspended": "choix pendant une pause ou un incident technique.",
    # §9.4: at most one turn per amphi (per offer when not parallel); RUNNING has exactly one
    "two_turns": "le tour {turn} commence alors que {other} n'est pas fini.",
    "no_turn": "l'amphi {amphi} est en cours et personne n'a le tour.",
    "two_amphis_running": "deux amphis de l'offre en cours alors qu'ils se suivent : {amphi}, {other}.",
    # §9.5: rank order
    "rank_order": "{entry} (rang {rank}) appelé avant {before} (rang {before_rank}).",
    "late_order": "{entry} appelé alors que {first} en retard passait avant.",
    "not_late": "{entry} appelé comme retardataire sans attendre.",
    "not_callable": "{entry} appelé alors que son état est « {standing} ».",
    "outside_session": "{entry} (rang {rank}) n'est pas dans la session en cours.",
    "not_missed": "{entry} placé comme retardataire sans avoir manqué son tour.",
    # §9.6: at most 1 + max_returns calls
    "too_many_calls": "{entry} appelé {calls} fois, au plus {allowed} permises.",
    # §9.7: time charged and given
    "turn_length": "tour de {found} s, {expected} s attendues.",
    "overcharged": "{charged} ms comptées pour un budget de {budget} ms et {grace} ms de tolérance.",
    "turn_shortened": "il restait {owed} ms au tour, {given} ms données.",
    "budget_wrong": "budget de {found} ms, {expected} ms attendues.",
    "missed_early": "tour déclaré manqué {ms} ms avant son échéance.",
    # §9.11: faults of the machinery are never shown as a person's
    "missed_while_held": "tour déclaré manqué alors que son temps était suspendu.",
    "turn_granted_while_suspended": "tour donné pendant une pause ou un incident technique.",
    "freeze_forgets_turn": "l'incident technique ne dit pas ce qui reste au tour {turn}.",
    "freeze_twice": "incident technique ou reprise sans son contraire.",
    # projections: what other tables say of the same facts
    "row_missing": "table {table} : la ligne {key} manque.",
    "row_extra": "table {table} : la ligne {key} n'a pas d'événement au journal.",
    "row_differs": "table {table}, ligne {key} : {what}.",
    "request_differs": "la demande {id} de {entry} ne dit pas ce que le journal a décidé.",
    "result_dangling": "la commande {id} renvoie à l'événement {to}, qui n'existe pas.",
    "result_of_another": "la commande {id} de {person} renvoie à un événement d'une autre personne.",
    "result_missing": "{kind} n'a pas de commande acceptée.",
    "head_missing": "l'offre a un journal et pas de ligne de tête.",
    "head_differs": "la ligne de tête ({found}) n'est pas la dernière du journal ({expected}).",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something found wrong: in which offer, at which `seq` (None: the offer as a whole)."""

    offer: str
    seq: int | None
    check: str
    sentence: str


def problem(offer: str, seq: int | None, finding: Finding) -> Problem:
    """A finding with its French sentence."""
    check, facts = finding
    return Problem(offer, seq, check, SENTENCES[check].format(**facts))
