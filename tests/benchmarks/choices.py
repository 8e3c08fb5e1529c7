"""What a choice costs its conductor in processor time: `python -m tests.benchmarks.choices`.

Choices are committed one after the other, in turn by the wires of `records/wires.py` and by
SQLAlchemy's pool, the same statements: what others do on the machine meanwhile shows in both. The
exit status is 1 when the wires take more than half the processor time.
"""

import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median

import uvloop

from amphi import embedded
from amphi.live.ports import Batch
from amphi.records import heads
from amphi.records.campaigns import insert_posts
from amphi.records.database import JOURNAL, Database
from amphi.records.jobs import announce
from amphi.records.journal import PostgresJournal
from amphi.records.migrate import migrate
from amphi.records.projections import Fact, following
from amphi.rules.choosing.events import TurnStarted
from amphi.rules.ids import TurnId
from tests.records.scene import NINE, Pen, Scene, a_campaign, a_post, an_offer, chosen
from tests.servers import execute

CHOICES, WARM = 400, 40
MOST = 0.5  # of the processor time of the long way
Commit = Callable[[Batch], Awaitable[None]]


def main() -> int:
    """Servers of its own."""
    with tempfile.TemporaryDirectory(prefix="amphi-benchmark-") as made:
        Path(made).chmod(0o711)
        data = Path(made) / "data"
        with embedded.start(data, environment={}) as running:
            spent = uvloop.run(_measured(running))
        embedded.remove(data)
    short, long = spent
    return 0 if short <= MOST * long else 1


async def _measured(running: embedded.Servers) -> tuple[float, float]:
    await execute(running, "CREATE DATABASE choices")
    url = running.postgres.url("choices")
    await migrate(url)
    database, journal = Database(url, JOURNAL), PostgresJournal(url)
    scene = await _founded(database)
    head = await journal.take(scene.offer, "benchmark")
    if head is None:
        raise RuntimeError("somebody else conducts a new offer")
    taken: list[list[tuple[float, float]]] = [[], []]
    ways = (journal.commit, _by_the_pool(database))
    await _all_chosen(Pen(head), scene, ways, taken)
    await journal.close()
    await database.close()
    return _told("wires", taken[0]), _told("pool", taken[1])


async def _founded(database: Database) -> Scene:
    async with database.transaction() as connection:
        scene = await an_offer(connection, await a_campaign(connection), interns=CHOICES)
        await insert_posts(connection, scene.offer, [a_post(n) for n in range(7, CHOICES + 1)])
    return scene


async def _all_chosen(
    pen: Pen,
    scene: Scene,
    ways: tuple[Commit, Commit],
    taken: list[list[tuple[float, float]]],
) -> None:
    """Processor and wall seconds of each, by way."""
    for rank in range(1, CHOICES + 1):
        batch = pen.batch(chosen(scene, rank, f"P{rank}"), _next_turn(scene, rank))
        began, spent = time.perf_counter(), time.process_time()
        await ways[rank % 2](batch)
        taken[rank % 2].append((time.process_time() - spent, time.perf_counter() - began))
        pen.written(batch)


def _next_turn(scene: Scene, rank: int) -> TurnStarted:
    return TurnStarted(
        amphi=scene.amphi,
        turn=TurnId(f"t{rank + 1}"),
        entry=scene.entries[min(rank + 1, CHOICES)],
        deadline=NINE,
        seconds=90,
        late=False,
        returning=False,
        attended=True,
    )


def _by_the_pool(database: Database) -> Commit:
    """The long way."""

    async def commit(batch: Batch) -> None:
        async with database.transaction() as connection:
            (await connection.execute(*heads.append(batch))).one()
            for entry in batch.entries:
                for step in following(Fact(batch.offer, entry.recorded, batch.private)):
                    await connection.execute(*step)
            raw = (await connection.get_raw_connection()).driver_connection
            await announce(raw, batch.offer, batch.entries[-1].recorded.seq)

    return commit


def _told(way: str, taken: list[tuple[float, float]]) -> float:
    """The median processor time, in seconds."""
    spent, took = (median(column) for column in zip(*taken[WARM:], strict=True))
    words = f"{way:<6} {spent * 1e6:6.0f} µs of processor, {took * 1e6:6.0f} µs in all per choice"
    sys.stdout.write(f"{words}, medians of {len(taken) - WARM}\n")
    return float(spent)


if __name__ == "__main__":
    sys.exit(main())
