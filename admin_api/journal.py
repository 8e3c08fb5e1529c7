"""The journal of gestures: who did what, in the amphis and elsewhere, with its export."""

import datetime as dt

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from admin_api import wire
from admin_api.rights import own_amphi, the_operator
from admin_api.services import Services
from admin_api.telling import said
from amphi.http import answers
from amphi.http.answers import Page, cursor_of, place_of, stamp
from amphi.http.csv_files import csv_file
from amphi.http.reading import query
from amphi.http.wording import PARIS
from amphi.records.accounts import Operator
from amphi.records.audit import COMMAND_LINE
from amphi.records.database import Connection
from amphi.records.gestures import Done, Place, Within, done
from amphi.records.instants import moment

HEADS = ("Date", "Heure", "Agent", "Geste", "Amphithéâtre", "Concerne", "Motif", "Numéro", "Source")
MOST = 50_000  # lines of an export: several campaigns
SOURCES = {"amphi": "journal de l'amphithéâtre", "console": "console"}


class Filters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`amphi`: the id of one of one's own; without it, everything of the territory."""

    amphi: str | None = None
    limit: answers.Limit = 100
    cursor: str | None = None


class OfOne(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of the export."""

    amphi: str | None = None


class Journal:
    """Handlers; what they need is `services`."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def listed(self, request: Request) -> Response:
        """Newest first."""
        agent = await the_operator(self._services, request)
        page = await self.lines(agent, query(request, Filters))
        return answers.json(Page([_line(each) for each in page.items], page.cursor))

    async def lines(self, agent: Operator, asked: Filters) -> Page[Done]:
        """Raises Refused: `unknown_amphi`, `bad_request` (a cursor that is none)."""
        before = place_of(asked.cursor, Place) if asked.cursor else None
        async with self._services.database.connection() as connection:
            within = await _within(connection, agent, asked.amphi)
            found = await done(connection, within, before=before, limit=asked.limit + 1)
        items, more = found[: asked.limit], len(found) > asked.limit
        return Page(items, cursor_of(_place(items[-1])) if more else None)

    async def exported(self, request: Request) -> Response:
        """As CSV."""
        agent = await the_operator(self._services, request)
        asked = query(request, OfOne)
        async with self._services.database.connection() as connection:
            within = await _within(connection, agent, asked.amphi)
            found = await done(connection, within, before=None, limit=MOST)
        name = f"journal-{dt.datetime.now(PARIS):%Y-%m-%d}.csv"
        return csv_file(name, HEADS, [_cells(each) for each in found])


async def _within(connection: Connection, agent: Operator, amphi: str | None) -> Within:
    if amphi is None:
        return Within(agent.territory)
    return Within(agent.territory, (await own_amphi(connection, agent, amphi)).id)


def _place(line: Done) -> Place:
    return Place(line.at, line.source, line.number)


def name_of(line: Done) -> str:
    """The operator's; the command line has none."""
    if line.who == COMMAND_LINE:
        return "Ligne de commande"
    return line.name or "—"


def _line(line: Done) -> wire.JournalLine:
    return wire.JournalLine(
        at=stamp(moment(line.at)),
        source=line.source,
        number=line.number,
        who=line.who,
        name=name_of(line),
        what=line.what,
        said=said(line),
        amphi=line.code,
        whom=line.whom,
        why=line.why,
        facts=line.facts,
    )


def _cells(line: Done) -> tuple[object, ...]:
    at = moment(line.at).astimezone(PARIS)
    return (
        *(f"{at:%d/%m/%Y}", f"{at:%H:%M:%S}", name_of(line), said(line), line.code or ""),
        *(line.whom or "", line.why, line.number, SOURCES[line.source]),
    )
