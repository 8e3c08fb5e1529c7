"""What the sign-in pages of both programs share: the form that says why not, and the ways out."""

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from amphi.http.own_paths import own_path
from amphi.http.problems import STATUS
from amphi.http.sentences import sentence
from amphi.http.visitors import Visitors
from amphi.rules.refusals import Refusal


def form_again(email: str, wanted: str, refusal: Refusal | None) -> dict[str, Any]:
    """What the template `sign_in.html` shows. `wanted`: where one was going, as the address said it."""
    return {
        "status": 200 if refusal is None else STATUS[refusal.code],
        "refusal": None if refusal is None else sentence(refusal),
        "email": email,
        "wanted": own_path(wanted, ""),
    }


def later(response: Response, refusal: Refusal | None) -> Response:
    """The same answer; whoever tried too often is told when to come back."""
    if refusal is not None and "retry_after" in refusal.facts:
        response.headers["Retry-After"] = str(refusal.facts["retry_after"])
    return response


class WaysOut:
    """Handlers of both sign-outs. `to`: the page that says it is done."""

    def __init__(self, visitors: Visitors, to: str) -> None:
        self._visitors, self._to = visitors, to

    async def here(self, request: Request) -> Response:
        """This device; pressed twice it says the same."""
        await self._visitors.end_former(request)
        return self._gone("signed_out")

    async def everywhere(self, request: Request) -> Response:
        """Every device of whoever is signed in here."""
        visitor = await self._visitors.who(request)
        if visitor is not None:
            await self._visitors.sign_ins.end_all(visitor.person)
        return self._gone("signed_out_everywhere")

    def _gone(self, word: str) -> Response:
        response = RedirectResponse(f"{self._to}?done={word}", 303)
        self._visitors.cookie.take(response)
        return response
