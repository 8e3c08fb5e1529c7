"""Giving a proxy, taking it back, accepting one by the mailed link (DCI §6)."""

from typing import Annotated

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from amphi.actions import proxies
from amphi.actions.asking import Posted
from amphi.actions.proxies import Holder, Invited, Who
from amphi.http import answers, posted
from amphi.http.found import amphi_at
from amphi.http.reading import body, command_id, query
from amphi.records.audit import Act, record
from amphi.records.territories import accepted_at
from amphi.rules.ids import OfferId, PersonId
from amphi.rules.refusals import Refusal, Refused
from amphi.site.services import Services

PREFIX = "/api"
Short = Annotated[str, msgspec.Meta(max_length=254)]


class GrantAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """ "Une pop-up permet de renseigner l'email et le téléphone" (DCI §6.1)."""

    amphi: str
    email: Short
    phone: Short = ""
    first_name: Short = ""
    last_name: Short = ""

    @property
    def holder(self) -> Holder:
        return Holder(self.email.strip(), self.phone, self.first_name, self.last_name)


class WhichAmphi(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of a cancellation."""

    amphi: str


class Acceptance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`link`: what the mailed address ends with. `password`: for whoever has none here yet."""

    link: Annotated[str, msgspec.Meta(max_length=2000)]
    password: Annotated[str, msgspec.Meta(max_length=1000)] = ""


class Proxies:
    """Handlers; what they need is `services`."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def grant(self, request: Request) -> Response:
        """From now on the choice is the holder's, once he has accepted."""
        visitor = await self._services.visitors.required(request)
        asked = await body(request, GrantAsked)
        async with self._services.database.connection() as connection:
            amphi = await amphi_at(connection, asked.amphi)
        who = Who(visitor.person, command_id(request))
        return posted.answer(
            await proxies.grant(self._services.asks, amphi, who, asked.holder), PREFIX
        )

    async def cancel(self, request: Request) -> Response:
        """At any time, also during one's turn."""
        visitor = await self._services.visitors.required(request)
        asked = query(request, WhichAmphi)
        async with self._services.database.connection() as connection:
            amphi = await amphi_at(connection, asked.amphi)
        who = Who(visitor.person, command_id(request))
        return posted.answer(await proxies.cancel(self._services.asks, amphi, who), PREFIX)

    async def accept(self, request: Request) -> Response:
        """ "Cliquez sur le lien pour créer votre mot de passe, validez l'écran" (DCI §6.2)"""
        asked = await body(request, Acceptance)
        return posted.answer(await self.accepted(asked), PREFIX)

    async def accepted(self, asked: Acceptance) -> Posted:
        """Raises Refused: `unknown_link`, `password_…`, and the conductor's own."""
        link = self._services.links.offered(asked.link)
        async with self._services.database.connection() as connection:
            invited = await proxies.invited(connection, link.proxy, link.email)
        holder = await self._settled(invited, asked.password)
        return await proxies.accept(self._services.asks, invited, link.proxy, holder)

    async def _settled(self, invited: Invited, password: str) -> PersonId:
        """The holder, who has an account from now on."""
        if invited.grant.state == "accepted":
            raise Refused(Refusal("proxy_already_accepted"))
        refused = proxies.new_password_refusal(invited, password)
        if refused is not None:
            raise Refused(refused)
        new = invited.needs_password
        hashed = await self._services.passwords.hashed(password) if new else None
        async with self._services.database.transaction() as connection:
            settled = await proxies.settle_holder(connection, invited, hashed)
            act = Act(who=settled.person, what="proxy_link", subject=settled.person)
            await record(connection, act)
        await self._services.visitors.sign_ins.forget(*settled.ended)
        return settled.person

    async def command(self, request: Request) -> Response:
        """Where a gesture that was not answered in time was accepted."""
        visitor = await self._services.visitors.required(request)
        offer, command = OfferId(request.path_params["offer"]), request.path_params["id"]
        async with self._services.database.connection() as connection:
            seq = await accepted_at(connection, offer, visitor.person, command)
        if seq is None:
            raise Refused(Refusal("not_accepted_yet"))
        return answers.json(posted.Accepted(seq))
