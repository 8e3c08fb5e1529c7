"""How long a perimeter takes from rows to rows, 1 000 to 100 000 interns: `python -m tests.benchmarks.ranking_records`.

Interns with their semesters and national ranks are read from PostgreSQL, ranked, and the run is
written with every line explained. The exit status is 1 when 10 000 interns take more than 2 s, or
when it grows faster than n × log n would.
"""

import asyncio
import math
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from amphi import embedded
from amphi.actions.preranking import Ranked, prerank_now
from amphi.records.database import Connection, Database, Limits
from amphi.records.interns import NewIntern
from amphi.records.migrate import migrate
from amphi.rules.ranking.calendar import number, numbered
from tests.records.interns_on_file import (
    AGENT,
    SEMESTER,
    a_perimeter,
    an_intern,
    on_file,
    semesters,
)
from tests.servers import execute

SIZES = (1_000, 3_000, 10_000, 30_000, 100_000)
BUDGET = 10_000, 2.0  # interns, seconds
SLACK = 3.0  # times n × log n: caches, the write-ahead log, a busy machine
LIMITS = Limits(statement_ms=120_000, idle_in_transaction_ms=300_000, work_ms=300_000)


def main() -> int:
    """Servers of its own, a database for each size."""
    with tempfile.TemporaryDirectory(prefix="amphi-benchmark-") as made:
        Path(made).chmod(0o711)
        data = Path(made) / "data"
        with embedded.start(data, environment={}) as running:
            took = asyncio.run(_all_measured(running))
        embedded.remove(data)
    return _judged(took)


async def _all_measured(running: embedded.Servers) -> dict[int, float]:
    took = {}
    for size in SIZES:
        name = f"interns_{size}"
        await execute(running, f"CREATE DATABASE {name}")
        took[size] = await _measured(running.postgres.url(name), size)
        await execute(running, f"DROP DATABASE {name}")
    return took


async def _measured(url: str, size: int) -> float:
    await migrate(url)
    database = Database(url, LIMITS)
    async with database.transaction() as connection:
        perimeter = await _founded(connection, size)
    async with database.connection() as connection:
        await connection.exec_driver_sql("ANALYZE")
    start, spent = time.perf_counter(), time.process_time()
    async with database.transaction() as connection:
        ranked = await prerank_now(connection, AGENT, perimeter, SEMESTER)
    took, spent = time.perf_counter() - start, time.process_time() - spent
    await database.close()
    _told(size, took, spent, ranked)
    return took


async def _founded(connection: Connection, size: int) -> str:
    await on_file(connection, list(_drawn(size, random.Random(size))))
    return (await a_perimeter(connection)).id


def _drawn(size: int, chance: random.Random) -> Iterator[NewIntern]:
    """Five cohorts; one in ten is late; ranks are unique."""
    for n, rin in enumerate(chance.sample(range(1, 10 * size), size)):
        year = 2021 + n % 5
        present = number(SEMESTER) - number(f"{year}-11")
        missed = 2 if present > 2 and chance.randrange(10) == 0 else 0
        yield an_intern(
            f"Nom{chance.randrange(size)}",
            rin,
            entered=numbered(number(f"{year}-11")),
            semesters=semesters(f"{year}-11", present - missed, missed),
        )


def _told(size: int, took: float, spent: float, ranked: Ranked) -> None:
    """`spent`: of it, this process's own work; the rest is PostgreSQL's, and other people's."""
    each = 1_000_000 * took / size
    line = f"{size:>7} interns {took:7.2f} s ({spent:.2f} s here) {each:6.0f} µs each"
    sys.stdout.write(f"{line}, {ranked.tie_groups} tie groups\n")


def _judged(took: dict[int, float]) -> int:
    size, budget = BUDGET
    faults = []
    if took[size] > budget:
        faults.append(f"{size} interns took {took[size]:.2f} s, more than {budget:.0f} s")
    smallest, largest = SIZES[0], SIZES[-1]
    growth = took[largest] / took[smallest]
    allowed = SLACK * largest * math.log(largest) / (smallest * math.log(smallest))
    if growth > allowed:
        faults.append(f"{largest} takes {growth:.0f} times as long as {smallest}")
    for fault in faults:
        sys.stdout.write(f"{fault}\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
