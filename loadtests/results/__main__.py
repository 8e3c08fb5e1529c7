"""`python -m loadtests.results`: see the package's page."""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from loadtests.machine import load_average, raise_open_files, stop_in_order
from loadtests.results import acknowledging, checking, kept, rushing, surviving
from loadtests.results.figures import Figure

MEASUREMENTS: dict[str, Callable[[Path], list[Figure]]] = {
    "many-offers": acknowledging.many_offers,
    "one-offer": acknowledging.one_offer,
    "rush": rushing.rush,
    "take-over": surviving.take_overs,
    "flush": surviving.flush,
    "timers": surviving.timers,
    "verify": checking.verifying,
    "rehearsal": checking.rehearsing,
}


def main(words: list[str]) -> int:
    """The exit status: 1 when a figure measured now is not kept."""
    asked = _arguments().parse_args(words)
    raise_open_files()
    stop_in_order()
    done = {} if asked.fresh else kept.read()
    wanted = asked.only or [name for name in MEASUREMENTS if name not in done]
    results = [figure for name in wanted for figure in _measured(name)]
    if asked.write:
        kept.write(list(MEASUREMENTS))
    return 0 if all(each.kept for each in results) else 1


def _measured(name: str) -> list[Figure]:
    load, began = load_average(), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="amphi-results-") as folder:
        figures = MEASUREMENTS[name](Path(folder))
    seconds = time.monotonic() - began
    kept.keep(name, figures, load, seconds)
    for each in figures:
        verdict = "kept" if each.kept else "NOT KEPT"
        sys.stdout.write(f"{name}: {each.what}\n  {each.goal}: {verdict}. {each.found}\n")
    sys.stdout.write(f"  ({seconds:.0f} s; load average before: {load})\n")
    sys.stdout.flush()
    return figures


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m loadtests.results")
    parser.add_argument("--only", nargs="+", choices=list(MEASUREMENTS), help="these, again")
    parser.add_argument("--fresh", action="store_true", help="everything again")
    parser.add_argument("--write", action="store_true", help="loadtests/RESULTS.md as well")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
