"""The pool of connections of one program, with every wait bounded, and its transactions."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any
from weakref import WeakSet

import asyncpg
import msgspec
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from amphi.live.ports import JournalUnavailable
from amphi.records.faults import meaning

# What `transaction()` gives, named here so that callers need not import SQLAlchemy.
Connection = AsyncConnection

APP_ROLE = "amphi_app"  # owns nothing: journal and audit are insert and select only for it

# A lost connection, before the driver has put it in words of its own.
GONE = (OSError, TimeoutError, PoolTimeout)


class Limits(msgspec.Struct, frozen=True):
    """How long anything may take, in milliseconds; 0: no limit. `work_ms`: one transaction in all."""

    connect_ms: int = 3000
    lock_ms: int = 2000
    statement_ms: int = 10_000
    idle_in_transaction_ms: int = 15_000
    work_ms: int = 20_000
    connections: int = 10


REQUESTS = Limits()
# A PostgreSQL that hangs must freeze an amphi, not hang its conductor.
JOURNAL = Limits(
    connect_ms=1500, lock_ms=1000, statement_ms=1500, idle_in_transaction_ms=3000, work_ms=1800
)
MIGRATIONS = Limits(lock_ms=60_000, statement_ms=0, idle_in_transaction_ms=0, work_ms=600_000)


class Database:
    """Connections to one PostgreSQL, as the role `amphi_app` unless told otherwise."""

    def __init__(self, url: str, limits: Limits = REQUESTS, *, role: str | None = APP_ROLE) -> None:
        self.url = url
        self.limits = limits
        self._to_connect = 1.2 * limits.connect_ms / 1000  # the driver's own limit comes first
        self._words = _words_of(limits, role)
        self.engine = _engine(url, limits, self._words)
        self._lines: WeakSet[Any] = WeakSet()
        event.listen(self.engine.sync_engine, "checkout", _refuse_the_closed)
        event.listen(
            self.engine.sync_engine,
            "connect",
            lambda adapted, _: self._lines.add(adapted.driver_connection),
        )

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """All of it or nothing. Raises JournalUnavailable, Violated."""
        async with self.connection() as connection:
            yield connection
            await connection.commit()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[AsyncConnection]:
        """A connection whose work is rolled back unless it was committed by hand.

        Raises JournalUnavailable, Superseded, Violated; other exceptions pass.
        """
        try:
            # Not `wait_for`: until Python 3.12 it may lose a cancellation, and Ctrl-C with it.
            async with asyncio.timeout(self._to_connect):
                opened = await self.engine.connect().start()
            async with aclosing(opened) as connection, self._cut_in_time(connection):
                yield connection
                await connection.rollback()
        except DBAPIError as error:
            raise meaning(error) from error
        except GONE as error:
            raise JournalUnavailable(f"{type(error).__name__} {error}") from error

    @asynccontextmanager
    async def _cut_in_time(self, connection: AsyncConnection) -> AsyncIterator[None]:
        """Whatever waits on the connection when time is over fails as on a line that breaks.

        Cancelling would be slower: the pool says good-bye before it lets a connection go.
        """
        raw: Any = (await connection.get_raw_connection()).driver_connection
        knife = asyncio.get_running_loop().call_later(self.limits.work_ms / 1000, raw.terminate)
        try:
            yield
        finally:
            knife.cancel()

    async def driver_connection(self) -> Any:
        """A connection of the driver's, outside the pool: whoever asked for it closes it.

        Raises what the driver raises, and TimeoutError.
        """
        _, where = self.engine.dialect.create_connect_args(self.engine.url)
        async with asyncio.timeout(self._to_connect):
            # What was prepared once stays so: an amphi lasts for hours.
            return await asyncpg.connect(**where, **self._words, max_cached_statement_lifetime=0)

    async def close(self) -> None:
        """Says good-bye to the server, or cuts the lines when it does not answer in time."""
        knife = asyncio.get_running_loop().call_later(self.limits.connect_ms / 1000, self._cut_all)
        await self.engine.dispose()
        knife.cancel()

    def _cut_all(self) -> None:
        for raw in tuple(self._lines):
            raw.terminate()


def _refuse_the_closed(dbapi_connection: Any, _record: Any, _proxy: Any) -> None:
    """A connection whose other end is gone is not given out, nor any that is older.

    This costs no question to the server, unlike a ping; one that hangs is found by the work itself.
    """
    if dbapi_connection.driver_connection.is_closed():
        raise InvalidatePoolError


def _words_of(limits: Limits, role: str | None) -> dict[str, Any]:
    """What the driver is told when it connects."""
    settings = {
        "application_name": "amphi",
        "lock_timeout": str(limits.lock_ms),
        "statement_timeout": str(limits.statement_ms),
        "idle_in_transaction_session_timeout": str(limits.idle_in_transaction_ms),
        "jit": "off",  # our queries are small: compiling them costs more than running them
    } | ({"role": role} if role else {})
    return {"timeout": limits.connect_ms / 1000, "server_settings": settings}


def _engine(url: str, limits: Limits, words: dict[str, Any]) -> AsyncEngine:
    return create_async_engine(
        url,
        pool_size=limits.connections,
        max_overflow=limits.connections,
        pool_timeout=limits.connect_ms / 1000,
        connect_args=words,
        json_serializer=lambda value: msgspec.json.encode(value).decode(),
        json_deserializer=msgspec.json.decode,
    )
