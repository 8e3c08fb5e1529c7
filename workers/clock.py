"""The clock: one leader among all workers, and it only enqueues (architecture.md "Programs").

APScheduler 3 with its job store in memory: stores cannot be shared by processes, leadership can.
"""

import asyncio
from contextlib import suppress

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from amphi.live.ports import JournalUnavailable
from amphi.records.database import Database
from amphi.records.jobs import SEND_MAILS, enqueue
from amphi.records.leadership import LOOK_SECONDS, Check, leading

# What comes again by itself, and how often in seconds. Each job may run any number of times.
EVERY: dict[str, float] = {SEND_MAILS: 10.0}  # mails whose delay is over, with no fact to wake us

log = structlog.get_logger()


class Clock:
    """One per worker; at any instant one of them all ticks."""

    def __init__(self, database: Database, every: dict[str, float] | None = None) -> None:
        self._database = database
        self._every = EVERY if every is None else every
        self.ticking = False

    async def run(self, stop: asyncio.Event) -> None:
        """Until told to stop; whoever loses PostgreSQL loses the office, and stands again."""
        while not stop.is_set():
            term = asyncio.create_task(self._term(stop))
            stopping = asyncio.create_task(stop.wait())
            await asyncio.wait({term, stopping}, return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            term.cancel()
            await _over(term)
            await _sleep(stop, LOOK_SECONDS)

    async def _term(self, stop: asyncio.Event) -> None:
        """Raises JournalUnavailable when it is over before time."""
        async with leading(self._database.url) as check:
            scheduler = self._scheduler()
            scheduler.start()
            self.ticking = True
            log.info("clock_leads")
            try:
                await _in_office(check, stop)
            finally:
                self.ticking = False
                scheduler.shutdown(wait=False)

    def _scheduler(self) -> AsyncIOScheduler:
        scheduler = AsyncIOScheduler(timezone="Europe/Paris")
        for job, seconds in self._every.items():
            scheduler.add_job(
                self._enqueue, "interval", [job], seconds=seconds, coalesce=True, max_instances=1
            )
        return scheduler

    async def _enqueue(self, job: str) -> None:
        """With PostgreSQL away there is nowhere to enqueue; the next tick is near."""
        try:
            async with self._database.transaction() as connection:
                await enqueue(connection, job, {})
        except JournalUnavailable as away:
            log.warning("not_enqueued", job=job, why=repr(away))


async def _over(term: asyncio.Task[None]) -> None:
    """Told why it ended before time; a bug is raised."""
    await asyncio.wait({term})
    if term.cancelled():
        return
    fault = term.exception()
    if isinstance(fault, JournalUnavailable):
        log.warning("clock_deposed", why=repr(fault))
    elif fault is not None:
        raise fault


async def _in_office(check: Check, stop: asyncio.Event) -> None:
    while not stop.is_set():
        await check()
        await _sleep(stop, LOOK_SECONDS)


async def _sleep(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
