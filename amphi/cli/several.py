"""`amphi serve --workers N`: so many processes on one port, each with its own reader of the feed."""

import os
import signal
import subprocess
import sys
import tempfile
from types import FrameType

import click

from amphi.cli.children import ProgramFails
from amphi.embedded.children import LINUX, die_with, watch
from amphi.http.door import Door, warn_of_a_short_queue
from amphi.http.figures import TOGETHER


def several(count: int, door: Door) -> None:
    """Until SIGTERM or SIGINT, or until one of them ends. Raises ProgramFails.

    Whoever restarts programs (the supervisor of a demonstration, the container's) restarts them all:
    a port half of whose processes are gone would still look alive.
    """
    if not door.alone():
        raise click.ClickException(f"le port {door.port} est déjà pris")
    warn_of_a_short_queue()
    with tempfile.TemporaryDirectory(prefix="amphi-figures-") as figures:
        _serve_together(count, door, {TOGETHER: figures})


def _serve_together(count: int, door: Door, environment: dict[str, str]) -> None:
    gateway = "fast" if door.fast else "plain"
    words = ("--host", door.host, "--port", str(door.port), "--share-port", "--gateway", gateway)
    told_to_stop: list[int] = []

    def stop(number: int, _: FrameType | None) -> None:
        told_to_stop.append(number)
        for worker in workers:
            worker.terminate()

    workers: list[subprocess.Popen[bytes]] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    for _ in range(count):
        workers.append(_started([sys.executable, "-m", "amphi", "serve", *words], environment))  # noqa: PERF401 - `stop` must see each at once
    if not told_to_stop:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)  # `stop` runs within
    by_itself = not told_to_stop
    stop(signal.SIGTERM, None)
    statuses = [worker.wait() for worker in workers]
    if by_itself:
        raise ProgramFails(f"un des {count} processus s'est arrêté : {statuses}")


def _started(command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    worker = subprocess.Popen(
        command,
        env=os.environ | environment,
        start_new_session=True,  # the terminal's Ctrl-C is for us, we tell them
        preexec_fn=die_with(os.getpid(), signal.SIGTERM),  # noqa: PLW1509 - main thread only
    )
    if not LINUX:
        watch(worker.pid, signal.SIGTERM)
    return worker
