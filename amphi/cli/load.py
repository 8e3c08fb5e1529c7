"""`amphi load FILE [--publish] [--start]`: a whole amphi from one file (protocol.md §5)."""

import asyncio
import json
import time
from pathlib import Path
from typing import NamedTuple

import click
import msgspec

from amphi.actions.load import Loaded, LoadedAmphi, company
from amphi.actions.load import load as load_rows
from amphi.actions.tickets import the_operator
from amphi.cli.at_hand import DATA, Addresses, servers_at_hand
from amphi.cli.logs import only_errors
from amphi.cli.opening import open_amphis
from amphi.cli.refusals import Told
from amphi.cli.sign_ins import sign_ins as made_sign_ins
from amphi.http.sentences import fault_sentence
from amphi.live.ports import Violated
from amphi.live_store.connection import Store
from amphi.records.database import Database
from amphi.records.reads import one_amphi
from amphi.rules.campaign_faults import Fault
from amphi.rules.campaign_file import CampaignFile
from amphi.rules.campaign_reading import LARGEST, Reading, read_campaign_file
from amphi.rules.refusals import Refusal, Refused

SIGN_INS = 3


class Wanted(NamedTuple):
    """How far the amphis of the file shall go."""

    publish: bool
    start: bool
    sign_ins: int


@click.command(help="Charge une campagne d'essai depuis un fichier : tout, ou rien.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--publish", is_flag=True, help="Valide et publie ensuite les amphithéâtres.")
@click.option("--start", is_flag=True, help="Publie, puis commence la première session.")
@click.option("--json", "as_json", is_flag=True, help="Pour les machines : refus en JSON aussi.")
@click.option(
    "--sign-ins",
    type=click.IntRange(0, 2000),
    help="Comptes à créer par amphithéâtre, mots de passe affichés (3 ; aucun avec --json).",
)
@DATA
def load(
    file: Path, publish: bool, start: bool, as_json: bool, sign_ins: int | None, data: Path
) -> int:
    """Prints what was made as one line of JSON, warnings on the error output."""
    reading = read(file)
    told(reading, as_json=as_json)
    if reading.file is None:
        return 1
    only_errors()
    with servers_at_hand(data) as addresses:
        accounts = (0 if as_json else SIGN_INS) if sign_ins is None else sign_ins
        wanted = Wanted(publish or start, start, accounts)
        loaded = asyncio.run(loading(addresses, reading.file, wanted))
    click.echo(msgspec.json.encode(loaded))
    return 0


def read(file: Path) -> Reading:
    """Never more of it than may be loaded."""
    with file.open("rb") as opened:
        return read_campaign_file(opened.read(LARGEST + 1), time.time_ns() // 1_000_000)


async def loading(addresses: Addresses, file: CampaignFile, wanted: Wanted) -> Loaded:
    """Writes it, then asks the conductor for what is wanted."""
    database = Database(addresses.database_url)
    try:
        loaded = await _written(database, file)
        if wanted.publish:
            await opening(addresses, database, loaded.amphis, start=wanted.start)
        async with Store.at(addresses.redis_url) as store:
            for amphi in loaded.amphis:
                for line in await made_sign_ins(database, store, amphi, wanted.sign_ins):
                    click.echo(line, err=True)
    finally:
        await database.close()
    return loaded


async def _written(database: Database, file: CampaignFile) -> Loaded:
    try:
        async with database.transaction() as connection:
            for each in await company(connection, file):
                _warn(each)
            return await load_rows(connection, file)
    except Violated as violated:
        raise Refused(Refusal(violated.code, violated.facts)) from violated


async def opening(
    addresses: Addresses, database: Database, amphis: tuple[LoadedAmphi, ...], *, start: bool
) -> None:
    """Through the mailbox, like every gesture; a conductor of our own helps out."""
    async with database.transaction() as connection:
        operator = await the_operator(connection)
        rows = [row for each in amphis if (row := await one_amphi(connection, each.id))]
    await open_amphis(addresses, rows, operator, start=start)


def told(reading: Reading, *, as_json: bool) -> None:
    """Warnings and faults, a line each; the faults as JSON too when asked for."""
    for warning in reading.warnings:
        _warn(warning)
    for fault in reading.faults:
        click.echo(f"Refusé ({fault.code}) : {_line(fault)}", err=True)
    if reading.faults and as_json:
        click.echo(json.dumps(_refused(reading.faults), ensure_ascii=False))


def _warn(fault: Fault) -> None:
    click.echo(f"Attention : {_line(fault)}", err=True)


def _refused(faults: tuple[Fault, ...]) -> dict[str, object]:
    refused = [
        Told(each.code, each.facts | {"path": each.path}, fault_sentence(each)) for each in faults
    ]
    return {
        "ok": False,
        "refused": [one.facts | {"code": one.code, "sentence": one.sentence} for one in refused],
    }


def _line(fault: Fault) -> str:
    said = fault_sentence(fault)
    return f"{fault.path} : {said}" if fault.path else said
