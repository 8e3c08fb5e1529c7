"""`python3 -m amphi loadtest`: a rehearsal under load (loadtests/README.md), in this environment."""

import os
import sys
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[2]


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
    add_help_option=False,
    help="Une répétition sous charge ; les mots qui suivent vont à loadtests.",
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def loadtest(arguments: tuple[str, ...]) -> None:
    """Become `python -m loadtests`, in the folder of the project: same terminal, its exit status."""
    os.chdir(ROOT)
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "loadtests", *arguments])  # noqa: S606 - no shell
