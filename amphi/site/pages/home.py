"""The home page: the card of my amphi, what runs now, where the lists are (DCI §7, §9.1)."""

from typing import Literal

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from amphi.http.halls import Now, as_they_stand
from amphi.http.sign_ins import Visitor
from amphi.records.mine import EntryRow, entries_held_by, entries_of
from amphi.records.reads import SessionRow, list_amphis, sessions
from amphi.rules.ids import AmphiId
from amphi.site.pages.frame import Pages


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """The card of one line of a call list; `mine` None: the holder of the line's proxy looks."""

    role: Literal["intern", "proxy"]
    now: Now
    line: EntryRow
    session: SessionRow | None


class Home(Pages):
    """Handlers; what they need is `services`."""

    async def show(self, request: Request) -> Response:
        """For everybody; with cards for whoever is signed in."""
        visitor = await self.services.visitors.who(request)
        async with self.services.database.connection() as connection:
            rows = await list_amphis(connection)
        now = await as_they_stand(self.services.hot, rows)
        return await self.page(
            *(request, "home.html"),
            visitor=visitor,
            signed_in=visitor is not None,
            cards=[] if visitor is None else await self._cards(visitor, now),
            running=[each for each in now.values() if each.runs],
            campaigns=list(dict.fromkeys((row.campaign_name, row.semester) for row in rows)),
        )

    async def _cards(self, visitor: Visitor, now: dict[AmphiId, Now]) -> list[Card]:
        """One's own first, then those one holds the proxy of."""
        async with self.services.database.connection() as connection:
            own = await entries_of(connection, visitor.person)
            held = await entries_held_by(connection, visitor.person)
            planned = {line.amphi: await sessions(connection, line.amphi) for line in (*own, *held)}
        roles: list[tuple[Literal["intern", "proxy"], list[EntryRow]]] = [
            ("intern", own),
            ("proxy", held),
        ]
        return [
            Card(
                role=role,
                now=now[line.amphi],
                line=line,
                session=_of(planned[line.amphi], line.session),
            )
            for role, lines in roles
            for line in lines
        ]


def _of(planned: list[SessionRow], n: int | None) -> SessionRow | None:
    return next((each for each in planned if each.n == n), None)
