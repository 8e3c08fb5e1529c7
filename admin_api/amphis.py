"""The amphis of the own territory, and whether one is ready."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from admin_api import wire
from admin_api.rights import own_amphi, the_operator
from admin_api.services import Services
from amphi.actions.readiness import Line, lines_of
from amphi.http import answers
from amphi.http.answers import Page, cursor_of, place_of, stamp_or_none
from amphi.http.reading import query
from amphi.http.sentences import readiness_sentence
from amphi.live.ports import StoreUnavailable
from amphi.records.accounts import Operator
from amphi.records.reads import AmphiRow, list_amphis


class Filters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of the list."""

    campaign: str | None = None
    regime: str | None = None
    limit: answers.Limit = 100
    cursor: str | None = None


class Amphis:
    """Handlers; what they need is `services`."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def listed(self, request: Request) -> Response:
        """Those of the own territory, in the order of campaigns, offers and positions."""
        agent = await the_operator(self._services, request)
        asked = query(request, Filters)
        async with self._services.database.connection() as connection:
            rows = await list_amphis(connection, campaign=asked.campaign, regime=asked.regime)
        mine = [row for row in rows if row.territory == agent.territory]
        behind = place_of(asked.cursor, int) if asked.cursor else 0
        end = behind + asked.limit
        cursor = cursor_of(end) if end < len(mine) else None
        return answers.json(Page([_amphi(row) for row in mine[behind:end]], cursor))

    async def readiness(self, request: Request) -> Response:
        """The checklist before a start (live-rules.md §1)."""
        agent = await the_operator(self._services, request)
        _, lines = await self.checked(agent, request.path_params["amphi"])
        ready = all(line.level != "red" for line in lines)
        return answers.json(wire.Readiness(ready, lines))

    async def checked(self, agent: Operator, name: str) -> tuple[AmphiRow, list[wire.Line]]:
        """An amphi with its checklist. Raises Refused `unknown_amphi`."""
        async with self._services.database.connection() as connection:
            amphi = await own_amphi(connection, agent, name)
            lines = await lines_of(connection, amphi)
        return amphi, [_line(each) for each in (*await self._servers(), *lines)]

    async def _servers(self) -> list[Line]:
        """ "servers healthy"; PostgreSQL has answered already, or nothing would."""
        try:
            gateways = await self._services.live_gateways()
        except StoreUnavailable:
            return [Line("store_down", "red")]
        return [] if gateways else [Line("no_gateway", "red")]


def _amphi(row: AmphiRow) -> wire.Amphi:
    instants = {"opens_at": stamp_or_none(row.opens_at), "starts_at": stamp_or_none(row.starts_at)}
    names = wire.Amphi.__struct_fields__
    return wire.Amphi(**{name: getattr(row, name) for name in names} | instants)


def _line(line: Line) -> wire.Line:
    return wire.Line(line.code, line.level, readiness_sentence(line.code, line.facts), line.facts)
