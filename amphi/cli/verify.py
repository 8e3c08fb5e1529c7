"""`amphi verify [OFFER]`: the journal replayed and compared, by a fold of its own (protocol.md §5)."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress

from amphi.cli.at_hand import DATA, given, servers_at_hand
from amphi.cli.logs import only_errors
from amphi.http.wording import counted
from amphi.records import evidence as stored
from amphi.records.database import Connection, Database, Limits
from amphi.rules.refusals import Refusal, Refused
from amphi.settings import for_asyncpg
from amphi.verify.evidence import Evidence, evidence
from amphi.verify.offer import OfferReport, Report, together, verify_offer

# A journal of 50 000 lines is read in one go: longer than any request may last.
READING = Limits(statement_ms=60_000, idle_in_transaction_ms=120_000, work_ms=300_000)


@click.command(
    help="Rejoue le journal, vérifie chaque règle et chaque empreinte, compare aux tables."
)
@click.argument("offer", required=False)
@click.option("--json", "as_json", is_flag=True, help="Le rapport en JSON, sur une ligne.")
@DATA
def verify(offer: str | None, as_json: bool, data: Path) -> int:
    """OFFER: one offer, else all of them. The exit status: 1 when something is wrong."""
    only_errors()
    with _database(data) as url:
        report = asyncio.run(verified(url, offer))
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False, separators=(",", ":")))
    else:
        _tell(report)
    return 0 if report.ok else 1


@contextmanager
def _database(data: Path) -> Iterator[str]:
    """Only PostgreSQL is needed: what Redis shows proves nothing."""
    theirs = given("DATABASE_URL")
    if theirs:
        yield for_asyncpg(theirs)
        return
    if not data.exists():  # a mistyped folder must not be made, found empty and called right
        raise click.BadParameter(f"le dossier {data} n'existe pas.", param_hint="'--data'")
    with servers_at_hand(data) as addresses:
        yield addresses.database_url


async def verified(url: str, offer: str | None = None) -> Report:
    """The report on one offer, or on all. Refused: `unknown_offer`."""
    database = Database(url, READING)
    try:
        async with database.connection() as connection:
            names = await _wanted(connection, offer)
        return together([await _verified(database, name) for name in names])
    finally:
        await database.close()


async def _wanted(connection: Connection, offer: str | None) -> list[str]:
    if offer is None:
        return await stored.offers_with_a_journal(connection)
    if await stored.campaign_of(connection, offer) is None:
        raise Refused(Refusal("unknown_offer", {"offer": offer}))
    return [offer]


async def _verified(database: Database, offer: str) -> OfferReport:
    async with database.connection() as connection:
        # All tables as they stood at one instant: the offer may be running.
        await connection.execution_options(isolation_level="REPEATABLE READ")
        found = await evidence_in(connection, offer)
    with _bar() as bar:
        task = bar.add_task(f"Offre {offer}", total=len(found.rows))
        return verify_offer(found, lambda done: bar.update(task, completed=done))


async def evidence_in(connection: Connection, offer: str) -> Evidence:
    """Everything stored of one offer, as the check wants it."""
    head = await stored.head(connection, offer)
    tables: dict[str, list[dict[str, Any]]] = {
        **await stored.projected(connection, offer),
        "journal": await _whole_journal(connection, offer),
        "offer_heads": [] if head is None else [head],
    }
    return evidence(offer, await stored.campaign_of(connection, offer) or "", tables)


async def _whole_journal(connection: Connection, offer: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    while page := await stored.lines(connection, offer, after=rows[-1]["seq"] if rows else 0):
        rows += page
    return rows


def _bar() -> Progress:
    """On a terminal only, on the standard error, gone when it is done."""
    console = Console(stderr=True)
    return Progress(console=console, transient=True, disable=not console.is_terminal)


def _tell(report: Report) -> None:
    for offer in report.offers:
        click.echo(_line(offer.offer, offer.events, offer.assignments, offer.head))
    for each in report.problems:
        where = f"offre {each.offer}" + ("" if each.seq is None else f", événement {each.seq}")
        click.echo(f"FAUTE ({each.check}) {where} : {each.sentence}")
    wrong = counted(len(report.problems), "faute trouvée", "fautes trouvées")
    click.echo("Vérifié : tout concorde." if report.ok else f"{wrong}.")


def _line(offer: str, events: int, assignments: int, head: str | None) -> str:
    return (
        f"Offre {offer} : {counted(events, 'événement')}, {counted(assignments, 'affectation')},"
        f" tête {head or 'aucune'}."
    )
