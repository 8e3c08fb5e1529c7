"""How long a late movement takes where many rankings are under way: `python -m tests.benchmarks.ranking_movements`.

One intern of 10 000 is cancelled, and comes back, while the 40 perimeters of the profession are ranked:
each is looked at, one is changed. The exit status is 1 when either takes longer than `BUDGET`: others
who change the interns of the territory wait meanwhile.
"""

import asyncio
import sys
import tempfile
import time
from pathlib import Path

from amphi import embedded
from amphi.actions.movements import Move, move
from amphi.actions.preranking import prerank_now
from amphi.records.database import Database
from amphi.records.migrate import migrate
from amphi.rules.ids import PersonId
from amphi.rules.ranking.movements import MovementKind
from tests.records.interns_on_file import AGENT, SEMESTER, a_perimeter, an_intern, on_file
from tests.servers import execute

INTERNS, PERIMETERS = 10_000, 40
BUDGET = 4.0  # seconds


def main() -> int:
    """Servers of its own."""
    with tempfile.TemporaryDirectory(prefix="amphi-benchmark-") as made:
        Path(made).chmod(0o711)
        data = Path(made) / "data"
        with embedded.start(data, environment={}) as running:
            slowest = asyncio.run(_measured(running))
        embedded.remove(data)
    return 1 if slowest > BUDGET else 0


async def _measured(running: embedded.Servers) -> float:
    await execute(running, "CREATE DATABASE movements")
    url = running.postgres.url("movements")
    await migrate(url)
    database = Database(url)
    person = await _ranked(database)
    kinds = MovementKind.CANCELLATION, MovementKind.REACTIVATION
    took = [await _moved(database, person, kind) for kind in kinds]
    await database.close()
    return max(took)


async def _ranked(database: Database) -> PersonId:
    """Who will move."""
    new = [an_intern(f"n{n}", n + 1, discipline=f"D{n % PERIMETERS}") for n in range(INTERNS)]
    async with database.transaction() as connection:
        people = await on_file(connection, new)
        founded = [await a_perimeter(connection, f"D{n}") for n in range(PERIMETERS)]
    for each in founded:
        async with database.transaction() as connection:
            await prerank_now(connection, AGENT, each.id, SEMESTER)
    return people[0]


async def _moved(database: Database, person: PersonId, kind: MovementKind) -> float:
    start = time.perf_counter()
    async with database.transaction() as connection:
        touched = await move(connection, AGENT, person, Move(kind=kind, why="mesure"))
    took = time.perf_counter() - start
    counts = f"{INTERNS} interns, {PERIMETERS} rankings, {len(touched)} changed"
    sys.stdout.write(f"{kind.value:>13} {took:6.2f} s  {counts}\n")
    return took


if __name__ == "__main__":
    sys.exit(main())
