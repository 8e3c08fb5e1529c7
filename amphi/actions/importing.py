"""Bringing in files of interns, semesters and national ranks; settling the rows that wait.

"Dirty rows are put in quarantine and never block the rest" (experience.md): the sound rows of a file,
its quarantine and its report are one transaction of the caller's.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec

from amphi.actions.importing_kinds import KINDS, Bringing
from amphi.actions.ranking_access import Actor
from amphi.outside.tables import Table
from amphi.records.audit import Act, record
from amphi.records.database import Connection
from amphi.records.imports import (
    NewImport,
    Rejected,
    WaitingRow,
    insert_import,
    keep_waiting,
    one_waiting,
    settle,
)
from amphi.records.interns_on_record import lock_register, register
from amphi.rules.ranking.import_reading import Change, ImportKind, Sifted, today_in
from amphi.rules.refusals import Refusal, Refused
from amphi.rules.table_faults import RowFault


class File(msgspec.Struct, frozen=True, kw_only=True):
    """`name` as the browser gave it, `digest`: SHA-256 of its bytes, `table`: what it holds."""

    kind: ImportKind
    name: str
    digest: str
    table: Table


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """ "accepted, changed, unchanged, rejected (line, column, reason, value), warnings" (experience.md)

    `id`: None where nothing was kept: a dry run, or a file `refused` whole.
    """

    id: str | None
    read: int
    accepted: int
    added: int
    changed: int
    unchanged: int
    rejected: tuple[RowFault, ...]
    warnings: tuple[RowFault, ...]
    refused: tuple[RowFault, ...] = ()

    @property
    def waiting(self) -> int:
        """Rows, however many faults each has."""
        return len({fault.line for fault in self.rejected})


async def bring_in(
    connection: Connection, actor: Actor, file: File, today: date, *, dry_run: bool = False
) -> Report:
    """The report; with `dry_run` nothing is written. A file wrong as a whole brings nothing in."""
    bringing = await _bringing(connection, actor, file.kind, today)
    sifted = bringing.sift(file.table.header, file.table.rows)
    if dry_run or sifted.refused:
        return _report(None, sifted)
    await bringing.write(sifted.accepted)
    report = _report("", sifted)
    counts = {name: getattr(report, name) for name in ("read", "added", "changed", "unchanged")}
    new = NewImport(
        territory=actor.territory,
        kind=file.kind,
        file=file.name[:200],
        digest=file.digest,
        counts=counts | {"rejected": report.waiting},
        warnings=sifted.warnings,
        who=actor.who,
    )
    made = await insert_import(connection, new, _quarantined(file.table, sifted.rejected))
    changes = {"counts": new.counts, "changed": bringing.trace(sifted.accepted)}
    act = Act(who=actor.who, what=f"imported_{file.kind.name.lower()}", subject=made, after=changes)
    await record(connection, act)
    return msgspec.structs.replace(report, id=made)


async def _bringing(
    connection: Connection, actor: Actor, kind: ImportKind, today: date
) -> Bringing[Any]:
    """What is on record, read under a lock: two files at once would not see each other."""
    await lock_register(connection, actor.territory)
    known = await register(connection, actor.territory)
    return KINDS[kind](connection, actor, known, today_in(today.year, today.month))


def _report(made: str | None, sifted: Sifted[Any]) -> Report:
    changes = [each.change for each in sifted.accepted]
    return Report(
        id=made,
        read=sifted.read,
        accepted=len(changes),
        added=changes.count(Change.ADDED),
        changed=changes.count(Change.CHANGED),
        unchanged=changes.count(Change.UNCHANGED),
        rejected=sifted.rejected,
        warnings=sifted.warnings,
        refused=sifted.refused,
    )


def _quarantined(table: Table, faults: Sequence[RowFault]) -> list[Rejected]:
    """Each row that waits, whole, with all its faults."""
    rows = dict(table.rows)
    names = [name.strip().casefold() for name in table.header]
    by_line: dict[int, list[RowFault]] = {}
    for fault in faults:
        by_line.setdefault(fault.line, []).append(fault)
    return [
        Rejected(line, _cells(names, rows[line]), tuple(found)) for line, found in by_line.items()
    ]


def _cells(names: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """By column; U+0000, which PostgreSQL stores no more than a spreadsheet does, left out."""
    pairs = zip(names, cells, strict=False)  # a row may be shorter or longer than the heading
    return {name: cell.replace("\0", "").strip() for name, cell in pairs if name}


# --- the quarantine ---------------------------------------------------------------------------------


async def own_waiting(connection: Connection, actor: Actor, row: str) -> WaitingRow:
    """Locked. Raises Refused: `unknown_import_row`, `import_row_settled`."""
    found = await one_waiting(connection, row, lock=True)
    if found is None or found.territory != actor.territory:
        raise Refused(Refusal("unknown_import_row"))
    if found.state != "waiting":
        raise Refused(Refusal("import_row_settled"))
    return found


async def replay(
    connection: Connection, actor: Actor, row: str, cells: dict[str, str], today: date
) -> tuple[RowFault, ...]:
    """Corrected and tried again: what is still wrong with it, or nothing, and then it is brought in.

    Raises Refused like `own_waiting`.
    """
    waiting = await own_waiting(connection, actor, row)
    kept = {name: cells.get(name, was).strip() for name, was in waiting.cells.items()}
    kept |= {name: cell.strip() for name, cell in cells.items() if cell.strip()}
    bringing = await _bringing(connection, actor, waiting.kind, today)
    sifted = bringing.sift(tuple(kept), [(waiting.line, tuple(kept.values()))])
    wrong = sifted.refused + sifted.rejected
    if wrong:
        await keep_waiting(connection, row, kept, wrong)
        return wrong
    await bringing.write(sifted.accepted)
    await settle(connection, row, "brought_in", actor.who)
    changed = {name: kept[name] for name in kept if kept[name] != waiting.cells.get(name, "")}
    after = {"import": waiting.brought_by, "line": waiting.line, "columns": sorted(changed)}
    await record(
        connection, Act(who=actor.who, what="import_row_replayed", subject=row, after=after)
    )
    return ()


async def discard(connection: Connection, actor: Actor, row: str, why: str) -> None:
    """For good; the row stays on record. Raises Refused like `own_waiting`, and `reason_needed`."""
    waiting = await own_waiting(connection, actor, row)
    if not why.strip():
        raise Refused(Refusal("reason_needed"))
    await settle(connection, row, "discarded", actor.who, why.strip())
    after = {"import": waiting.brought_by, "line": waiting.line}
    act = Act(who=actor.who, what="import_row_discarded", subject=row, after=after, why=why.strip())
    await record(connection, act)
