"""`python -m tests.simulation`: many runs, one after the other, in one process (French on the terminal)."""

import argparse
import gc
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

from tests.simulation.ablations import ABLATIONS, Ablation
from tests.simulation.runs import Outcome, Total, listening, run

ROOT = Path(__file__).resolve().parents[2]
TELL_EVERY = 1_000
COLLECT_EVERY = 200
MOST_FAILURES = 20


def main(words: list[str] | None = None) -> int:
    """The exit status: 1 when an invariant did not hold."""
    given = _parser().parse_args(words)
    ablation = ABLATIONS[given.without] if given.without else Ablation()
    with ExitStack() as stack:
        stack.enter_context(listening())
        stack.enter_context(ablation.in_force())
        if given.trace:
            return _show(run(given.seed, ablation.prepare, keep=True))
        again = f" --without {shlex.quote(given.without)}" if given.without else ""
        return _many(range(given.seed, given.seed + given.seeds), ablation, again)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="simulate-faults", description="Le cœur réel, sur des serveurs simulés et en panne."
    )
    parser.add_argument("--seeds", type=int, default=1_000, help="Nombre de graines.")
    parser.add_argument("--seed", type=int, default=0, help="La première graine.")
    parser.add_argument("--without", choices=sorted(ABLATIONS), help="Une ablation à détecter.")
    parser.add_argument("--trace", action="store_true", help="Toute la trace de la graine donnée.")
    return parser


def _many(seeds: Sequence[int], ablation: Ablation, again: str) -> int:
    """Collected by hand: the tasks of a run are cycles, and a run is short.

    `again`: what else must be said to play a failure again.
    """
    total, began = Total(), time.monotonic()
    signal.signal(
        signal.SIGTERM, signal.default_int_handler
    )  # told to stop, it tells how far it is
    gc.disable()
    with suppress(KeyboardInterrupt):
        for seed in seeds:
            outcome = run(seed, ablation.prepare)
            total.add(outcome)
            if outcome.violation is not None:
                _tell_the_failure(outcome, again)
            if total.runs % COLLECT_EVERY == 0:
                gc.collect()
            if len(seeds) > 1 and total.runs % TELL_EVERY == 0:
                print(total.told(time.monotonic() - began, ""), file=sys.stderr, flush=True)  # noqa: T201 - idem
            if len(total.failures) >= MOST_FAILURES:
                break
    gc.enable()
    print(total.told(time.monotonic() - began, _commit()))  # noqa: T201 - a command prints
    return 1 if total.failures else 0


def _tell_the_failure(outcome: Outcome, again: str) -> None:
    print(f"GRAINE {outcome.seed} : {outcome.violation} ({outcome.what})")  # noqa: T201 - idem
    words = f"simulate-faults --seed {outcome.seed} --trace{again}"
    print(f"  à rejouer : python3 -m amphi {words}")  # noqa: T201 - idem


def _show(outcome: Outcome) -> int:
    print("\n".join(outcome.lines))  # noqa: T201 - idem
    print(f"{outcome.violation or 'tout concorde'} : trace {outcome.digest}")  # noqa: T201 - idem
    return 0 if outcome.violation is None else 1


def _commit() -> str:
    """Which code was run; nothing when this is no clone."""
    said = subprocess.run(
        ["git", "rev-parse", "--short=12", "HEAD"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return said.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
