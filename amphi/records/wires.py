"""The few connections through which decisions go, kept at hand and spoken to in the driver's words.

"Confirm → durable acknowledgement" (quality.md) is mostly this way. A few wires serve many offers:
twenty commits at once would only make each other slow, and each one that is opened meanwhile
costs more than a commit. Who waits is served in order, and each wire in its turn, so that none
goes cold.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from sqlalchemy import Executable

from amphi.live.ports import JournalUnavailable
from amphi.records.database import Database
from amphi.records.faults import meaning_of
from amphi.records.wording import Values, Wordings

# What a wire that breaks says: the server, the driver, the system, the clock.
FAILURES = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)


class Wire:
    """One connection while somebody has it. Outside `BEGIN` each statement is a transaction."""

    def __init__(self, raw: Any, wordings: Wordings) -> None:
        self.raw, self._wordings = raw, wordings

    async def run(self, statement: Executable, given: Values | None = None) -> list[Any]:
        """The rows. `given`: the values of a statement that was made once and for all."""
        values = given or {}
        wording = self._wordings.of(statement, values)
        rows: list[Any] = await self.raw.fetch(wording.text, *wording.values(values))
        return rows

    async def say(self, word: str) -> None:
        """BEGIN, COMMIT."""
        await self.raw.execute(word)


class Wires:
    """At most so many, opened when first needed; every wait is bounded by the database's limits."""

    def __init__(self, database: Database, most: int) -> None:
        self._database, self._limits = database, database.limits
        self._wordings = Wordings(database.engine.dialect)
        self._places = asyncio.Semaphore(most)  # first come, first served
        self._idle: deque[Any] = deque()

    @asynccontextmanager
    async def one(self) -> AsyncIterator[Wire]:
        """A wire of one's own; what was begun and not committed is rolled back.

        Raises JournalUnavailable, Superseded, Violated; other exceptions pass.
        """
        raw = await self._taken()
        loop = asyncio.get_running_loop()
        # As in `Database`: whatever waits on it when time is over fails as on one that breaks.
        knife = loop.call_later(self._limits.work_ms / 1000, raw.terminate)
        try:
            yield Wire(raw, self._wordings)
        except FAILURES as error:
            raise meaning_of(error) from error
        finally:
            await self._given_back(raw)
            knife.cancel()

    async def close(self) -> None:
        """Says good-bye on those that nobody has, or cuts them when it takes too long."""
        while self._idle:
            raw = self._idle.popleft()
            knife = asyncio.get_running_loop().call_later(
                self._limits.connect_ms / 1000, raw.terminate
            )
            try:
                await raw.close()
            except FAILURES:
                raw.terminate()
            knife.cancel()

    async def _taken(self) -> Any:
        try:
            async with asyncio.timeout(self._limits.connect_ms / 1000):
                await self._places.acquire()
        except TimeoutError as error:
            raise JournalUnavailable("all wires are busy") from error
        try:
            return self._next() or await self._opened()
        except BaseException:
            self._places.release()
            raise

    def _next(self) -> Any | None:
        """None: one more is to be opened. Those that have broken meanwhile are forgotten."""
        while self._idle:
            raw = self._idle.popleft()
            if not raw.is_closed():
                return raw
        return None

    async def _opened(self) -> Any:
        try:
            return await self._database.driver_connection()
        except FAILURES as error:
            raise meaning_of(error) from error

    async def _given_back(self, raw: Any) -> None:
        """With nothing left begun, or not at all."""
        try:
            if not raw.is_closed() and raw.is_in_transaction():
                await raw.execute("ROLLBACK")
        except FAILURES:
            raw.terminate()
        finally:
            if not raw.is_closed():
                self._idle.append(raw)
            self._places.release()
