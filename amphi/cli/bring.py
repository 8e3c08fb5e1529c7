"""`amphi import KIND FILE`: interns, semesters, national ranks, with a report (protocol.md §4, §5)."""

import asyncio
import hashlib
from datetime import datetime
from pathlib import Path

import click
import msgspec

from amphi.actions.importing import File, Report, bring_in
from amphi.actions.ranking_access import on_the_command_line
from amphi.cli import tables
from amphi.cli.at_hand import DATA, Addresses, servers_at_hand
from amphi.cli.logs import only_errors
from amphi.http.import_reports import as_json
from amphi.http.sentences import row_fault_sentence
from amphi.http.wording import PARIS, counted
from amphi.outside.tables import Table, read_file
from amphi.records.database import Connection, Database
from amphi.records.territories import known_territories
from amphi.rules.ranking.import_reading import ImportKind
from amphi.rules.table_faults import RowFault

_KINDS = {each.value: each for each in ImportKind}


@click.command(
    "import", help="Importe un fichier CSV ou XLSX ; les lignes en défaut vont en quarantaine."
)
@click.argument("kind", type=click.Choice(list(_KINDS)))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--territory", required=True, help="Circonscription, comme dans la campagne.")
@click.option("--dry-run", is_flag=True, help="Vérifie seulement, sans rien enregistrer.")
@click.option("--json", "as_json", is_flag=True, help="Pour les machines.")
@DATA
def bring(
    kind: str, file: Path, territory: str, data: Path, *, dry_run: bool, as_json: bool
) -> int:
    """0: brought in, rows that wait told with their lines; 1: the file is refused whole."""
    only_errors()
    table = read_file(file)
    if isinstance(table, RowFault):
        return refuse((table,), as_json=as_json)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    given = File(kind=_KINDS[kind], name=file.name, digest=digest, table=table)
    with servers_at_hand(data) as addresses:
        report = asyncio.run(_brought(addresses, territory, given, dry_run=dry_run))
    if report.refused:
        return refuse(report.refused, as_json=as_json)
    if as_json:
        tables.print_json(_for_machines(report, table))
    else:
        tables.warn((*report.warnings, *report.rejected))
        click.echo(for_people(report))
    return 0


async def _brought(addresses: Addresses, territory: str, file: File, *, dry_run: bool) -> Report:
    database = Database(addresses.database_url)
    today = datetime.now(PARIS).date()
    try:
        async with database.transaction() as connection:
            await _warn_of_a_new(territory, connection)
            actor = on_the_command_line(territory)
            return await bring_in(connection, actor, file, today, dry_run=dry_run)
    finally:
        await database.close()


async def _warn_of_a_new(territory: str, connection: Connection) -> None:
    """A misspelt one would hide its interns from every agent, without a word."""
    known = await known_territories(connection)
    if known and territory not in known:
        text = f"« {territory} » est nouvelle ; circonscriptions connues : {', '.join(known)}."
        click.echo(f"Attention : {text}", err=True)


def refuse(faults: tuple[RowFault, ...], *, as_json: bool) -> int:
    """ "refused whole: exit 1 and `{"refused":"…"}`" (protocol.md §5)"""
    if as_json:
        tables.print_json({"refused": " ".join(map(row_fault_sentence, faults))})
        return 1
    return tables.refuse(faults, as_json=False)


def _for_machines(report: Report, table: Table) -> dict[str, object]:
    """Normative: protocol.md §5. The import's id is for whoever asks over HTTP for its rows."""
    shown: dict[str, object] = msgspec.to_builtins(as_json(report, table))
    del shown["import_id"]
    return shown


def for_people(report: Report) -> str:
    """One line."""
    where = "en quarantaine" if report.id else "rien n'est enregistré"
    return (
        f"{counted(report.read, 'ligne lue', 'lignes lues')} : "
        f"{counted(report.added, 'ajoutée', 'ajoutées')}, "
        f"{counted(report.changed, 'modifiée', 'modifiées')}, "
        f"{counted(report.unchanged, 'inchangée', 'inchangées')}, "
        f"{counted(report.waiting, 'rejetée', 'rejetées')} ({where})."
    )
