"""`amphi rehearse AMPHI`: a copy of it, played at full speed, verified, thrown away (protocol.md §4)."""

import asyncio
import sys
from pathlib import Path

import click

from amphi.cli.at_hand import DATA, servers_at_hand
from amphi.cli.logs import only_errors
from amphi.cli.rehearsal import Wanted, rehearsed

SITE_PORT = 8100


@click.command(help="Joue une copie d'un amphithéâtre à pleine vitesse, la vérifie, la jette.")
@click.argument("amphi")
@click.option("--keep", is_flag=True, help="Garde la copie, comme campagne d'essai.")
@click.option("--json", "as_json", is_flag=True, help="Le bilan en JSON, en dernière ligne.")
@DATA
def rehearse(amphi: str, keep: bool, as_json: bool, data: Path) -> int:
    """AMPHI: an id, or a code when there is one such. The exit status: 1 when something is wrong."""
    only_errors()
    out = sys.stderr if as_json else sys.stdout
    with servers_at_hand(data) as addresses:
        outcome = asyncio.run(rehearsed(addresses, Wanted(amphi, keep, data, out)))
    click.echo(outcome.line() if as_json else outcome.sentence())
    return 0 if outcome.verified else 1
