"""How long files of interns, semesters and ranks take: `python -m tests.benchmarks.ranking_imports`.

Each file is read from bytes and brought into PostgreSQL, as the console and the command line do, within
the limits of a request: new, sent again, and corrected; then interns that arrive, and interns whose
discipline is corrected, while their perimeter is ranked. The exit status is 1 when a file of 10 000
interns takes longer than `BUDGET`, or when the time grows faster than n × log n would.
"""

import asyncio
import math
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from amphi import embedded
from amphi.actions.importing import File, bring_in
from amphi.actions.preranking import prerank_now
from amphi.outside.tables import Table, read_table
from amphi.records.database import Database
from amphi.records.migrate import migrate
from amphi.rules.ranking.calendar import number, numbered
from amphi.rules.ranking.import_reading import ImportKind
from tests.records.interns_on_file import AGENT, SEMESTER, a_perimeter
from tests.servers import execute

SIZES = (1_000, 3_000, 10_000)
BUDGET = 10.0  # seconds for any file of 10 000 interns: a transaction has 20
SLACK = 3.0  # times n × log n: caches, the write-ahead log, a busy machine
TODAY = date(2026, 11, 21)
INTERNS = "intern;last_name;first_name;email;profession;discipline;regime;exam;cohort"


def main() -> int:
    """Servers of its own, a database for each size."""
    with tempfile.TemporaryDirectory(prefix="amphi-benchmark-") as made:
        Path(made).chmod(0o711)
        data = Path(made) / "data"
        with embedded.start(data, environment={}) as running:
            took = asyncio.run(_all_measured(running))
        embedded.remove(data)
    return _judged(took)


async def _all_measured(running: embedded.Servers) -> dict[int, dict[str, float]]:
    took = {}
    for size in SIZES:
        name = f"files_{size}"
        await execute(running, f"CREATE DATABASE {name}")
        took[size] = await _measured(running.postgres.url(name), size)
        await execute(running, f"DROP DATABASE {name}")
    return took


async def _measured(url: str, size: int) -> dict[str, float]:
    await migrate(url)
    database = Database(url)
    took = {}
    for name, kind, text in _before(size):
        took[name] = await _brought(database, name, kind, text)
    async with database.transaction() as connection:
        perimeter = await a_perimeter(connection)
        await prerank_now(connection, AGENT, perimeter.id, SEMESTER)
    for name, kind, text in _after(size):
        took[name] = await _brought(database, name, kind, text)
    await database.close()
    return took


async def _brought(database: Database, name: str, kind: ImportKind, text: str) -> float:
    raw, start = text.encode(), time.perf_counter()
    table = read_table(raw)
    if not isinstance(table, Table):
        raise TypeError(table)
    file = File(kind=kind, name="fichier.csv", digest="", table=table)
    async with database.transaction() as connection:
        report = await bring_in(connection, AGENT, file, TODAY)
    took = time.perf_counter() - start
    if report.rejected or report.refused:
        raise ValueError(report.rejected[:3] + report.refused)
    counts = f"{report.added} added, {report.changed} changed, {report.unchanged} unchanged"
    sys.stdout.write(f"{report.read:>7} rows {took:7.2f} s  {name}: {counts}\n")
    return took


def _before(size: int) -> Iterator[tuple[str, ImportKind, str]]:
    """Files as they come before the ranking."""
    yield "new interns", ImportKind.INTERNS, _interns(0, size)
    yield "the same again", ImportKind.INTERNS, _interns(0, size)
    yield "first names corrected", ImportKind.INTERNS, _interns(0, size, first_name="Zoë")
    yield "semesters", ImportKind.SEMESTERS, _semesters(size)
    yield "semesters corrected", ImportKind.SEMESTERS, _semesters(size, "année recherche")
    yield "ranks", ImportKind.CNG_RANKS, _ranks(size, 0)
    yield "ranks corrected", ImportKind.CNG_RANKS, _ranks(size, 10 * size)


def _after(size: int) -> Iterator[tuple[str, ImportKind, str]]:
    """Files that reach a ranking under way."""
    yield "arriving while ranked", ImportKind.INTERNS, _interns(size, 2 * size)
    elsewhere = _interns(0, size, discipline="Santé publique")
    yield "leaving while ranked", ImportKind.INTERNS, elsewhere


def _interns(
    first: int, last: int, *, first_name: str = "Zoé", discipline: str = "Psychiatrie"
) -> str:
    """Five cohorts."""
    rows = (
        f"ine{n};Nom{n};{first_name};n{n}@example.org;médecine;{discipline};ancien régime;national;{_year(n)}"
        for n in range(first, last)
    )
    return "\n".join((INTERNS, *rows))


def _year(n: int) -> int:
    return 2021 + n % 5


def _semesters(size: int, kind: str = "validé") -> str:
    """Every one since the entry."""
    rows = (
        f"ine{n};{numbered(semester)};{kind}"
        for n in range(size)
        for semester in range(number(f"{_year(n)}-11"), number(SEMESTER))
    )
    return "\n".join(("intern;semester;kind", *rows))


def _ranks(size: int, behind: int) -> str:
    rows = (f"ine{n};national;{_year(n)};{behind + n + 1};{behind + n + 1};" for n in range(size))
    return "\n".join(("intern;exam;cohort;rc;rin;ri3", *rows))


def _judged(took: dict[int, dict[str, float]]) -> int:
    smallest, largest = SIZES[0], SIZES[-1]
    allowed = SLACK * largest * math.log(largest) / (smallest * math.log(smallest))
    faults = [
        f"{name}: {seconds:.2f} s for {largest} interns, more than {BUDGET:.0f} s"
        for name, seconds in took[largest].items()
        if seconds > BUDGET
    ]
    faults += [
        f"{name}: {largest} takes {seconds / took[smallest][name]:.0f} times as long as {smallest}"
        for name, seconds in took[largest].items()
        if seconds > allowed * took[smallest][name]
    ]
    for fault in faults:
        sys.stdout.write(f"{fault}\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
