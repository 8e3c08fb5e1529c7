"""Single-use WebSocket tickets over HTTP: `POST … {"amphi":"…"}` (protocol.md §1)."""

from datetime import UTC, datetime, timedelta
from typing import Protocol

import msgspec

from amphi.http.answers import stamp
from amphi.live_store.keys import WEB_TICKET_SECONDS
from amphi.live_store.tickets import TicketFor


class IssuesTickets(Protocol):
    """live_store's tickets. May raise StoreUnavailable."""

    async def issue(self, who: TicketFor, seconds: int = WEB_TICKET_SECONDS) -> str: ...


class TicketAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`amphi`: its id."""

    amphi: str


class Ticket(msgspec.Struct, frozen=True):
    """Good once, for 30 s."""

    ticket: str
    expires_at: str


async def a_ticket(tickets: IssuesTickets, who: TicketFor) -> Ticket:
    """A new one."""
    made = await tickets.issue(who, WEB_TICKET_SECONDS)
    return Ticket(made, stamp(datetime.now(UTC) + timedelta(seconds=WEB_TICKET_SECONDS)))
