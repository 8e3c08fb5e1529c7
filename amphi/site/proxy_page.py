"""Where the mailed link of a proxy lands: a page to read, then a button (DCI §6.2).

Opening the link accepts nothing: mail scanners and previews open links too.
"""

from starlette.requests import Request
from starlette.responses import Response

from amphi.http.pages import page
from amphi.http.problems import problem
from amphi.http.reading import form
from amphi.rules.refusals import Refused
from amphi.site.proxies import Acceptance, Proxies

LONGEST = 2000


class ProxyPage:
    """Handlers; what they do is what `POST /api/proxy/accept` does."""

    def __init__(self, proxies: Proxies) -> None:
        self._proxies = proxies

    async def landing(self, request: Request) -> Response:
        """The form."""
        link = request.query_params.get("link", "")[:LONGEST]
        return page("proxy_accept.html", link=link, refusal=None)

    async def accept(self, request: Request) -> Response:
        """The form again, with the reason, when it is refused."""
        fields = await form(request)
        asked = Acceptance(fields.get("link", "")[:LONGEST], fields.get("password", ""))
        try:
            given = await self._proxies.accepted(asked)
        except Refused as refused:
            said = problem(refused.refusals[0])
            return page("proxy_accept.html", said.status, link=asked.link, refusal=said.detail)
        return page("proxy_accepted.html", 200 if given.seq else 202, done=given.seq is not None)
