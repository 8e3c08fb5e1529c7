"""The console's door: address, password and code, or a one-use link."""

from typing import Annotated

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin_api.pages.frame import HOME, Pages
from admin_api.services import Services
from admin_api.signing_in import LONGEST, Credentials, SigningIn
from amphi.http.doors import form_again, later
from amphi.http.forms import form
from amphi.http.own_paths import LONGEST as LONGEST_PATH
from amphi.http.own_paths import own_path
from amphi.rules.accounts import MOST
from amphi.rules.refusals import Refusal, Refused


class Typed(msgspec.Struct, frozen=True):
    """The form as sent: a link alone, or the three others. `next`: where one was going."""

    link: Annotated[str, msgspec.Meta(max_length=LONGEST)] = ""
    email: Annotated[str, msgspec.Meta(max_length=254)] = ""
    password: Annotated[str, msgspec.Meta(max_length=MOST)] = ""
    code: Annotated[str, msgspec.Meta(max_length=20)] = ""
    next: Annotated[str, msgspec.Meta(max_length=LONGEST_PATH)] = ""


class Door(Pages):
    """Handlers; what they need is `services`."""

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self._door = SigningIn(services)

    async def landing(self, request: Request) -> Response:
        """Opening a link uses nothing up: mail scanners and previews open links too."""
        link, wanted = (request.query_params.get(name, "") for name in ("link", "next"))
        if link:
            return self.page(request, "sign_in_link.html", link=link[:LONGEST])
        if await self.services.visitors.who(request) is not None:
            return RedirectResponse(own_path(wanted, HOME), 303)
        return self._form(request, Typed(next=wanted[:LONGEST_PATH]))

    async def sign_in(self, request: Request) -> Response:
        """The form again, with its reason, or on to where one was going."""
        typed = await form(request, Typed)
        if typed.link:
            return self._welcome(await self._door.token_by_link(request, typed.link), HOME)
        credentials = Credentials(typed.email, typed.password, typed.code)
        try:
            token = await self._door.token_by_password(request, credentials)
        except Refused as refused:
            return self._form(request, typed, refused.refusals[0])
        return self._welcome(token, own_path(typed.next, HOME))

    def _welcome(self, token: str, to: str) -> Response:
        response = RedirectResponse(to, 303)
        self.services.visitors.cookie.give(response, token)
        return response

    def _form(self, request: Request, typed: Typed, refusal: Refusal | None = None) -> Response:
        facts = form_again(typed.email, typed.next, refusal)
        return later(self.page(request, "sign_in.html", **facts), refusal)
