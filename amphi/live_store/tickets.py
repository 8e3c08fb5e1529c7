"""Single-use WebSocket tickets (protocol.md §1): 256 bits, of which only the SHA-256 is stored."""

import secrets
from typing import Literal

import msgspec

from amphi.live_store import keys
from amphi.live_store.connection import Store
from amphi.rules.ids import AmphiId, PersonId


class TicketFor(msgspec.Struct, frozen=True):
    """Whom a ticket lets in and where.

    `intern` covers proxy holders (one account, two roles); `proxy`: who is both looks at the grantor's
    line, unless hello says otherwise. `sign_in`: the one that asked, whose end is the socket's too.
    """

    person: PersonId
    role: Literal["intern", "proxy", "operator"]
    amphi: AmphiId
    sign_in: str | None = None


_encode = msgspec.json.encode
_ticket_for = msgspec.json.Decoder(TicketFor)


class Tickets:
    """Given out by HTTP and the command line, redeemed by gateways. May raise StoreUnavailable."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def issue(self, who: TicketFor, seconds: int = keys.WEB_TICKET_SECONDS) -> str:
        """A new ticket, good once within `seconds`."""
        ticket = secrets.token_urlsafe(32)
        async with self._store.in_line():
            await self._store.call("SET", keys.ticket(ticket), _encode(who), "EX", seconds)
        return ticket

    async def redeem(self, ticket: str) -> TicketFor | None:
        """Whose ticket it is, once; None: unknown, used or too old."""
        async with self._store.in_line():
            text = await self._store.call("GETDEL", keys.ticket(ticket))
        return None if text is None else _ticket_for.decode(text)
