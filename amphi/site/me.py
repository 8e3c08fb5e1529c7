"""Whoever is signed in: their lines of call lists, tickets for their sockets."""

from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from amphi.http import answers
from amphi.http.found import amphi_at
from amphi.http.reading import body
from amphi.http.tickets import TicketAsked, a_ticket
from amphi.live_store.tickets import TicketFor
from amphi.records.finding import email_of
from amphi.records.mine import EntryRow, entries_held_by, entries_of
from amphi.records.reads import person_name
from amphi.site import wire
from amphi.site.services import Services

Shown = TypeVar("Shown", wire.MyEntry, wire.HeldEntry)


class Me:
    """Handlers; what they need is `services`."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def read(self, request: Request) -> Response:
        """What I may know of myself, and of those who gave me their proxy."""
        visitor = await self._services.visitors.required(request)
        async with self._services.database.connection() as connection:
            names = await person_name(connection, visitor.person) or ("", "")
            email = await email_of(connection, visitor.person)
            own = await entries_of(connection, visitor.person)
            held = await entries_held_by(connection, visitor.person)
        mine = [_shown(each, wire.MyEntry, proxy=_grant(each)) for each in own]
        others = [_shown(each, wire.HeldEntry) for each in held]
        return answers.json(wire.Me(*names, email, mine, others))

    async def ticket(self, request: Request) -> Response:
        """For one socket, within 30 s (protocol.md §1); the gateway says what one may be there."""
        visitor = await self._services.visitors.required(request)
        asked = await body(request, TicketAsked)
        async with self._services.database.connection() as connection:
            amphi = await amphi_at(connection, asked.amphi)
        who = TicketFor(visitor.person, "intern", amphi.id, visitor.sign_in)
        return answers.json(await a_ticket(self._services.tickets, who))


def _shown(row: EntryRow, kind: type[Shown], **more: Any) -> Shown:
    names = set(kind.__struct_fields__) - set(more)
    return kind(**{name: getattr(row, name) for name in names} | more)


def _grant(row: EntryRow) -> wire.Grant | None:
    return None if row.grant is None else wire.Grant(row.grant.state, row.grant.holder_email)
