"""Files of interns, semesters and national ranks, and the rows that wait (protocol.md §3)."""

import asyncio
import hashlib
from datetime import datetime
from typing import Annotated, Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from admin_api import ranking_wire as wire
from admin_api.deeds import Why, deed, done_as, named, the_actor
from admin_api.services import Services
from amphi.actions import importing
from amphi.actions.importing import File, Report, bring_in
from amphi.actions.ranking_access import Actor
from amphi.http import answers
from amphi.http.answers import Page, cursor_of, place_of
from amphi.http.import_reports import Told, as_json, fault_as_json, refused_whole
from amphi.http.reading import query
from amphi.http.wording import PARIS
from amphi.outside.tables import read_table
from amphi.records.database import Connection
from amphi.records.imports import ImportRow, WaitingRow, list_imports, waiting_rows
from amphi.rules.ranking.import_reading import ImportKind
from amphi.rules.refusals import Refusal, Refused
from amphi.rules.table_faults import RowFault

IMPORTS = "/admin/api/imports"
# Bytes of a request; 100 000 interns make about 10 MiB. The proxy lets as much through (tests/deploy).
LARGEST = 16 * 1024 * 1024
LARGER = {f"{IMPORTS}/{kind}": LARGEST for kind in ImportKind}


class Sent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`file`: its name, for whoever reads the list; `dry_run`: nothing is written."""

    file: wire.Name = ""
    dry_run: bool = False


class Paged(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`made`: rows of that import alone."""

    made: str | None = None
    limit: answers.Limit = 100
    cursor: str | None = None


class Listed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The newest ones."""

    limit: answers.Limit = 100


class Corrected(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Cells by column; those not given stay as they are."""

    cells: dict[wire.Name, Annotated[str, msgspec.Meta(max_length=400)]]


class Replayed(msgspec.Struct, frozen=True):
    """`brought_in` false: the row waits on, with what is still wrong."""

    brought_in: bool
    faults: list[Told]


class Discarded(msgspec.Struct, frozen=True):
    """The row that waits no more."""

    row: str


class Imports:
    """Handlers; what they need is `services`."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def sent(self, request: Request) -> Response:
        """The body is the file, CSV or XLSX, whatever its Content-Type; nothing is half-imported.

        Refused `import_refused` whole when it is no such table; rows that cannot be wait.
        """
        actor, asked = await the_actor(self._services, request), query(request, Sent)
        kind = _kind(request)
        raw = await request.body()
        table = await asyncio.to_thread(read_table, raw)
        if isinstance(table, RowFault):
            raise Refused(refused_whole((table,)))
        file = File(kind=kind, name=asked.file, digest=hashlib.sha256(raw).hexdigest(), table=table)

        async def act(connection: Connection, actor: Actor) -> Any:
            return as_json(await _brought(connection, actor, file, asked), table)

        done = await done_as(self._services, request, actor, act)
        return answers.json(done.answer, done.status)

    async def listed(self, request: Request) -> Response:
        """What was brought in, newest first."""
        actor, asked = await the_actor(self._services, request), query(request, Listed)
        async with self._services.database.connection() as connection:
            rows = await list_imports(connection, actor.territory, asked.limit)
        return answers.json(Page[ImportRow](rows, None))

    async def waiting(self, request: Request) -> Response:
        """The quarantine: rows with their cells, and all that is wrong with each."""
        actor, asked = await the_actor(self._services, request), query(request, Paged)
        behind = max(0, place_of(asked.cursor, int)) if asked.cursor else 0
        end = behind + asked.limit
        async with self._services.database.connection() as connection:
            rows = await waiting_rows(connection, actor.territory, asked.made, limit=end + 1)
        cursor = cursor_of(end) if end < len(rows) else None
        return answers.json(Page[WaitingRow](rows[behind:end], cursor))

    async def replayed(self, request: Request) -> Response:
        """The row as corrected: brought in, or waiting on."""

        async def act(connection: Connection, actor: Actor, given: Corrected) -> Replayed:
            row, today = named(request, "row"), datetime.now(PARIS).date()
            left = await importing.replay(connection, actor, row, given.cells, today)
            return Replayed(not left, [fault_as_json(each, given.cells) for each in left])

        return await deed(self._services, request, Corrected, act)

    async def discarded(self, request: Request) -> Response:
        """Set aside for good, with a reason."""

        async def act(connection: Connection, actor: Actor, given: Why) -> Discarded:
            row = named(request, "row")
            await importing.discard(connection, actor, row, given.why)
            return Discarded(row)

        return await deed(self._services, request, Why, act)


def _kind(request: Request) -> ImportKind:
    """Raises Refused `unknown_address`."""
    try:
        return ImportKind(request.path_params["kind"])
    except ValueError as fault:
        raise Refused(Refusal("unknown_address")) from fault


async def _brought(connection: Connection, actor: Actor, file: File, asked: Sent) -> Report:
    """Raises Refused `import_refused`."""
    today = datetime.now(PARIS).date()
    report = await bring_in(connection, actor, file, today, dry_run=asked.dry_run)
    if report.refused:
        raise Refused(refused_whole(report.refused))
    return report
