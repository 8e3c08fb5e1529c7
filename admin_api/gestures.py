"""Operators' gestures as the console shows them: name, what each will do, what it asks (live-rules.md §8).

One table: the wall's buttons, their dialogs and the OpenAPI document are made from it. When a
gesture may be tried is the rules' own table (`rules.choosing.phases`), told to the page phase by
phase, so that the page needs no rules.
"""

from admin_api.gesture import Field, Gesture

STATUSES = (
    ("STANDARD", "Classique"),
    ("SURNOMBRE_VALIDANT", "Surnombre validant"),
    ("SURNOMBRE_NON_VALIDANT", "Surnombre non validant"),
)


def _why(
    label: str = "Motif (gardé au journal)", *suggestions: str, required: bool = True
) -> Field:
    """Asked wherever it is journaled."""
    return Field("reason", label, required=required, suggestions=suggestions)


_ENTRY = Field("entry", "Interne", "entry")
_POST = Field("post", "Poste", "post", hint="Numéro du poste ; la liste propose l'offre.")
_WHY = _why()
_WHY_IF_ANY = _why("Motif (facultatif, gardé au journal)", required=False)
_YES_NO = (("true", "Oui"), ("false", "Non"))

GESTURES: tuple[Gesture, ...] = (
    # --- before the choices ---
    Gesture(
        *("validate", "Valider l'amphithéâtre", "check", "preparation"),
        "La liste d'appel, les sessions et l'offre sont figées au journal. Les internes voient la "
        "date d'ouverture.",
        (_WHY_IF_ANY,),
    ),
    Gesture(
        *("publish", "Ouvrir aux internes", "enter", "preparation"),
        "Les internes entrent, voient l'offre et leur place dans la liste d'appel.",
        (_WHY_IF_ANY,),
    ),
    Gesture(
        *("reschedule", "Déplacer les sessions", "clock", "preparation"),
        "Les horaires annoncés changent pour tous. Les rangs de chaque session restent les mêmes.",
        (Field("sessions", "Horaires (heure de Paris)", "sessions"), _WHY),
    ),
    Gesture(
        *("replace_offer", "Remplacer l'offre", "post", "preparation"),
        "La version de l'offre enregistrée sur le serveur remplace celle que voient les internes. "
        "Tous les amphithéâtres de l'offre sont concernés.",
        (_WHY,),
        danger=True,
    ),
    Gesture(
        *("replace_call_list", "Remplacer la liste d'appel", "people", "preparation"),
        "La liste d'appel et les sessions enregistrées sur le serveur remplacent celles que voient "
        "les internes.",
        (_WHY,),
        danger=True,
    ),
    # --- the course ---
    Gesture(
        *("start", "Démarrer la session suivante", "play", "course"),
        "Le premier interne appelé a le tour aussitôt : son temps court dès maintenant.",
        (Field("override", "Motif pour passer outre une ligne rouge", required=False),),
        key="d",
    ),
    Gesture(
        *("pause", "Mettre en pause", "pause", "course"),
        "Le temps de l'interne qui choisit s'arrête où il en est ; personne ne peut choisir avant "
        "la reprise. Tout le monde lit le motif.",
        (
            _why(
                "Motif (tous les internes le lisent)",
                *("Incident technique", "Vérification en cours", "Pause déjeuner"),
            ),
        ),
        key="p",
    ),
    Gesture(
        *("resume", "Reprendre", "play", "course"),
        "Les choix reprennent : l'interne dont c'est le tour retrouve le temps qui lui restait.",
        (_WHY_IF_ANY,),
        key="r",
    ),
    Gesture(
        *("close", "Clore l'amphithéâtre", "stop", "course"),
        "Il n'y aura plus de tour et les retardataires ne pourront plus revenir. Vous pourrez "
        "encore choisir pour les internes sans poste.",
        (_WHY_IF_ANY,),
        danger=True,
    ),
    # --- the turn ---
    Gesture(
        *("add_time", "Ajouter du temps", "plus", "turn"),
        "L'interne qui choisit reçoit ces secondes en plus ; la nouvelle échéance s'affiche chez "
        "tous.",
        (
            Field("seconds", "Secondes", "number", value="30"),
            _why("Motif (gardé au journal)", "Problème de connexion", "Appel téléphonique"),
        ),
        key="t",
    ),
    Gesture(
        *("restart_turn", "Rendre tout son temps", "clock", "turn"),
        "L'interne qui choisit retrouve la durée entière de son tour.",
        (_why("Motif (gardé au journal)", "Problème de connexion", "Incident technique"),),
        key="e",
    ),
    Gesture(
        *("end_turn", "Passer au suivant", "next", "turn"),
        "Le tour s'arrête sans choix et l'interne suivant est appelé. L'interne pourra revenir "
        "par « Je suis prêt ».",
        (_why("Motif (gardé au journal)", "Ne répond pas", "À sa demande"),),
        key="s",
        danger=True,
    ),
    Gesture(
        *("choose_for", "Choisir à sa place", "hand", "turn"),
        "Le choix est définitif, comme si l'interne l'avait validé lui-même. Vérifiez d'abord sa "
        "réponse secrète ou son code d'assistance.",
        (_ENTRY, _POST, _why("Motif (gardé au journal)", "Au téléphone, identité vérifiée")),
        key="c",
        danger=True,
    ),
    # --- one intern ---
    Gesture(
        *("place", "Replacer dans la file", "arrow", "intern"),
        "L'interne, déjà appelé ou passé, est placé juste après celui qui choisit.",
        (_ENTRY, _WHY),
    ),
    Gesture(
        *("exclude", "Exclure", "absent", "intern"),
        "L'interne n'est plus appelé ; si c'est son tour, le tour s'arrête. Cela se lève par "
        "« Réintégrer ».",
        (_ENTRY, _WHY),
        danger=True,
    ),
    Gesture(
        *("restore", "Réintégrer", "enter", "intern"),
        "L'exclusion est levée. Si son rang est déjà passé, l'interne compte comme absent à son "
        "tour : il sera placé en se connectant.",
        (_ENTRY, _WHY),
    ),
    Gesture(
        *("set_absence", "Absence prévue", "absent", "intern"),
        "Un interne dont l'absence est prévue n'est pas appelé ; si c'est son tour, le tour "
        "s'arrête. Les autres voient l'absence, jamais son motif.",
        (_ENTRY, Field("expected", "Absence prévue", "choice", options=_YES_NO, json=True), _WHY),
    ),
    Gesture(
        *("set_extra_time", "Temps supplémentaire", "clock", "intern"),
        "Ces secondes s'ajoutent à chacun de ses tours à venir. Les autres ne les voient pas.",
        (_ENTRY, Field("extra_seconds", "Secondes en plus", "number", value="30"), _WHY),
    ),
    Gesture(
        *("decide_status_request", "Décider du type de choix", "list", "intern"),
        "La demande de l'interne est acceptée ou refusée, et il en est averti. Refusée, son type "
        "de choix reste celui d'avant.",
        (
            _ENTRY,
            Field("choice_status", "Type de choix demandé", "choice", options=STATUSES),
            Field(
                *("accepted", "Décision", "choice"),
                options=(("true", "Accepter"), ("false", "Refuser")),
                json=True,
            ),
            _WHY,
        ),
    ),
    Gesture(
        *("cancel_proxy", "Annuler la procuration", "cross", "intern"),
        "L'interne peut de nouveau choisir lui-même, avec le temps qui reste si c'est son tour. "
        "Le mandataire en est averti.",
        (_ENTRY, _WHY),
        danger=True,
    ),
    Gesture(
        *("lower_flag", "Baisser la demande d'aide", "check", "intern"),
        "La demande d'aide disparaît, ici et chez l'interne.",
        (_ENTRY, _WHY_IF_ANY),
    ),
    # --- the offer, while paused ---
    Gesture(
        *("withdraw_post", "Retirer un poste", "absent", "offer"),
        "Le poste ne peut plus être choisi. Un poste déjà choisi ne se retire pas.",
        (_POST, _WHY),
        danger=True,
    ),
    Gesture(
        *("add_post", "Ajouter un poste", "plus", "offer"),
        "Le poste peut être choisi dès la reprise.",
        (
            Field("post.number", "Numéro"),
            Field("post.des", "DES"),
            Field("post.service", "Numéro de service (IMOTEP)"),
            Field(
                *("post.reserved_for", "Réservé aux DES", "codes"),
                required=False,
                hint="Codes séparés par des virgules ; vide : ouvert à tous.",
            ),
            Field(
                *("post.regimes", "Régimes", "codes"),
                required=False,
                hint="OLD, BASE, ADVANCED, CONSOLIDATION ; vide : tous.",
            ),
            Field(
                "post.groups",
                "Groupes de spécialités",
                "codes",
                required=False,
                hint="Vide : tous.",
            ),
            _WHY,
        ),
    ),
    # --- messages ---
    Gesture(
        *("notice", "Envoyer un message", "bell", "message"),
        "Le message s'affiche aussitôt chez ceux que vous désignez, et il y reste.",
        (Field("text", "Message", "long"), Field("to", "À qui", "to", value="all")),
        key="m",
    ),
    # --- a choice rectified ---
    Gesture(
        *("rectify", "Demander une rectification", "warning", "rectification"),
        "Un autre agent devra l'approuver. Le premier choix reste au journal ; ceux qui ont choisi "
        "après sont listés, rien ne change pour eux. Sans poste, le choix est repris et l'interne "
        "peut être replacé.",
        (
            _ENTRY,
            Field("post", "Nouveau poste (vide : reprendre le choix)", "post", required=False),
            _WHY,
        ),
        danger=True,
    ),
    Gesture(
        *("approve_rectification", "Approuver la rectification", "check", "rectification"),
        "La rectification demandée par un autre agent prend effet aussitôt.",
        (Field("id", "Rectification demandée", "rectification"), _WHY_IF_ANY),
        danger=True,
    ),
)
