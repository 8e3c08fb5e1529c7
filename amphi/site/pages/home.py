"""The home page: the card of my amphi, what runs now, where the lists are (DCI §7, §9.1)."""

import asyncio
from collections.abc import Sequence
from typing import Any, Literal

import msgspec
import structlog
from starlette.requests import Request
from starlette.responses import Response

from amphi.http.sign_ins import Visitor
from amphi.live.ports import StoreUnavailable
from amphi.records.mine import EntryRow, entries_held_by, entries_of
from amphi.records.reads import AmphiRow, SessionRow, list_amphis, sessions
from amphi.rules.choosing.state import Phase
from amphi.rules.ids import AmphiId
from amphi.site.pages.frame import Pages

LIVE = (Phase.RUNNING, Phase.PAUSED, Phase.BETWEEN_SESSIONS, Phase.CATCH_UP)

log = structlog.get_logger()


class Now(msgspec.Struct, frozen=True, kw_only=True):
    """An amphi as the hot state shows it; without it, as its row does (`known` False)."""

    row: AmphiRow
    phase: Phase
    frozen: bool = False
    session: int | None = None
    served: int | None = None

    @property
    def runs(self) -> bool:
        return self.phase in LIVE


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
        now = await self._now(rows)
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

    async def _now(self, rows: Sequence[AmphiRow]) -> dict[AmphiId, Now]:
        offers = list(dict.fromkeys(row.offer for row in rows if row.phase is not Phase.PLANNED))
        try:
            shown = await asyncio.gather(*(self.services.hot.amphis(offer) for offer in offers))
        except StoreUnavailable as away:
            log.warning("hot_state_unknown", why=repr(away))
            shown = []
        hot = {amphi: card for offer in shown for amphi, card in offer.items()}
        return {row.id: _shown(row, hot.get(row.id)) for row in rows}


def _shown(row: AmphiRow, card: dict[str, Any] | None) -> Now:
    if card is None:
        return Now(row=row, phase=row.phase)
    return Now(
        row=row,
        phase=Phase(card["phase"]),
        frozen=card["frozen"],
        session=card["session"],
        served=card["served"],
    )


def _of(planned: list[SessionRow], n: int | None) -> SessionRow | None:
    return next((each for each in planned if each.n == n), None)
