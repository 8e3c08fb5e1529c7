"""The sign-in page, signing out here or everywhere (DCI §3)."""

from typing import Annotated

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from amphi.http.forms import form
from amphi.http.own_paths import LONGEST, own_path
from amphi.http.problems import STATUS
from amphi.http.sentences import sentence
from amphi.rules.accounts import MOST
from amphi.rules.refusals import Refusal, Refused
from amphi.site.pages.frame import Pages
from amphi.site.services import Services
from amphi.site.signing_in import Credentials, SigningIn

SIGNED_IN, SIGNED_OUT, EVERYWHERE = (
    f"/?done={word}" for word in ("signed_in", "signed_out", "signed_out_everywhere")
)


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
        response = await self.page(
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
