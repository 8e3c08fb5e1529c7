"""Who is at the door: ticket, then cookie, then resume token, else a spectator (protocol.md §1).

"`Origin` must be the site's own for cookie sign-ins": a page elsewhere could use the cookie without
the person's will, but neither a ticket nor a token, which it would have to know.
"""

from typing import TypeAlias

import msgspec
from starlette.datastructures import Headers, QueryParams

from amphi.gateway.close_codes import CloseCode
from amphi.gateway.resume import ANYBODY, Bearer, Stale, Who
from amphi.gateway.world import World
from amphi.live.ports import JournalUnavailable, StoreUnavailable
from amphi.rules.ids import AmphiId


class SignedIn(msgspec.Struct, frozen=True):
    """Brings a cookie from our own pages; whose it is, is only asked when there is no token."""

    cookie: str


Visitor: TypeAlias = Who | SignedIn


class Admitted(msgspec.Struct, frozen=True):
    """Who it is; `bearer` says in which role the resumed view was held, when that is known."""

    who: Who
    bearer: Bearer | None = None


class NotAdmitted(Exception):
    """Close with this code."""

    def __init__(self, code: CloseCode) -> None:
        super().__init__(code.name)
        self.code = code


class Admission:
    """Asks Redis for tickets and the sign-ins for cookies: nothing when a resume token is good."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def at_the_door(
        self, amphi: AmphiId, query: QueryParams, headers: Headers, cookies: dict[str, str]
    ) -> Visitor:
        """What the handshake shows. Raises NotAdmitted."""
        ticket = query.get("ticket")
        if ticket is not None:
            return await self._ticket_holder(amphi, ticket)
        cookie = cookies.get(self._world.cookie)
        if cookie is None:
            return ANYBODY
        if headers.get("origin") not in self._world.origins:
            raise NotAdmitted(CloseCode.NOT_ALLOWED)
        return SignedIn(cookie)

    async def identify(self, amphi: AmphiId, visitor: Visitor, token: str | None) -> Admitted:
        """What hello adds. Raises NotAdmitted."""
        if token is None:
            return Admitted(await self._who(visitor))
        read = self._world.tokens.read(token)
        if isinstance(read, Stale) or read.amphi != amphi:
            return Admitted(await self._without_token(visitor, read))
        if visitor == ANYBODY or (isinstance(visitor, SignedIn) and read.who != ANYBODY):
            return Admitted(read.who, read)
        return Admitted(await self._who(visitor), read)

    async def _without_token(self, visitor: Visitor, read: Bearer | Stale) -> Who:
        """A token that counts for nothing: fine for whoever shows something else, or wants nothing."""
        was_somebody = not (isinstance(read, Stale) and read.anybody)
        if visitor == ANYBODY and was_somebody:
            raise NotAdmitted(CloseCode.SIGN_IN)
        return await self._who(visitor)

    async def _ticket_holder(self, amphi: AmphiId, ticket: str) -> Who:
        try:
            whose = await self._world.tickets.redeem(ticket)
        except StoreUnavailable as away:
            raise NotAdmitted(CloseCode.UNAVAILABLE) from away
        if whose is None:
            raise NotAdmitted(CloseCode.SIGN_IN)
        if whose.amphi != amphi:
            raise NotAdmitted(CloseCode.NOT_ALLOWED)
        return Who(whose.person, operator=whose.role == "operator")

    async def _who(self, visitor: Visitor) -> Who:
        if isinstance(visitor, Who):
            return visitor
        try:
            signed_in = await self._world.sign_ins.who(visitor.cookie)
        except (StoreUnavailable, JournalUnavailable) as away:
            raise NotAdmitted(CloseCode.UNAVAILABLE) from away
        if signed_in is None:
            raise NotAdmitted(CloseCode.SIGN_IN)
        return Who(signed_in.person, operator=signed_in.role == "operator")
