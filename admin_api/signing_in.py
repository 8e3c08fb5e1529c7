"""Signing in by a one-use link: a page to land on, then a POST (quality.md "Security").

Password and TOTP come with the console; the demonstration's link steps over them.
"""

from typing import Annotated

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin_api import wire
from admin_api.rights import own_amphi, the_operator
from admin_api.services import Services
from amphi.http import answers
from amphi.http.pages import page
from amphi.http.reading import body, form
from amphi.http.sign_ins import open_session
from amphi.http.tickets import TicketAsked, a_ticket
from amphi.live_store.tickets import TicketFor
from amphi.records.accounts import operator
from amphi.records.audit import Act, record
from amphi.rules.refusals import Refusal, Refused

LANDED = "/admin/api/amphis"
LONGEST = 200


class Link(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the printed address ends with."""

    link: Annotated[str, msgspec.Meta(max_length=LONGEST)]


class SigningIn:
    """Handlers; what they need is `services`."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def landing(self, request: Request) -> Response:
        """Opening the link uses nothing up: mail scanners and previews open links too."""
        return page("sign_in_link.html", link=request.query_params.get("link", "")[:LONGEST])

    async def by_form(self, request: Request) -> Response:
        """The landing page's button."""
        link = (await form(request)).get("link", "")
        response = RedirectResponse(LANDED, 303)
        self._services.visitors.cookie.give(response, await self._token(link))
        return response

    async def by_link(self, request: Request) -> Response:
        """The same for programs."""
        asked = await body(request, Link)
        token = await self._token(asked.link)
        response = answers.json({"role": "operator"})
        self._services.visitors.cookie.give(response, token)
        return response

    async def _token(self, link: str) -> str:
        person = await self._services.links.redeem(link)
        if person is None:
            raise Refused(Refusal("unknown_link"))
        async with self._services.database.transaction() as connection:
            if await operator(connection, person) is None:
                raise Refused(Refusal("not_an_operator"))
            await record(connection, Act(who=person, what="sign_in", subject=person))
            return await open_session(connection, person, "operator")

    async def sign_out(self, request: Request) -> Response:
        """Here and now."""
        return await self._services.visitors.sign_out(request)

    async def me(self, request: Request) -> Response:
        """Who I am here."""
        agent = await the_operator(self._services, request)
        return answers.json(wire.Me(agent.name, agent.territory))

    async def ticket(self, request: Request) -> Response:
        """For one socket of the wall, within 30 s."""
        agent = await the_operator(self._services, request)
        asked = await body(request, TicketAsked)
        async with self._services.database.connection() as connection:
            amphi = await own_amphi(connection, agent, asked.amphi)
        who = TicketFor(agent.person, "operator", amphi.id)
        return answers.json(await a_ticket(self._services.tickets, who))
