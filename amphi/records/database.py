"""The pool of connections of one program, with every wait bounded, and its transactions."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from amphi.live.ports import JournalUnavailable
from amphi.records.faults import meaning

APP_ROLE = "amphi_app"  # owns nothing: journal and audit are insert and select only for it

# What a lost connection looks like before the driver has put it in words of its own.
GONE = (OSError, TimeoutError, asyncio.TimeoutError, PoolTimeout)


class Limits(msgspec.Struct, frozen=True):
    """How long anything may take. All in milliseconds."""

    connect_ms: int = 3000
    lock_ms: int = 2000
    statement_ms: int = 10_000
    idle_in_transaction_ms: int = 15_000
    pre_ping: bool = True
    connections: int = 10


# A hanging PostgreSQL must freeze an amphi, not hang its conductor. No pre-ping: a broken connection
# is found by the commit itself, which knows what it means.
JOURNAL = Limits(
    connect_ms=1500, lock_ms=1000, statement_ms=1500, idle_in_transaction_ms=3000, pre_ping=False
)
UNBOUNDED = Limits(lock_ms=60_000, statement_ms=0, idle_in_transaction_ms=0)  # migrations


class Database:
    """Connections to one PostgreSQL, as the role `amphi_app` unless told otherwise."""

    def __init__(self, url: str, limits: Limits = Limits(), *, role: str | None = APP_ROLE) -> None:  # noqa: B008 - frozen
        self.url = url
        self.engine: AsyncEngine = create_async_engine(
            url,
            pool_pre_ping=limits.pre_ping,
            pool_size=limits.connections,
            max_overflow=limits.connections,
            pool_timeout=limits.connect_ms / 1000,
            connect_args=_connect_args(limits, role),
            json_serializer=lambda value: msgspec.json.encode(value).decode(),
            json_deserializer=msgspec.json.decode,
        )

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """All of it or nothing. Raises JournalUnavailable, Violated."""
        try:
            async with self.engine.begin() as connection:
                yield connection
        except DBAPIError as error:
            raise meaning(error) from error
        except GONE as error:
            raise JournalUnavailable(str(error)) from error

    async def close(self) -> None:
        await self.engine.dispose()


def _connect_args(limits: Limits, role: str | None) -> dict[str, Any]:
    settings = {
        "application_name": "amphi",
        "lock_timeout": str(limits.lock_ms),
        "statement_timeout": str(limits.statement_ms),
        "idle_in_transaction_session_timeout": str(limits.idle_in_transaction_ms),
        "jit": "off",  # our queries are small: compiling them costs more than running them
    }
    if role is not None:
        settings["role"] = role
    return {"timeout": limits.connect_ms / 1000, "server_settings": settings}
