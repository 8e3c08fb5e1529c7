"""`python3 -m amphi loadtest`: a rehearsal under load on this machine, from nothing to a report.

    python3 -m amphi loadtest --scenario choosing               300 people, one minute
    python3 -m amphi loadtest --scenario all --people 1000      every scenario, one after the other
    python3 -m amphi loadtest --scenario stampede --web         with Locust's page on port 8089

Servers and programs of its own are started, an amphi is loaded, Locust plays, budgets and the
oracle set the exit status. For an installation elsewhere see loadtests/README.md.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from loadtests.ground import ROOT, a_ground
from loadtests.machine import raise_open_files, stop_in_order
from loadtests.playing import Wanted, cast, play
from loadtests.scenarios import SCENARIOS


def main(words: list[str]) -> int:
    """The exit status: 1 when a budget was not kept or the oracle found something."""
    asked = _arguments().parse_args(words)
    raise_open_files()
    stop_in_order()
    names = sorted(SCENARIOS) if asked.scenario == "all" else [asked.scenario]
    statuses = {name: _rehearsed(name, asked) for name in names}
    for name, status in statuses.items():
        sys.stderr.write(f"{name} : {'tenu' if status == 0 else 'NON TENU'}\n")
    return max(statuses.values())


def _rehearsed(name: str, asked: argparse.Namespace) -> int:
    """On servers of its own."""
    wanted = Wanted(
        *(asked.people, asked.seconds, asked.turn_seconds),
        budgets=asked.budgets,
        reports=asked.reports,
        web=asked.web_port if asked.web else None,
    )
    sys.stderr.write(f"{name} : {SCENARIOS[name].says}\n")
    with tempfile.TemporaryDirectory(prefix="amphi-load-") as made, a_ground(Path(made)) as ground:
        status = play(ground, cast(ground), name, wanted)
        complaints = ground.complaints()
    for line, often in complaints.items():
        sys.stderr.write(f"JOURNAL D'UN PROGRAMME : {often} × {line}\n")
    return 1 if complaints else status


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python3 -m amphi loadtest", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--scenario", choices=[*sorted(SCENARIOS), "all"], default="choosing")
    parser.add_argument("--people", type=int, default=300, help="personnes en tout")
    parser.add_argument("--seconds", type=int, default=60, help="durée, sans la page web")
    parser.add_argument("--turn-seconds", type=int, default=6, help="durée d'un tour")
    parser.add_argument("--web", action="store_true", help="page de Locust, jusqu'à Ctrl-C")
    parser.add_argument("--web-port", type=int, default=8089, help="port de cette page")
    parser.add_argument("--budgets", type=Path, default=ROOT / "loadtests" / "budgets.toml")
    parser.add_argument(
        "--reports", type=Path, default=ROOT / "var" / "loadtests", help="dossier des rapports"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
