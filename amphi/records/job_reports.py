"""What people follow of long work: how far it is, what it found. The work itself is in the queue."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.records.ids import new_id
from amphi.records.tables.work import job_reports


class NewJob(msgspec.Struct, frozen=True, kw_only=True):
    """`asked`: what the handler is to do, plain JSON; `subject`: the id of what it is about."""

    kind: str
    territory: str
    asked_by: str
    subject: str = ""
    asked: dict[str, Any] = {}


class JobRow(msgspec.Struct, frozen=True, kw_only=True):
    """`state`: queued, running, done, refused (`report` has the code and its facts), failed."""

    id: str
    kind: str
    territory: str
    subject: str
    state: str
    percent: int
    asked: dict[str, Any]
    counts: dict[str, Any]
    report: dict[str, Any]
    asked_by: str
    asked_at: datetime
    ended_at: datetime | None


async def insert_job(connection: AsyncConnection, new: NewJob) -> str:
    """Queued; the caller enqueues the work in the same transaction."""
    job = new_id()
    await connection.execute(insert(job_reports).values(msgspec.to_builtins(new) | {"id": job}))
    return job


async def one_job(connection: AsyncConnection, job: str) -> JobRow | None:
    """How far it is."""
    row = (
        await connection.execute(select(job_reports).where(job_reports.c.id == job))
    ).one_or_none()
    return None if row is None else _row(row)


async def last_job(connection: AsyncConnection, kind: str, subject: str) -> JobRow | None:
    """The newest of its kind about that subject."""
    same = (job_reports.c.kind == kind, job_reports.c.subject == subject)
    query = select(job_reports).where(*same).order_by(job_reports.c.asked_at.desc()).limit(1)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _row(row)


def _row(row: Row[Any]) -> JobRow:
    fields = {name: getattr(row, name) for name in JobRow.__struct_fields__}
    return msgspec.convert(fields, JobRow)


async def tell_progress(
    connection: AsyncConnection, job: str, percent: int, counts: dict[str, Any]
) -> None:
    """Running, that far; one that is over stays as it was."""
    values = {"state": "running", "percent": percent, "counts": counts}
    mine = (job_reports.c.id == job, job_reports.c.ended_at.is_(None))
    await connection.execute(update(job_reports).where(*mine).values(values))


async def tell_end(
    connection: AsyncConnection, job: str, state: str, report: dict[str, Any]
) -> bool:
    """Done, refused or failed. False: it was over already, and stays as it was."""
    values = {"state": state, "report": report, "ended_at": func.clock_timestamp()}
    if state == "done":
        values["percent"] = 100
    mine = (job_reports.c.id == job, job_reports.c.ended_at.is_(None))
    told = await connection.execute(update(job_reports).where(*mine).values(values))
    return bool(told.rowcount)
