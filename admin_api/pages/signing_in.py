"""The console's door: address, password and code, or a one-use link; and the way out."""

from typing import Annotated

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin_api.pages.frame import HOME, SIGN_IN, Pages
from admin_api.services import Services
from admin_api.signing_in import LONGEST, Credentials, SigningIn
from amphi.http.forms import form
from amphi.http.own_paths import LONGEST as LONGEST_PATH
from amphi.http.own_paths import own_path
from amphi.http.problems import STATUS
from amphi.http.sentences import sentence
from amphi.rules.accounts import MOST
from amphi.rules.refusals import Refusal, Refused

SIGNED_OUT, EVERYWHERE = (
    f"{SIGN_IN}?done={word}" for word in ("signed_out", "signed_out_everywhere")
)


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
        response = self.page(
            *(request, "sign_in.html"),
            status=200 if refusal is None else STATUS[refusal.code],
            refusal=None if refusal is None else sentence(refusal),
            email=typed.email,
            wanted=own_path(typed.next, ""),
        )
        if refusal is not None and "retry_after" in refusal.facts:
            response.headers["Retry-After"] = str(refusal.facts["retry_after"])
        return response

    async def sign_out(self, request: Request) -> Response:
        """This device; pressed twice it says the same."""
        await self.services.visitors.end_former(request)
        return self._gone(SIGNED_OUT)

    async def sign_out_everywhere(self, request: Request) -> Response:
        """Every device of whoever is signed in here."""
        visitor = await self.services.visitors.who(request)
        if visitor is not None:
            await self.services.visitors.sign_ins.end_all(visitor.person)
        return self._gone(EVERYWHERE)

    def _gone(self, to: str) -> Response:
        response = RedirectResponse(to, 303)
        self.services.visitors.cookie.take(response)
        return response
