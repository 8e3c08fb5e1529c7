"""A job is enqueued in the transaction of the fact it follows, and done at least once."""

import asyncio
from typing import Any, Self

from amphi.records.database import Database
from amphi.records.jobs import SEND_MAILS, enqueue
from amphi.records.journal import PostgresJournal
from amphi.records.work import Handler, work
from tests.records.scene import Pen, Scene, chosen, found

QUEUED = "SELECT count(*) FROM jobs.pgqueuer"


class Desk:
    """A worker at work, and what its handler was told."""

    def __init__(self, url: str, handler: Handler | None = None) -> None:
        self.told: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.stop = asyncio.Event()
        self._task = asyncio.create_task(
            work(url, {SEND_MAILS: handler or self.told.put}, self.stop)
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.stop.set()
        await asyncio.wait_for(self._task, 10)

    async def hears(self) -> dict[str, Any]:
        return await asyncio.wait_for(self.told.get(), 10)


async def test_a_rollback_takes_the_job_with_it(database: Database) -> None:
    async with database.connection() as connection:
        await enqueue(connection, SEND_MAILS, {"n": 1})
        await connection.rollback()
    assert await found(database, QUEUED) == [(0,)]


async def test_a_choice_wakes_the_worker(
    database_url: str, database: Database, journal: PostgresJournal, pen: Pen, scene: Scene
) -> None:
    async with Desk(database_url) as desk:
        await journal.commit(pen.batch(chosen(scene, 1, "P1")))
        assert await desk.hears() == {"offer": scene.offer, "seq": 1}
    assert await found(database, QUEUED) == [(0,)]


async def test_jobs_enqueued_while_nobody_worked_are_done_later(
    database_url: str, database: Database
) -> None:
    for n in range(3):
        async with database.transaction() as connection:
            await enqueue(connection, SEND_MAILS, {"n": n})
    async with Desk(database_url) as desk:
        assert sorted([(await desk.hears())["n"] for _ in range(3)]) == [0, 1, 2]


async def test_a_worker_cut_off_comes_back(
    database_url: str, database: Database, owner: Database
) -> None:
    async with Desk(database_url) as desk:
        async with database.transaction() as connection:
            await enqueue(connection, SEND_MAILS, {"n": 1})
        assert await desk.hears() == {"n": 1}
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE"
        await found(owner, f"{others} datname = current_database() AND pid <> pg_backend_pid()")
        await asyncio.sleep(0.1)
        async with database.transaction() as connection:
            await enqueue(connection, SEND_MAILS, {"n": 2})
        assert await desk.hears() == {"n": 2}


async def test_a_handler_that_fails_does_not_stop_the_worker(
    database_url: str, database: Database
) -> None:
    done: asyncio.Queue[int] = asyncio.Queue()

    async def handle(payload: dict[str, Any]) -> None:
        if payload["n"] == 1:
            raise LookupError("no such mail")
        await done.put(payload["n"])

    async with Desk(database_url, handle):
        for n in (1, 2):
            async with database.transaction() as connection:
                await enqueue(connection, SEND_MAILS, {"n": n})
        assert await asyncio.wait_for(done.get(), 10) == 2


async def test_a_worker_that_cannot_reach_postgresql_stops_when_told_to() -> None:
    async with Desk("postgresql+asyncpg://amphi:x@127.0.0.1:1/amphi") as desk:
        await asyncio.sleep(0.2)
        assert desk.told.empty()
