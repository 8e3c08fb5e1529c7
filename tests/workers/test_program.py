"""The whole worker: a commit wakes it; one clock leads, and another takes over."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from amphi.records.jobs import SEND_MAILS
from amphi.records.leadership import CLOCK
from tests.records.scene import found
from tests.workers.postoffice import Works
from workers.app import run
from workers.clock import Clock


@asynccontextmanager
async def running(clock: Clock) -> AsyncIterator[None]:
    stop = asyncio.Event()
    task = asyncio.create_task(clock.run(stop))
    try:
        yield
    finally:
        stop.set()
        await task


async def until(holds: Callable[[], bool], seconds: float = 15) -> None:
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - what is polled is another task's
            await asyncio.sleep(0.05)


async def test_a_commit_wakes_the_worker(works: Works) -> None:
    stop = asyncio.Event()
    async with works.office.open() as server, asyncio.TaskGroup() as tasks:
        tasks.create_task(run(works.services(server), stop))
        await asyncio.sleep(1)
        await works.choose(1)
        await until(lambda: len(works.office.taken) == 1, 5)
        await works.choose(2)
        await until(lambda: len(works.office.taken) == 2, 5)
        stop.set()
    assert await works.states() == ["sent", "sent"]


async def test_what_waits_before_the_worker_starts_is_sent_too(works: Works) -> None:
    await works.choose(1)
    stop = asyncio.Event()
    async with works.office.open() as server, asyncio.TaskGroup() as tasks:
        tasks.create_task(run(works.services(server), stop))
        await until(lambda: len(works.office.taken) == 1)
        stop.set()


async def test_one_clock_ticks_and_the_next_takes_over(works: Works) -> None:
    first, second = Clock(works.database), Clock(works.database)
    async with running(second):
        async with running(first):
            await until(lambda: first.ticking or second.ticking)
            await asyncio.sleep(2.5)
            assert first.ticking != second.ticking
        await until(lambda: second.ticking)


async def test_the_clock_enqueues_and_does_nothing_else(works: Works) -> None:
    clock = Clock(works.database, {SEND_MAILS: 0.2})
    async with running(clock):
        await until(lambda: clock.ticking)
        await asyncio.sleep(1)
    jobs = await found(works.database, "SELECT DISTINCT entrypoint FROM jobs.pgqueuer")
    assert jobs == [(SEND_MAILS,)]


async def test_a_clock_that_loses_postgresql_stands_again(works: Works) -> None:
    clock = Clock(works.database)
    async with running(clock):
        await until(lambda: clock.ticking)
        await found(
            works.owner,
            "SELECT pg_terminate_backend(pid) FROM pg_locks "
            "WHERE locktype = 'advisory' AND objid = :what",
            what=CLOCK,
        )
        await until(lambda: not clock.ticking)
        await until(lambda: clock.ticking)
