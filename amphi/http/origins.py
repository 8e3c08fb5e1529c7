"""No state change on behalf of another page: Origin and Sec-Fetch-Site (quality.md "Security")."""

from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from amphi.http.problems import refused
from amphi.rules.refusals import Refusal

SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}  # "no state change by GET"
OUR_OWN = {"same-origin", "none"}  # none: typed, or from a bookmark


class OwnOrigin:
    """Refuses what another origin makes a browser send.

    Every browser of today sends at least one of the two with such a request; a program, which has
    no third party's cookies to abuse, sends neither.
    """

    def __init__(self, app: ASGIApp, origins: Collection[str]) -> None:
        self._app = app
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in SAFE or self._ours(Headers(scope=scope)):
            await self._app(scope, receive, send)
        else:
            await refused(Refusal("wrong_origin"))(scope, receive, send)

    def _ours(self, headers: Headers) -> bool:
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        return (origin is None or origin in self._origins) and (site is None or site in OUR_OWN)
