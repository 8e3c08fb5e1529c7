"""The frame of the site's pages: its menu, who is signed in, what was just done."""

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from amphi.http.pages import page
from amphi.http.sign_ins import Visitor
from amphi.http.templating import Frame, Link
from amphi.records.reads import person_name
from amphi.site.services import Services

SIGN_IN, SIGN_OUT = "/sign-in", "/sign-out"
MENU = (
    Link("/", "Accueil", "home"),
    Link("/amphis", "Amphithéâtres", "theatre"),
    Link("/call-lists", "Listes d'appel", "people"),
    Link("/posts", "Postes", "post"),
    Link("/assignments", "Affectations", "list"),
)
FRAME = Frame(menu=MENU, sign_in=SIGN_IN, sign_out=SIGN_OUT)

# What a redirection after a POST may say (`?done=…`): sentences of ours, never text of an address.
DONE = {
    "signed_in": "Vous êtes connecté.",
    "signed_out": "Vous êtes déconnecté.",
    "contested": "Votre réclamation est envoyée : l'ARS y répondra ici.",
    "signed_out_everywhere": "Vous êtes déconnecté de tous vos appareils.",
}


class Pages:
    """What every handler of pages begins with."""

    def __init__(self, services: Services) -> None:
        self.services = services

    async def page(
        self,
        request: Request,
        template: str,
        *,
        visitor: Visitor | None = None,
        status: int = 200,
        **facts: Any,
    ) -> Response:
        """`visitor`: as `services.visitors` told it."""
        return page(template, status, frame=await self.frame(request, visitor), **facts)

    async def frame(self, request: Request, visitor: Visitor | None) -> Frame:
        """Around the page of this request."""
        return msgspec.structs.replace(
            FRAME,
            here=request.url.path,
            name=None if visitor is None else await self._name(visitor),
            notice=DONE.get(request.query_params.get("done", "")),
            menu=self._menu(visitor),
        )

    def _menu(self, visitor: Visitor | None) -> tuple[Link, ...]:
        """Somebody signed in has one more page, and so has the demonstration."""
        mine = () if visitor is None else (Link("/me/ranking", "Mon classement", "person"),)
        mails = Link("/demo/mails", "Courriels", "mail")
        return (*MENU, *mine, *(() if self.services.caught_mails is None else (mails,)))

    async def _name(self, visitor: Visitor) -> str:
        async with self.services.database.connection() as connection:
            names = await person_name(connection, visitor.person) or ("", "")
        return " ".join(names).strip() or "votre compte"
