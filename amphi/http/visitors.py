"""Who makes a request: read from the program's own sign-in cookie."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from amphi.http.cookies import SignInCookie
from amphi.http.sign_ins import SignIns, Visitor
from amphi.records.accounts import Kind
from amphi.rules.refusals import Refusal, Refused


class Visitors(msgspec.Struct, frozen=True):
    """`role`: whom this program knows; a sign-in as anything else is none here."""

    sign_ins: SignIns
    cookie: SignInCookie
    role: Kind

    async def who(self, request: Request) -> Visitor | None:
        """None: nobody is signed in. Raises JournalUnavailable."""
        token = self.cookie.of(request)
        visitor = None if token is None else await self.sign_ins.who(token)
        return visitor if visitor is not None and visitor.role == self.role else None

    async def required(self, request: Request) -> Visitor:
        """Raises Refused `sign_in_needed`."""
        visitor = await self.who(request)
        if visitor is None:
            raise Refused(Refusal("sign_in_needed"))
        return visitor

    async def end_former(self, request: Request) -> None:
        """Ends the sign-in that the request brings, if any. Raises JournalUnavailable."""
        token = self.cookie.of(request)
        if token is not None:
            await self.sign_ins.end(token)

    async def sign_out(self, request: Request) -> Response:
        """Also for whoever is not signed in: what was asked holds."""
        await self.end_former(request)
        response = Response(status_code=204)
        self.cookie.take(response)
        return response
