"""The few connections through which decisions go, kept open and spoken to in the driver's words.

"Confirm → durable acknowledgement" (quality.md) is mostly this way. A few wires serve many offers:
twenty commits at once would only make each other slow, and each connection that is opened meanwhile
costs more than ten commits. Who waits is served in order, and each wire is used in its turn, so
that none goes cold.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import structlog
from sqlalchemy import Executable

from amphi.live.ports import JournalUnavailable, Violated
from amphi.records.database import Database
from amphi.records.faults import meaning_of
from amphi.records.wording import Values, Wordings

# What a wire that breaks says: the server, the driver, the system, the clock.
FAILURES = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)

log = structlog.get_logger()


class Wire:
    """One connection while somebody has it. Outside `BEGIN` each statement is a transaction."""

    def __init__(self, raw: Any, wordings: Wordings) -> None:
        self.raw, self._wordings = raw, wordings

    async def run(self, statement: Executable, given: Values | None = None) -> list[Any]:
        """The rows. `given`: the values of a statement that was made once and for all."""
        wording = self._wordings.of(statement)
        rows: list[Any] = await self.raw.fetch(wording.text, *wording.values(given or {}))
        return rows

    async def say(self, word: str) -> None:
        """BEGIN, COMMIT."""
        await self.raw.execute(word)


class Wires:
    """At most so many, opened once the first has been asked for, each `ready` for what will be run.

    `ready`: statements, or texts in the driver's words. Every wait is bounded by the limits.
    """

    def __init__(
        self, database: Database, most: int, ready: Iterable[Executable | str] = ()
    ) -> None:
        self._database, self._limits = database, database.limits
        self._wordings = Wordings(database.engine.dialect)
        self._most, self._ready = most, tuple(ready)
        self._places = asyncio.Semaphore(most)  # first come, first served
        self._idle: deque[Any] = deque()
        self._count = 0  # of those that are open
        self._opening: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def one(self) -> AsyncIterator[Wire]:
        """A wire of one's own; what was begun and not committed is rolled back.

        Raises JournalUnavailable, Superseded, Violated; other exceptions pass.
        """
        raw = await self._taken()
        # As in `Database`: whatever waits on it when time is over fails as on one that breaks.
        knife = self._after(self._limits.work_ms, raw.terminate)
        try:
            yield Wire(raw, self._wordings)
        except FAILURES as error:
            meant = meaning_of(error)
            if not isinstance(meant, Violated):
                raw.terminate()  # nobody knows what it is worth
            raise meant from error
        finally:
            await self._given_back(raw)
            knife.cancel()

    async def close(self) -> None:
        """Says good-bye on those that nobody has, or cuts them when it takes too long."""
        if self._opening is not None:
            self._opening.cancel()
            await asyncio.wait([self._opening])
        while self._idle:
            raw = self._idle.popleft()
            knife = self._after(self._limits.connect_ms, raw.terminate)
            try:
                await raw.close()
            except FAILURES:
                raw.terminate()
            self._count -= 1
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
            self._count -= 1
        return None

    async def _opened(self) -> Any:
        """One that knows what it will be asked. Raises JournalUnavailable."""
        self._count += 1
        try:
            raw = await self._database.driver_connection()
            await self._made_ready(raw)
        except BaseException as error:
            self._count -= 1
            if isinstance(error, FAILURES):
                raise meaning_of(error) from error
            raise
        return raw

    async def _made_ready(self, raw: Any) -> None:
        """Prepared by PostgreSQL, and by the driver: run for nobody, since there are no values."""
        try:
            async with asyncio.timeout(self._limits.connect_ms / 1000):
                for each in self._ready:
                    text = each if isinstance(each, str) else self._wordings.of(each).text
                    await raw.executemany(text, [])
                # The driver ends nothing for nobody: this ends what PostgreSQL began by parsing.
                await raw.fetch("SELECT 1")
        except BaseException:
            raw.terminate()
            raise

    async def _given_back(self, raw: Any) -> None:
        """With nothing left begun, or not at all."""
        try:
            if not raw.is_closed() and raw.is_in_transaction():
                await raw.execute("ROLLBACK")
        except FAILURES:
            raw.terminate()
        finally:
            if raw.is_closed() or self._count > self._most:
                raw.terminate()
                self._count -= 1
            else:
                self._idle.append(raw)
            self._places.release()
            self._open_the_others()

    # --- those that will be needed when many choose at once ---

    def _open_the_others(self) -> None:
        if self._count < self._most and (self._opening is None or self._opening.done()):
            self._opening = asyncio.create_task(self._open_all(), name="wires")

    async def _open_all(self) -> None:
        """In peace, one after the other. When it fails, whoever needs one next will try again."""
        try:
            while self._count < self._most:
                self._idle.append(await self._opened())
        except JournalUnavailable as away:
            log.debug("no_more_wires", why=str(away))

    def _after(self, ms: int, act: Callable[[], object]) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(ms / 1000, act)
