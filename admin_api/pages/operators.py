"""The agents of one's ARS: who they are, a colleague added, helped back in, dismissed."""

from typing import Annotated, Any

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin_api.pages.frame import Pages
from admin_api.rights import the_operator
from amphi.actions.agents import NewAgent, appoint, colleague, dismiss, help_back
from amphi.actions.sign_in_links import sign_in_link
from amphi.http.forms import form
from amphi.http.problems import STATUS
from amphi.http.sentences import sentence
from amphi.records.accounts import Operator
from amphi.records.agents import agent as agent_of
from amphi.records.agents import agents_of
from amphi.rules.ids import PersonId
from amphi.rules.refusals import Refusal, Refused

OPERATORS = "/admin/operators"


class Added(msgspec.Struct, frozen=True):
    """Of the form "Ajouter un agent"."""

    name: Annotated[str, msgspec.Meta(max_length=120)] = ""
    email: Annotated[str, msgspec.Meta(max_length=254)] = ""


class Why(msgspec.Struct, frozen=True):
    """Asked because it is journaled."""

    why: Annotated[str, msgspec.Meta(max_length=500)] = ""


class OperatorPages(Pages):
    """Handlers; what they need is `services`."""

    async def listed(self, request: Request) -> Response:
        """The agents of the own territory."""
        return await self._list(request, await the_operator(self.services, request))

    async def added(self, request: Request) -> Response:
        """A colleague, and the link to hand over: shown once, here."""
        agent, typed = await the_operator(self.services, request), await form(request, Added)
        try:
            async with self.services.database.transaction() as connection:
                new = NewAgent(typed.name, typed.email, agent.territory)
                person = await appoint(connection, agent.person, new)
        except Refused as refused:
            return await self._list(request, agent, refused.refusals[0], typed=typed)
        return await self._linked(request, agent, person)

    async def recovered(self, request: Request) -> Response:
        """Password and phone forgotten, sign-ins ended; a link to hand over."""
        agent, why = await the_operator(self.services, request), await form(request, Why)
        person = PersonId(request.path_params["person"])
        try:
            async with self.services.database.transaction() as connection:
                await colleague(connection, agent.territory, person)
                await help_back(connection, agent.person, person, why.why)
        except Refused as refused:
            return await self._list(request, agent, refused.refusals[0])
        await self.services.visitors.sign_ins.end_all(person)
        return await self._linked(request, agent, person)

    async def dismissed(self, request: Request) -> Response:
        """No longer an agent."""
        agent, why = await the_operator(self.services, request), await form(request, Why)
        person = PersonId(request.path_params["person"])
        try:
            async with self.services.database.transaction() as connection:
                await colleague(connection, agent.territory, person)
                await dismiss(connection, agent.person, person, why.why)
        except Refused as refused:
            return await self._list(request, agent, refused.refusals[0])
        await self.services.visitors.sign_ins.end_all(person)
        return RedirectResponse(f"{OPERATORS}?done=dismissed", 303)

    async def _linked(self, request: Request, agent: Operator, person: PersonId) -> Response:
        links, console = self.services.links, self.services.console
        async with self.services.database.transaction() as connection:
            link = await sign_in_link(connection, links, person, console, by=agent.person)
            known = await agent_of(connection, person)
        return self.page(request, "operator_link.html", agent=agent, link=link, known=known)

    async def _list(
        self,
        request: Request,
        agent: Operator,
        refusal: Refusal | None = None,
        **more: Any,
    ) -> Response:
        async with self.services.database.connection() as connection:
            agents = await agents_of(connection, agent.territory)
        return self.page(
            *(request, "operators.html"),
            agent=agent,
            status=200 if refusal is None else STATUS[refusal.code],
            refusal=None if refusal is None else sentence(refusal),
            agents=agents,
            me=agent.person,
            **{"typed": Added()} | more,
        )
