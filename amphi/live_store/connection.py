"""The door to Redis: bounded calls, no retry, errors that mean what the conductor needs to know."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Self

from redis import exceptions
from redis.asyncio.connection import AbstractConnection, ConnectionPool
from redis.exceptions import NoScriptError, ResponseError

from amphi.live.ports import StoreUnavailable
from amphi.live_store.scripts import Script

CONNECT_SECONDS = 1.0
CALL_SECONDS = 1.0
CONNECTIONS = 5_000  # of one process; every reader that waits holds one (Redis allows 10 000)
COUNTERS = 32  # how many of a crowd are served at once
QUEUE_SECONDS = 5.0

Word = str | bytes | int
Reply = Any  # what RESP2 gives: bytes, int, None, lists of these

_OUTAGES = (
    OSError,  # the socket's own errors, and what `asyncio.timeout` raises
    exceptions.ConnectionError,  # LOADING and refused passwords too
    exceptions.TimeoutError,
    exceptions.ReadOnlyError,
    exceptions.OutOfMemoryError,
    exceptions.ClusterDownError,
    exceptions.TryAgainError,
)
# Errors redis-py has no class for: the first word of the server's answer.
_OUTAGE_CODES = ("MISCONF", "NOREPLICAS", "BUSY", "UNBLOCKED")


class Store:
    """One per process. Each call has a connection to itself, so that a reader may block.

    Nothing is ever sent twice by itself: a repeated write could overtake a newer one.
    Every method raises StoreUnavailable within its time when Redis is away or refuses to work.
    """

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool
        self._counters = asyncio.Semaphore(COUNTERS)

    @classmethod
    def at(cls, url: str) -> Self:
        """`url`: redis://, rediss:// or unix://. Connects at the first call."""
        pool = ConnectionPool.from_url(
            url,
            protocol=2,
            max_connections=CONNECTIONS,
            socket_connect_timeout=CONNECT_SECONDS,
            socket_timeout=None,  # `_exchange` times the whole call, connecting included
            driver_info=None,
        )
        return cls(pool)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        await self._pool.aclose()

    async def call(self, *words: Word, wait_ms: int = 0) -> Reply:
        """One command. `wait_ms`: how long the server itself may hold the answer back."""
        return (await self._exchange([words], CALL_SECONDS + wait_ms / 1000))[0]

    async def call_all(self, commands: Sequence[Sequence[Word]]) -> list[Reply]:
        """Several commands in one round trip, in order; not a transaction."""
        return await self._exchange(commands, CALL_SECONDS) if commands else []

    async def run(self, script: Script, keys: Sequence[str], arguments: Sequence[Word]) -> Reply:
        """A script by its hash; with its text when Redis has lost it (SCRIPT FLUSH, a restart)."""
        try:
            return await self.call("EVALSHA", script.sha, len(keys), *keys, *arguments)
        except NoScriptError:
            return await self.call("EVAL", script.text, len(keys), *keys, *arguments)

    @asynccontextmanager
    async def in_line(self) -> AsyncIterator[None]:
        """Around what thousands do in the same second (tickets, sign-ins, limits).

        So they neither open thousands of connections nor hold up whoever chooses. Raises
        StoreUnavailable after 5 s in the queue.
        """
        with _outages_named():
            async with asyncio.timeout(QUEUE_SECONDS):
                await self._counters.acquire()
        try:
            yield
        finally:
            self._counters.release()

    async def ping(self) -> None:
        """Returns when Redis answers."""
        await self.call("PING")

    async def _exchange(self, commands: Sequence[Sequence[Word]], seconds: float) -> list[Reply]:
        with _outages_named():
            async with asyncio.timeout(seconds):
                connection = await self._connection()
                try:
                    replies = await _converse(connection, commands)
                finally:
                    await self._pool.release(connection)
            return [_checked(reply) for reply in replies]

    async def _connection(self) -> AbstractConnection:
        connection: AbstractConnection = await self._pool.get_connection()  # type: ignore[no-untyped-call]
        return connection


async def _converse(
    connection: AbstractConnection, commands: Sequence[Sequence[Word]]
) -> list[Reply]:
    """Every answer is read, errors too, so that none is left for the next caller."""
    await _send(connection, commands)
    return [await _answer(connection) for _ in commands]


async def _send(connection: AbstractConnection, commands: Sequence[Sequence[Word]]) -> None:
    """A line that was reset while it lay in the pool looks alive until it is written to."""
    try:
        await connection.send_packed_command(connection.pack_commands(commands))
    except RuntimeError as closed:  # how uvloop says so: "the handler is closed"
        raise exceptions.ConnectionError(str(closed)) from closed


async def _answer(connection: AbstractConnection) -> Reply:
    try:
        return await connection.read_response()
    except ResponseError as error:
        return error


def _checked(reply: Reply) -> Reply:
    if isinstance(reply, Exception):
        raise reply
    return reply


@contextmanager
def _outages_named() -> Iterator[None]:
    try:
        yield
    except _OUTAGES as error:
        raise StoreUnavailable(f"{type(error).__name__}: {error}") from error
    except ResponseError as error:
        if str(error).startswith(_OUTAGE_CODES):
            raise StoreUnavailable(str(error)) from error
        raise
