"""One leader among the programs of an installation, by an advisory lock of PostgreSQL's."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.records.database import Database, Limits

CLOCK = 7_203_301  # what is led; any number that is nobody else's
LOOK_SECONDS = 2.0
A_DAY_MS = 24 * 3600 * 1000  # then the connection is cut, and the lock is anybody's again

_ONE_LINE = Limits(work_ms=A_DAY_MS, connections=1)

Check = Callable[[], Awaitable[None]]


@asynccontextmanager
async def leading(url: str, what: int = CLOCK) -> AsyncIterator[Check]:
    """Waits until nobody else leads; the block is the time in office.

    The lock lives as long as its connection. What is given raises JournalUnavailable once that is
    lost: call it often, and stop leading when it does.
    """
    database = Database(url, _ONE_LINE)
    try:
        async with database.connection() as connection:
            while not await _locked(connection, what):  # noqa: ASYNC110 - another process's
                await asyncio.sleep(LOOK_SECONDS)
            yield lambda: _look(connection)
            await connection.execute(select(func.pg_advisory_unlock(what)))
    finally:
        await database.close()


async def _locked(connection: AsyncConnection, what: int) -> bool:
    """Committed at once: the lock is the connection's, not a transaction's."""
    got = await connection.scalar(select(func.pg_try_advisory_lock(what)))
    await connection.commit()
    return bool(got)


async def _look(connection: AsyncConnection) -> None:
    await connection.execute(select(1))
    await connection.commit()
