"""`amphi servers`: the embedded PostgreSQL and Valkey alone, for programs started one by one."""

import json
import signal
from pathlib import Path

import click

from amphi.cli.at_hand import DATA, servers_of_our_own
from amphi.cli.logs import only_errors
from amphi.embedded import remove

STOPS = (signal.SIGINT, signal.SIGTERM)


@click.command(help="Tient PostgreSQL et Valkey embarqués en route, jusqu'à Ctrl-C.")
@click.option("--scratch", is_flag=True, help="Tout est jeté à la fin, données comprises.")
@DATA
def servers(data: Path, scratch: bool) -> None:
    """One line of JSON with DATABASE_URL and REDIS_URL, then nothing until told to stop.

    With DATABASE_URL or REDIS_URL in the environment that server is theirs and not started here.
    """
    only_errors()
    with servers_of_our_own(data) as addresses:
        # Only now: a child started with these blocked could not be told to stop itself.
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
        click.echo(json.dumps(addresses.environment))
        signal.sigwait(STOPS)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
    if scratch:
        remove(data)
