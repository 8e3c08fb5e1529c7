"""A preranking through the queue, by a whole worker: asked for, done, followed."""

import asyncio

import pytest

from amphi.actions.preranking import ask_preranking
from amphi.records.job_reports import JobRow, one_job
from amphi.records.jobs import RANK
from amphi.records.work import work
from tests.actions.ward import Ward
from tests.records.interns_on_file import AGENT, SEMESTER, a_perimeter, an_intern, on_file
from workers.ranking import Rankings


async def asked(ward: Ward, name: str = "Santé publique") -> str:
    """A perimeter of one intern, a job for it."""
    async with ward.transaction() as connection:
        perimeter = await a_perimeter(connection, name)
        await on_file(connection, [an_intern("eve", 5, discipline=name)])
        return await ask_preranking(connection, AGENT, perimeter.id, SEMESTER)


async def over(ward: Ward, job: str) -> JobRow:
    """Once it has ended."""
    async with asyncio.timeout(60):
        while True:
            async with ward.database.connection() as connection:
                row = await one_job(connection, job)
            assert row is not None
            if row.ended_at is not None:
                return row
            await asyncio.sleep(0.1)


async def test_the_worker_does_what_was_asked_and_tells_how_far_it_is(ward: Ward) -> None:
    job, stop = await asked(ward), asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        handlers = {RANK: Rankings(ward.database).rank}
        tasks.create_task(work(ward.database.url, handlers, stop))
        done = await over(ward, job)
        stop.set()
    assert (done.state, done.percent, done.report["lines"]) == ("done", 100, 1)


async def test_a_job_that_is_rolled_back_was_never_asked(ward: Ward) -> None:
    async with ward.database.connection() as connection:  # and never committed
        perimeter = await a_perimeter(connection, "Santé publique")
        await ask_preranking(connection, AGENT, perimeter.id, SEMESTER)
    async with ward.database.connection() as connection:
        for table in ("job_reports", "jobs.pgqueuer"):
            rows = await connection.exec_driver_sql(f"SELECT count(*) FROM {table}")
            assert rows.scalar_one() == 0


async def test_a_job_that_breaks_says_failed_and_may_be_asked_again(ward: Ward) -> None:
    job = await asked(ward)
    async with ward.transaction() as connection:
        await connection.exec_driver_sql("UPDATE job_reports SET asked = '{}'")
    with pytest.raises(KeyError):
        await Rankings(ward.database).rank({"job": job})
    assert (await over(ward, job)).state == "failed"
