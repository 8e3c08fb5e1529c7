"""Doing the jobs of the queue: handlers by name, at least once, until told to stop.

A job wakes somebody up; what is to be done stands in rows (mails), so that a job lost or done twice
harms nobody.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

import asyncpg
import msgspec
import structlog
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.core.qm import QueueManager
from pgqueuer.domain.models import Job
from pgqueuer.domain.types import Channel

from amphi.records.database import APP_ROLE
from amphi.records.jobs import SETTINGS, queries

Handler = Callable[[dict[str, Any]], Awaitable[None]]

LOOK_AGAIN = timedelta(seconds=5)  # should a notification get lost
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0  # seconds between attempts to reach PostgreSQL

log = structlog.get_logger()


async def work(url: str, handlers: Mapping[str, Handler], stop: asyncio.Event) -> None:
    """Runs the handlers with their jobs' payloads; PostgreSQL away: tries again, ever more slowly."""
    pause = FIRST_PAUSE
    while not stop.is_set():
        try:
            await _until_cut(url, handlers, stop)
            pause = FIRST_PAUSE
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            log.warning("queue_unreachable", why=repr(error), again_in_s=pause)
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await stop.wait()
            pause = min(2 * pause, LONGEST_PAUSE)


async def _until_cut(url: str, handlers: Mapping[str, Handler], stop: asyncio.Event) -> None:
    """One connection's life, listening and working."""
    connection = await asyncpg.connect(
        url.replace("+asyncpg", ""), timeout=5, server_settings={"role": APP_ROLE}
    )
    manager = QueueManager(queries(AsyncpgDriver(connection)), Channel(SETTINGS.channel))
    for name, handler in handlers.items():
        manager.entrypoint(name)(_told(name, handler))
    stopping = asyncio.create_task(_pass_on(stop, manager.shutdown))
    connection.add_termination_listener(lambda _: manager.shutdown.set())
    try:
        await manager.run(dequeue_timeout=LOOK_AGAIN)
    finally:
        stopping.cancel()
        connection.terminate()


async def _pass_on(stop: asyncio.Event, shutdown: asyncio.Event) -> None:
    await stop.wait()
    shutdown.set()


def _told(name: str, handler: Handler) -> Callable[[Job], Awaitable[None]]:
    """A handler that fails is heard of in the log; its rows tell what remains to be done."""

    async def handle(job: Job) -> None:
        try:
            await handler(msgspec.json.decode(job.payload or b"{}"))
        except Exception:
            log.exception("job_failed", job=name, id=job.id)
            raise

    return handle
