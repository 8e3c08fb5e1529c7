"""Signing in: by address, password and one-time code, or by a one-use link (quality.md "Security").

A one-use link steps over password and code: it is given by the command line, or by a colleague, to
somebody who has neither yet (a demonstration's agent never has).
"""

from typing import Annotated

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from admin_api import wire
from admin_api.rights import own_amphi, the_operator
from admin_api.second_factor import step_of
from admin_api.services import Services
from amphi.http import answers
from amphi.http.attempts import Attempt, admit, admit_code
from amphi.http.reading import body, client_address
from amphi.http.sign_ins import open_session
from amphi.http.tickets import TicketAsked, a_ticket
from amphi.live_store.tickets import TicketFor
from amphi.records.accounts import Account, account_of, operator
from amphi.records.audit import Act, record
from amphi.records.database import Connection
from amphi.records.second_factors import second_factor_of, use_up
from amphi.rules.accounts import MOST
from amphi.rules.ids import PersonId
from amphi.rules.refusals import Refusal, Refused

LONGEST = 200


class Link(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the printed address ends with."""

    link: Annotated[str, msgspec.Meta(max_length=LONGEST)]


class Credentials(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """As typed. `code`: six digits of the phone."""

    email: Annotated[str, msgspec.Meta(max_length=254)]
    password: Annotated[str, msgspec.Meta(max_length=MOST)]
    code: Annotated[str, msgspec.Meta(max_length=20)]


class SigningIn:
    """Handlers; what they need is `services`."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def by_link(self, request: Request) -> Response:
        """A printed link, used up."""
        asked = await body(request, Link)
        return self._welcome(await self.token_by_link(request, asked.link))

    async def by_password(self, request: Request) -> Response:
        """Address, password, code."""
        typed = await body(request, Credentials)
        return self._welcome(await self.token_by_password(request, typed))

    def _welcome(self, token: str) -> Response:
        response = answers.json({"role": "operator"})
        self._services.visitors.cookie.give(response, token)
        return response

    async def token_by_link(self, request: Request, link: str) -> str:
        """Raises Refused: `unknown_link`, `not_an_operator`."""
        person = await self._services.links.redeem(link)
        if person is None:
            raise Refused(Refusal("unknown_link"))
        async with self._services.database.transaction() as connection:
            if await operator(connection, person) is None:
                raise Refused(Refusal("not_an_operator"))
            token = await _session(connection, person)
        await self._services.visitors.end_former(request)
        return token

    async def token_by_password(self, request: Request, typed: Credentials) -> str:
        """ "same body, status and time whoever exists" (quality.md); a code counts once.

        Raises Refused: `operator_sign_in_refused`, `too_many_attempts`.
        """
        email = typed.email.strip()
        await admit(self._services.limits, Attempt(client_address(request), email))
        async with self._services.database.connection() as connection:
            account = await account_of(connection, email)
        stored = None if account is None else account.password_hash
        right = await self._services.passwords.right(typed.password, stored)
        if account is None or not right:
            raise Refused(Refusal("operator_sign_in_refused"))
        await admit_code(self._services.limits, email)
        token = await self._token(account, typed.code)
        await self._services.visitors.end_former(request)
        return token

    async def _token(self, account: Account, code: str) -> str:
        """Whose password was right: the code, and whether it is an agent at all."""
        async with self._services.database.transaction() as connection:
            known = await operator(connection, account.person)
            if known is not None and await self._fits(connection, account.person, code):
                return await _session(connection, account.person)
            await _refused(connection, account.person, known is not None)
        raise Refused(Refusal("operator_sign_in_refused"))

    async def _fits(self, connection: Connection, person: PersonId, code: str) -> bool:
        """ "each code used once": RFC 6238 §5.2"""
        factor = await second_factor_of(connection, person)
        if factor is None:
            return False
        step = step_of(self._services.seal.secret(factor.sealed), code)
        return step is not None and await use_up(connection, person, step)

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
        visitor = await self._services.visitors.required(request)
        asked = await body(request, TicketAsked)
        async with self._services.database.connection() as connection:
            amphi = await own_amphi(connection, agent, asked.amphi)
        who = TicketFor(agent.person, "operator", amphi.id, visitor.sign_in)
        return answers.json(await a_ticket(self._services.tickets, who))


async def _session(connection: Connection, person: PersonId) -> str:
    await record(connection, Act(who=person, what="sign_in", subject=person))
    return await open_session(connection, person, "operator")


async def _refused(connection: Connection, person: PersonId, is_agent: bool) -> None:
    """Somebody knows an agent's password and has no code: the agents shall see it."""
    if is_agent:
        await record(connection, Act(who=person, what="sign_in_code_refused", subject=person))
