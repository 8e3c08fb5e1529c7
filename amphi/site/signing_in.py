"""Signing in by e-mail and password, signing out (DCI §3)."""

from typing import Annotated

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from amphi.http import answers
from amphi.http.attempts import Attempt, admit
from amphi.http.reading import body, client_address
from amphi.http.sign_ins import open_session
from amphi.records.accounts import account_of
from amphi.rules.accounts import MOST
from amphi.rules.refusals import Refusal, Refused
from amphi.site.services import Services


class Credentials(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """As typed. Nobody has a longer one of either."""

    email: Annotated[str, msgspec.Meta(max_length=254)]
    password: Annotated[str, msgspec.Meta(max_length=MOST)]


class SignedIn(msgspec.Struct, frozen=True):
    """An intern and a proxy holder have the same kind of account (live-rules.md §6)."""

    role: str


class SigningIn:
    """Handlers; what they need is `services`."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def sign_in(self, request: Request) -> Response:
        """By JSON."""
        token = await self.token(request, await body(request, Credentials))
        response = answers.json(SignedIn("intern"))
        self._services.visitors.cookie.give(response, token)
        return response

    async def token(self, request: Request, typed: Credentials) -> str:
        """ "same body, status and time whoever exists" (quality.md)

        A sign-in that the browser had before is ended: nobody is signed in twice by it. Raises
        Refused: `sign_in_refused`, `too_many_attempts`.
        """
        email = typed.email.strip()
        await admit(self._services.limits, Attempt(client_address(request), email))
        async with self._services.database.connection() as connection:
            account = await account_of(connection, email)
        stored = None if account is None else account.password_hash
        right = await self._services.passwords.right(typed.password, stored)
        if account is None or not right:
            raise Refused(Refusal("sign_in_refused"))
        async with self._services.database.transaction() as connection:
            token = await open_session(connection, account.person, "intern")
        await self._services.visitors.end_former(request)
        return token

    async def sign_out(self, request: Request) -> Response:
        """Here and now: other devices stay signed in."""
        return await self._services.visitors.sign_out(request)
