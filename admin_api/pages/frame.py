"""The frame of the console's pages: its menu, the agent who is signed in, what was just done."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin_api.services import Services
from amphi.http.pages import page
from amphi.http.templating import Frame, Link
from amphi.records.accounts import Operator
from amphi.rules.refusals import Refused

HOME, SIGN_IN, SIGN_OUT = "/admin/amphis", "/admin/sign-in", "/admin/sign-out"
ENROLMENT = "/admin/enrolment"
MENU = (
    Link(HOME, "Amphithéâtres", "theatre"),
    Link("/admin/ranking", "Classements", "sort"),
    Link("/admin/journal", "Journal", "list"),
    Link("/admin/operators", "Agents", "people"),
    Link("/admin/account", "Mon compte", "person"),
)
FRAME = Frame(home=HOME, brand="Amphi – console de l'ARS", sign_in=SIGN_IN, sign_out=SIGN_OUT)

# What a redirection after a POST may say (`?done=…`): sentences of ours, never text of an address.
DONE = {
    "signed_in": "Vous êtes connecté.",
    "signed_out": "Vous êtes déconnecté.",
    "signed_out_everywhere": "Vous êtes déconnecté de tous vos appareils.",
    "enrolled": "Votre mot de passe et votre téléphone sont enregistrés.",
    "dismissed": "L'accès de cet agent est retiré.",
    # rankings
    "perimeter_founded": "Le périmètre est créé.",
    "choices_validated": "Les choix du semestre en cours sont validés pour ce périmètre.",
    "ranks_entered": "Les rangs sont enregistrés ; la saisie est au journal de l'interne.",
    "intern_moved": "Le mouvement est enregistré ; il est au journal de l'interne.",
    "semesters_changed": "Les semestres sont enregistrés ; le changement est au journal de l'interne.",
    "out_of_discipline": "Le stage hors discipline est enregistré ; il est au journal de l'interne.",
    "ties_treated": "Le groupe d'ex aequo est traité.",
    "validate": "La levée des ex aequo est validée : chaque interne a son rang d'appel.",
    "back": "La levée des ex aequo est rouverte.",
    "swap": "Les deux internes ont échangé leurs rangs d'appel ; l'échange est au journal.",
    "publish": "La liste provisoire est publiée.",
    "open_contests": "La période de réclamation est ouverte.",
    "close_contests": "La période de réclamation est close.",
    "answer": "La réponse est enregistrée ; l'interne la lit dans son espace, et un courriel l'en prévient.",
    "freeze": "La liste est figée.",
    "reopen": "L'étape précédente est rouverte.",
    "sessions_planned": "Les sessions sont planifiées.",
    "amphi_fed": "L'amphithéâtre prend cette liste d'appel et ses sessions.",
    "row_brought_in": "La ligne est corrigée et importée.",
    "row_discarded": "La ligne est écartée.",
}

Handler = Callable[[Request], Awaitable[Response]]


class Pages:
    """What every handler of pages begins with."""

    def __init__(self, services: Services) -> None:
        self.services = services

    def page(
        self,
        request: Request,
        template: str,
        *,
        agent: Operator | None = None,
        status: int = 200,
        **facts: Any,
    ) -> Response:
        """`agent`: who is signed in and may go about."""
        return page(f"console/{template}", status, frame=framed(request, agent), **facts)


def framed(request: Request, agent: Operator | None) -> Frame:
    """Around the page of this request."""
    return msgspec.structs.replace(
        FRAME,
        here=request.url.path,
        menu=() if agent is None or agent.must_enrol else MENU,
        name=None if agent is None else agent.name,
        notice=DONE.get(request.query_params.get("done", "")),
    )


def enrolled_first(handler: Handler) -> Handler:
    """Whoever has not chosen password and phone yet is led there."""

    @wraps(handler)
    async def led(request: Request) -> Response:
        try:
            return await handler(request)
        except Refused as refused:
            if refused.refusals[0].code != "enrolment_needed":
                raise
            return RedirectResponse(ENROLMENT, 303)

    return led
