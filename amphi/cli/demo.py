"""`amphi demo`: everything on this machine, a ready campaign, bots if wanted (protocol.md §4)."""

import asyncio
import signal
import sys
from pathlib import Path

import click

from amphi.cli.at_hand import DATA, Addresses, servers_of_our_own
from amphi.cli.demo_run import Wanted, run
from amphi.cli.load import read, told
from amphi.cli.logs import only_errors
from amphi.cli.outcome import Outcome
from amphi.demonstration.campaign import FEWEST, MOST
from amphi.embedded import claimed_port

SITE_PORT = 8000


@click.command(help="Une campagne de démonstration sur cette machine, prête à jouer.")
@click.option(
    "--file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="L'amphithéâtre de ce fichier, au lieu de la campagne de démonstration.",
)
@DATA
@click.option(
    "--port", type=click.IntRange(1, 65534), help="Port du site : 8000 ou le prochain libre."
)
@click.option("--interns", type=click.IntRange(FEWEST, MOST), help="Combien d'internes (60).")
@click.option("--bots", is_flag=True, help="Les internes et l'agent sont joués par des robots.")
@click.option("--turn-seconds", type=click.IntRange(1, 3600), help="Durée d'un tour (90).")
@click.option("--exit-when-closed", is_flag=True, help="S'arrête quand tout est clos, et vérifie.")
@click.option("--json", "as_json", is_flag=True, help="Le bilan en JSON, en dernière ligne.")
def demo(  # noqa: PLR0913, PLR0917 - the options of protocol.md §4
    file: Path | None,
    data: Path,
    port: int | None,
    interns: int | None,
    bots: bool,
    turn_seconds: int | None,
    exit_when_closed: bool,
    as_json: bool,
) -> int:
    """The exit status: 1 when the file or the verification says no."""
    if file is not None and (interns is not None or turn_seconds is not None):
        raise click.UsageError(
            "--file dit tout de l'amphithéâtre : ni --interns, ni --turn-seconds."
        )
    only_errors()
    reading = None if file is None else read(file)
    if reading is not None:
        told(reading, as_json=as_json)
        if reading.file is None:
            return 1
    wanted = Wanted(
        file=reading.file if reading is not None else None,
        data=data,
        port=claimed_port(port or SITE_PORT, explicit=port is not None),
        interns=interns or 60,
        turn_seconds=turn_seconds or 90,
        bots=bots,
        exit_when_closed=exit_when_closed,
        out=sys.stderr if as_json else sys.stdout,
    )
    print("Mise en route des serveurs…", file=wanted.out, flush=True)
    with servers_of_our_own(data) as addresses:
        outcome = asyncio.run(_until_told_to_stop(addresses, wanted))
    return _told(outcome, as_json=as_json) if exit_when_closed else 0


async def _until_told_to_stop(addresses: Addresses, wanted: Wanted) -> Outcome:
    """Ctrl-C and SIGTERM stop everything in order, also where a shell had SIGINT ignored."""
    task = asyncio.ensure_future(run(addresses, wanted))
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    try:
        return await task
    except asyncio.CancelledError as cancelled:
        raise click.Abort from cancelled


def _told(outcome: Outcome, *, as_json: bool) -> int:
    click.echo(outcome.line() if as_json else outcome.sentence())
    return 0 if outcome.verified else 1
