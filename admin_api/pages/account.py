"""My account: password and phone chosen for the first time, or anew.

"No state change by GET": the secret on the page is only proposed. It comes back sealed with the
form, and is kept once a code of the phone has proved that it is there.
"""

from typing import Annotated

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin_api import second_factor
from admin_api.pages.frame import HOME, Pages
from admin_api.rights import the_operator, whoever_enrols
from amphi.http.attempts import admit_code
from amphi.http.forms import form
from amphi.http.problems import STATUS
from amphi.http.sentences import sentence
from amphi.http.sign_ins import open_session
from amphi.records.accounts import Account, Operator, account_by_person, set_password
from amphi.records.agents import agent as agent_of
from amphi.records.audit import Act, record
from amphi.records.second_factors import SecondFactor, enrol
from amphi.rules.accounts import MOST, password_refusal
from amphi.rules.refusals import Refusal, Refused

ENROLLED = f"{HOME}?done=enrolled"


class Chosen(msgspec.Struct, frozen=True):
    """The form: `current` only of somebody who has a password, `sealed` the secret proposed."""

    password: Annotated[str, msgspec.Meta(max_length=MOST)] = ""
    code: Annotated[str, msgspec.Meta(max_length=20)] = ""
    sealed: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    current: Annotated[str, msgspec.Meta(max_length=MOST)] = ""


class Proposal(msgspec.Struct, frozen=True):
    """A secret shown to somebody, in clear and sealed."""

    agent: Operator
    account: Account
    secret: str
    sealed: str


class AccountPages(Pages):
    """Handlers; what they need is `services`."""

    async def show(self, request: Request) -> Response:
        """Who I am here, and what I may change."""
        agent = await the_operator(self.services, request)
        async with self.services.database.connection() as connection:
            known = await agent_of(connection, agent.person)
        return self.page(request, "account.html", agent=agent, known=known, me=agent)

    async def propose(self, request: Request) -> Response:
        """A new secret to scan, and the form."""
        agent = await whoever_enrols(self.services, request)
        return self._form(request, self._proposal(agent, await self._account(agent)))

    async def choose(self, request: Request) -> Response:
        """Kept, or the same secret with what is wrong. Other devices sign in anew."""
        agent, chosen = await whoever_enrols(self.services, request), await form(request, Chosen)
        account = await self._account(agent)
        proposed = self._proposed(agent, account, chosen.sealed)
        if proposed is None:
            fresh = self._proposal(agent, account)
            return self._form(request, fresh, Refusal("enrolment_expired"))
        try:
            await admit_code(self.services.limits, account.email)
            token = await self._keep(proposed, chosen)
        except Refused as refused:
            return self._form(request, proposed, refused.refusals[0])
        response = RedirectResponse(ENROLLED, 303)
        self.services.visitors.cookie.give(response, token)
        return response

    async def _account(self, agent: Operator) -> Account:
        async with self.services.database.connection() as connection:
            account = await account_by_person(connection, agent.person)
        if account is None:
            raise Refused(Refusal("no_account"))
        return account

    def _proposal(self, agent: Operator, account: Account) -> Proposal:
        secret = second_factor.new_secret()
        return Proposal(
            agent, account, secret, self.services.seal.closed(f"{agent.person} {secret}")
        )

    def _proposed(self, agent: Operator, account: Account, sealed: str) -> Proposal | None:
        """None: proposed to somebody else, or too long ago."""
        opened = self.services.seal.opened(sealed, second_factor.PROPOSED_SECONDS) or ""
        person, _, secret = opened.partition(" ")
        return Proposal(agent, account, secret, sealed) if person == agent.person else None

    async def _keep(self, proposed: Proposal, chosen: Chosen) -> str:
        """The token of a new sign-in. Raises Refused: `wrong_password`, `wrong_code`, the password's."""
        agent, account = proposed.agent, proposed.account
        await self._judge(proposed, chosen)
        step = second_factor.step_of(proposed.secret, chosen.code)
        if step is None:
            raise Refused(Refusal("wrong_code"))
        hashed = await self.services.passwords.hashed(chosen.password)
        factor = SecondFactor(account.person, self.services.seal.closed(proposed.secret))
        async with self.services.database.transaction() as connection:
            ended = await set_password(connection, account.person, hashed)
            await enrol(connection, factor, step)
            act = Act(who=agent.person, what="operator_enrolled", subject=agent.person)
            await record(connection, act)
            token = await open_session(connection, account.person, "operator")
        await self.services.visitors.sign_ins.forget(*ended)
        return token

    async def _judge(self, proposed: Proposal, chosen: Chosen) -> None:
        account = proposed.account
        stored = account.password_hash
        if stored is not None and not await self.services.passwords.right(chosen.current, stored):
            raise Refused(Refusal("wrong_password"))
        if refusal := password_refusal(chosen.password, account.email, proposed.agent.name):
            raise Refused(refusal)

    def _form(
        self, request: Request, proposal: Proposal, refusal: Refusal | None = None
    ) -> Response:
        account = proposal.account
        return self.page(
            *(request, "enrolment.html"),
            agent=proposal.agent,
            status=200 if refusal is None else STATUS[refusal.code],
            refusal=None if refusal is None else sentence(refusal),
            email=account.email,
            has_password=account.password_hash is not None,
            sealed=proposal.sealed,
            secret=second_factor.in_groups(proposal.secret),
            picture=second_factor.picture(proposal.secret, account.email),
        )
