"""Who is at the door: ticket, then cookie, then resume token, else a spectator (protocol.md §1).

"`Origin` must be the site's own for cookie sign-ins": a page elsewhere could use the cookie without
the person's will, but neither a ticket nor a token, which it would have to know.
"""

from typing import TypeAlias

import msgspec

from amphi.gateway.close_codes import CloseCode
from amphi.gateway.doorkeeper import Doorkeeper
from amphi.gateway.resume import ANYBODY, Bearer, Stale, Who
from amphi.gateway.world import World
from amphi.live.ports import JournalUnavailable, StoreUnavailable
from amphi.rules.ids import AmphiId


class Shown(msgspec.Struct, frozen=True):
    """What the handshake shows: `?ticket=`, the site's sign-in cookie, the Origin header."""

    ticket: str | None = None
    cookie: str | None = None
    origin: str | None = None


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

    def __init__(self, world: World, doorkeeper: Doorkeeper) -> None:
        self._world, self._doorkeeper = world, doorkeeper

    async def at_the_door(self, amphi: AmphiId, shown: Shown) -> Visitor:
        """What the handshake shows. Raises NotAdmitted."""
        if shown.ticket is not None:
            return await self._ticket_holder(amphi, shown.ticket)
        return self.without_ticket(shown)

    def without_ticket(self, shown: Shown) -> Visitor:
        """Nobody needs to be asked. Raises NotAdmitted."""
        if shown.cookie is None:
            return ANYBODY
        if shown.origin not in self._world.origins:
            raise NotAdmitted(CloseCode.NOT_ALLOWED)
        return SignedIn(shown.cookie)

    async def identify(self, amphi: AmphiId, visitor: Visitor, token: str | None) -> Admitted:
        """What hello adds. Raises NotAdmitted."""
        admitted = self.at_once(amphi, visitor, token)
        return admitted or Admitted(await self._who(visitor), self._bearer(amphi, token))

    def at_once(self, amphi: AmphiId, visitor: Visitor, token: str | None) -> Admitted | None:
        """The same, when nobody needs to be asked: else None. Raises NotAdmitted."""
        bearer = self._bearer(amphi, token)
        if bearer is None and visitor == ANYBODY and self._was_somebody(token):
            raise NotAdmitted(CloseCode.SIGN_IN)
        if bearer is not None and _adds(bearer, visitor):
            return Admitted(bearer.who, bearer)
        return Admitted(visitor, bearer) if isinstance(visitor, Who) else None

    def _bearer(self, amphi: AmphiId, token: str | None) -> Bearer | None:
        """Whose token it is; None when it counts for nothing here."""
        read = None if token is None else self._world.tokens.read(token)
        if not isinstance(read, Bearer) or self._doorkeeper.turns_away(read.who):
            return None
        return read if read.amphi == amphi else None

    def _was_somebody(self, token: str | None) -> bool:
        """A token that counts for nothing is fine for whoever wants nothing, and never did."""
        read = None if token is None else self._world.tokens.read(token)
        return read is not None and not (isinstance(read, Stale) and read.anybody)

    async def _ticket_holder(self, amphi: AmphiId, ticket: str) -> Who:
        try:
            whose = await self._world.tickets.redeem(ticket)
        except StoreUnavailable as away:
            raise NotAdmitted(CloseCode.UNAVAILABLE) from away
        if whose is None:
            raise NotAdmitted(CloseCode.SIGN_IN)
        if whose.amphi != amphi:
            raise NotAdmitted(CloseCode.NOT_ALLOWED)
        return Who(whose.person, whose.role == "operator", whose.role == "proxy", whose.sign_in)

    async def _who(self, visitor: Visitor) -> Who:
        if isinstance(visitor, Who):
            return visitor
        try:
            signed_in = await self._world.sign_ins.who(visitor.cookie)
        except (StoreUnavailable, JournalUnavailable) as away:
            raise NotAdmitted(CloseCode.UNAVAILABLE) from away
        if signed_in is None:
            raise NotAdmitted(CloseCode.SIGN_IN)
        operator = signed_in.role == "operator"
        return Who(signed_in.person, operator, sign_in=signed_in.sign_in)


def _adds(bearer: Bearer, visitor: Visitor) -> bool:
    """Whether a good token says more than what was shown at the door."""
    return visitor == ANYBODY or (isinstance(visitor, SignedIn) and bearer.who != ANYBODY)
