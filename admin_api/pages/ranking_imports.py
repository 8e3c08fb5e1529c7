"""Files of interns, semesters and national ranks: brought in, with a report; rows that wait, settled."""

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin_api.imports import LARGER as OF_THE_API
from admin_api.imports import LARGEST
from admin_api.pages.frame import Pages
from admin_api.pages.ranking import RANKING, actor_of
from admin_api.rights import the_operator
from amphi.actions.importing import File, Report, bring_in, discard, replay
from amphi.actions.importing_kinds import COLUMNS
from amphi.http.csv_files import csv_file
from amphi.http.forms import form
from amphi.http.problems import STATUS
from amphi.http.sentences import row_fault_sentence, sentence
from amphi.http.wording import PARIS
from amphi.outside.tables import read_table
from amphi.records.accounts import Operator
from amphi.records.imports import WaitingRow, list_imports, one_import, waiting_rows
from amphi.rules.ranking.import_reading import ImportKind
from amphi.rules.ranking.import_words import ALLOWED
from amphi.rules.refusals import Refusal, Refused
from amphi.rules.table_faults import RowFault

IMPORTS, QUARANTINE = f"{RANKING}/imports", f"{RANKING}/quarantine"
WORDS = [  # what may stand in a cell, by its column
    *(("profession", ALLOWED["unknown_profession"]), ("regime", ALLOWED["unknown_regime"])),
    *(("exam", ALLOWED["unknown_exam"]), ("kind", ALLOWED["unknown_semester_kind"])),
]
SHOWN = 300  # faults and waiting rows on a page; the file of rejects has all of them
LARGER = {IMPORTS: LARGEST} | OF_THE_API


class Sent(msgspec.Struct, frozen=True):
    """The form: `dry_run`: nothing is written."""

    kind: ImportKind
    name: str
    raw: bytes
    dry_run: bool


class ImportPages(Pages):
    """Handlers; what they need is `services`."""

    async def listed(self, request: Request) -> Response:
        """The form, and what was brought in before."""
        agent = await the_operator(self.services, request)
        return await self._imports(request, agent)

    async def sent(self, request: Request) -> Response:
        """The report of a file; nothing is half-imported."""
        agent = await the_operator(self.services, request)
        try:
            given = await _sent(request)
        except Refused as refused:
            return await self._imports(request, agent, refused.refusals[0])
        table = await asyncio.to_thread(read_table, given.raw)
        if isinstance(table, RowFault):
            return await self._imports(request, agent, given=given, report=_nothing(table))
        digest = hashlib.sha256(given.raw).hexdigest()
        file = File(kind=given.kind, name=given.name, digest=digest, table=table)
        today = datetime.now(PARIS).date()
        async with self.services.database.transaction() as connection:
            report = await bring_in(connection, actor_of(agent), file, today, dry_run=given.dry_run)
        return await self._imports(request, agent, given=given, report=report)

    async def _imports(
        self,
        request: Request,
        agent: Operator,
        refusal: Refusal | None = None,
        *,
        given: Sent | None = None,
        report: Report | None = None,
    ) -> Response:
        async with self.services.database.connection() as connection:
            made = await list_imports(connection, agent.territory)
        return self.page(
            *(request, "ranking_imports.html"),
            agent=agent,
            status=_status(refusal, report),
            refusal=None if refusal is None else sentence(refusal),
            made=made,
            given=given,
            report=report,
            told=row_fault_sentence,
            shown=SHOWN,
            kinds=list(ImportKind),
            columns=COLUMNS,
            words=WORDS,
            largest=LARGEST // 1024 // 1024,
        )

    async def template(self, request: Request) -> Response:
        """An empty file with the columns of its kind. Raises Refused `unknown_address`."""
        await the_operator(self.services, request)
        try:
            kind = ImportKind(request.path_params["kind"])
        except ValueError as fault:
            raise Refused(Refusal("unknown_address")) from fault
        wanted = COLUMNS[kind]
        return csv_file(f"{kind}.csv", (*wanted.required, *wanted.optional), ())

    # --- the quarantine ---------------------------------------------------------------------------

    async def quarantine(self, request: Request) -> Response:
        """Rows that wait, of one import or of all, each with what is wrong."""
        agent = await the_operator(self.services, request)
        return await self._quarantine(request, agent)

    async def replayed(self, request: Request) -> Response:
        """The row as corrected, brought in or still waiting."""
        agent, typed = (
            await the_operator(self.services, request),
            await form(request, dict[str, str]),
        )
        cells = {
            name.removeprefix("cell-"): value
            for name, value in typed.items()
            if name.startswith("cell-")
        }
        row, today = request.path_params["row"], datetime.now(PARIS).date()
        try:
            async with self.services.database.transaction() as connection:
                left = await replay(connection, actor_of(agent), row, cells, today)
        except Refused as refused:
            return await self._quarantine(request, agent, refused.refusals[0])
        if left:
            return await self._quarantine(request, agent, Refusal("import_row_wrong"))
        return RedirectResponse(f"{QUARANTINE}?done=row_brought_in", 303)

    async def discarded(self, request: Request) -> Response:
        """Set aside for good, with a reason."""
        agent, typed = (
            await the_operator(self.services, request),
            await form(request, dict[str, str]),
        )
        try:
            async with self.services.database.transaction() as connection:
                row, why = request.path_params["row"], typed.get("why", "")[:4000]
                await discard(connection, actor_of(agent), row, why)
        except Refused as refused:
            return await self._quarantine(request, agent, refused.refusals[0])
        return RedirectResponse(f"{QUARANTINE}?done=row_discarded", 303)

    async def rejects(self, request: Request) -> Response:
        """ "the rejects as a file that can be corrected and imported again" (experience.md)"""
        agent, name = await the_operator(self.services, request), request.path_params["made"]
        async with self.services.database.connection() as connection:
            made = await one_import(connection, name)
            if made is None or made.territory != agent.territory:
                raise Refused(Refusal("unknown_import_row"))
            rows = await waiting_rows(connection, agent.territory, name, limit=100_000)
        heads = _heads(made.kind, rows)
        cells = [[row.cells.get(head, "") for head in heads] for row in rows]
        return csv_file(f"rejets-{made.kind}.csv", heads, cells)

    async def _quarantine(
        self, request: Request, agent: Operator, refusal: Refusal | None = None
    ) -> Response:
        made = request.query_params.get("import") or None
        async with self.services.database.connection() as connection:
            rows = await waiting_rows(connection, agent.territory, made, limit=SHOWN)
        return self.page(
            *(request, "ranking_quarantine.html"),
            agent=agent,
            status=200 if refusal is None else STATUS[refusal.code],
            refusal=None if refusal is None else sentence(refusal),
            rows=rows,
            told=row_fault_sentence,
            columns=COLUMNS,
            most=SHOWN,
        )


def _heads(kind: ImportKind, rows: Sequence[WaitingRow]) -> list[str]:
    """Columns that any of the rows has: those of the kind in their order, then the others."""
    there = {name for row in rows for name in row.cells}
    known = (*COLUMNS[kind].required, *COLUMNS[kind].optional)
    return [*(name for name in known if name in there), *sorted(there - set(known))]


async def _sent(request: Request) -> Sent:
    """Raises Refused: `no_file`, `bad_request` (a form that is none, an unknown kind)."""
    try:
        async with request.form(max_files=1, max_fields=10) as given:
            file = given.get("file")
            raw = await file.read() if isinstance(file, UploadFile) else b""
            name = file.filename or "" if isinstance(file, UploadFile) else ""
            kind, dry_run = given.get("kind"), bool(given.get("dry_run"))
    except (MultiPartException, HTTPException) as fault:
        raise Refused(Refusal("bad_request", {"why": "multipart/form-data"})) from fault
    if not name:
        raise Refused(Refusal("no_file"))
    try:
        return Sent(ImportKind(str(kind)), _base_name(name), raw, dry_run)
    except ValueError as fault:
        raise Refused(Refusal("bad_request", {"why": "kind"})) from fault


def _base_name(name: str) -> str:
    """Without folders, whatever system it comes from, and what PostgreSQL cannot store."""
    return name.replace("\0", "").replace("\\", "/").rsplit("/", 1)[-1][:200]


def _nothing(fault: RowFault) -> Report:
    """A file that is no table."""
    counts: dict[str, Any] = dict.fromkeys(("read", "accepted", "added", "changed", "unchanged"), 0)
    return Report(id=None, **counts, rejected=(), warnings=(), refused=(fault,))


def _status(refusal: Refusal | None, report: Report | None) -> int:
    if refusal is not None:
        return STATUS[refusal.code]
    return 422 if report is not None and report.refused else 200
