"""Preranking as a job: one transaction, its progress told outside it so that people can follow."""

from typing import Any

import structlog

from amphi.actions.preranking import prerank_now
from amphi.actions.ranking_access import Actor
from amphi.records.database import Connection, Database
from amphi.records.job_reports import JobRow, one_job, tell_end, tell_progress
from amphi.rules.refusals import Refused

log = structlog.get_logger()


class _GivenUp(Exception):
    """The job ended meanwhile: another worker did it, or another was asked for. Nothing is written."""


class Rankings:
    """One per process. A job done twice finds itself done, or is judged again by the gate."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def rank(self, payload: dict[str, Any]) -> None:
        """The handler of the job."""
        job = await self._taken(payload["job"])
        if job is None:
            return
        try:
            async with self._database.transaction() as connection:
                await self._ranked(connection, job)
        except _GivenUp:
            log.warning("preranking_given_up", job=job.id)
        except Refused as refused:
            refusal = refused.refusals[0]
            report = {"code": refusal.code, "facts": refusal.facts}
            await self._ended(job, "refused", report)
        except Exception:
            log.exception("preranking_failed", job=job.id)
            await self._ended(job, "failed", {})
            raise

    async def _taken(self, job: str) -> JobRow | None:
        """None: nobody asked for it, or it is over already."""
        async with self._database.transaction() as connection:
            found = await one_job(connection, job)
            if found is None or found.ended_at is not None:
                return None
            await tell_progress(connection, job, 1, {})
        return found

    async def _ranked(self, connection: Connection, job: JobRow) -> None:
        """The run, and that the job is done: together or not at all."""

        async def progress(percent: int, counts: dict[str, Any]) -> None:
            async with self._database.transaction() as aside:
                await tell_progress(aside, job.id, percent, counts)

        actor = Actor(job.asked_by, job.territory)
        asked = job.asked
        ranked = await prerank_now(
            connection, actor, asked["perimeter"], asked["semester"], progress
        )
        counts = {"lines": ranked.lines, "tied": ranked.tied, "unranked": ranked.unranked}
        await tell_progress(connection, job.id, 100, counts)
        report = {"run": ranked.run, "tie_groups": ranked.tie_groups, **counts}
        if not await tell_end(connection, job.id, "done", report):
            raise _GivenUp

    async def _ended(self, job: JobRow, state: str, report: dict[str, Any]) -> None:
        async with self._database.transaction() as connection:
            await tell_end(connection, job.id, state, report)
