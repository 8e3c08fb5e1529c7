"""`python3 -m amphi simulate-faults`: the real core on simulated servers, from seeds.

The simulation stands with the tests: it is part of a clone, not of an installed program, and
nothing of `amphi` imports it.
"""

import os
import sys
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[2]


@click.command(
    name="simulate-faults",
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
    help="Joue des amphithéâtres sur des serveurs simulés qui tombent en panne, graine par graine.",
)
@click.option(
    "--seeds",
    type=click.IntRange(min=1),
    default=1_000,
    show_default=True,
    help="Nombre de graines.",
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="La première graine."
)
@click.option("--without", default=None, help="Une ablation, que la simulation doit détecter.")
@click.option("--trace", is_flag=True, help="Toute la trace d'une seule graine.")
def simulate_faults(seeds: int, seed: int, without: str | None, trace: bool) -> None:
    """Become the simulation, in the folder of the project; its exit status: 1 for a violation."""
    if not (ROOT / "tests" / "simulation" / "__main__.py").exists():
        raise click.UsageError(
            "la simulation n'est pas installée avec le programme : elle se lance depuis un clone."
        )
    words = ["--seeds", str(seeds), "--seed", str(seed)]
    words += ["--without", without] if without else []
    words += ["--trace"] if trace else []
    os.chdir(ROOT)
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "tests.simulation", *words])  # noqa: S606 - no shell
