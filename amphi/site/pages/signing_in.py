"""The sign-in page (DCI §3)."""

from typing import Annotated

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from amphi.http.doors import form_again, later
from amphi.http.forms import form
from amphi.http.own_paths import LONGEST, own_path
from amphi.rules.accounts import MOST
from amphi.rules.refusals import Refusal, Refused
from amphi.site.pages.frame import Pages
from amphi.site.services import Services
from amphi.site.signing_in import Credentials, SigningIn

SIGNED_IN = "/?done=signed_in"


class Typed(msgspec.Struct, frozen=True):
    """The form as sent; `next`: where one was going."""

    email: Annotated[str, msgspec.Meta(max_length=254)] = ""
    password: Annotated[str, msgspec.Meta(max_length=MOST)] = ""
    next: Annotated[str, msgspec.Meta(max_length=LONGEST)] = ""


class SignInPages(Pages):
    """Handlers; what they need is `services`."""

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self._door = SigningIn(services)

    async def landing(self, request: Request) -> Response:
        """Whoever is signed in already goes on at once: also after "back"."""
        wanted = request.query_params.get("next", "")
        if await self.services.visitors.who(request) is not None:
            return RedirectResponse(own_path(wanted), 303)
        return await self._form(request, Typed(next=wanted))

    async def sign_in(self, request: Request) -> Response:
        """The form again, with its reason, or on to where one was going."""
        typed = await form(request, Typed)
        try:
            token = await self._door.token(request, Credentials(typed.email, typed.password))
        except Refused as refused:
            return await self._form(request, typed, refused.refusals[0])
        response = RedirectResponse(own_path(typed.next, SIGNED_IN), 303)
        self.services.visitors.cookie.give(response, token)
        return response

    async def _form(
        self, request: Request, typed: Typed, refusal: Refusal | None = None
    ) -> Response:
        facts = form_again(typed.email, typed.next, refusal)
        return later(await self.page(request, "sign_in.html", **facts), refusal)
