"""`python -m tests.faults --long --report FILE`: every step × every blow, as often as asked.

Without `--long`: the pairs that every change is tried with. The exit status: 1 when anything is wrong.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import click

from amphi import embedded
from amphi.live.ports import JournalUnavailable, StoreUnavailable
from tests.faults.matrix import SHORT, Pair, everything
from tests.faults.report import Run, page
from tests.faults.scene import Outcome, StepLost, played
from tests.faults.town import own_servers
from tests.faults.works import works

# What ends a scene before its end, and not the run.
UNFINISHED = (
    *(AssertionError, OSError, StepLost, ExceptionGroup),  # a TimeoutError is an OSError
    *(StoreUnavailable, JournalUnavailable),
)


def main(words: list[str]) -> int:
    asked = _arguments(words)
    pairs = [pair for pair in (everything() if asked.long else SHORT) if asked.only in pair[1]]
    started = time.monotonic()
    with own_servers() as servers, tempfile.TemporaryDirectory(prefix="amphi-faults-") as made:
        folder = asked.keep or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        outcomes, failed = asyncio.run(run(servers, folder, pairs * asked.times))
    command = f"python -m tests.faults{' --long' * asked.long} --times {asked.times}"
    told = page(Run(command, time.monotonic() - started, outcomes, failed))
    if asked.report is not None:
        asked.report.write_text(told, encoding="utf-8")
    wrong = [each for each in outcomes if each.wrong]
    click.echo(f"{len(outcomes)} scenes, {len(wrong)} wrong, {len(failed)} failed")
    return 1 if wrong or failed else 0


def _arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--long", action="store_true", help="every step × every blow")
    parser.add_argument("--times", type=int, default=1, help="how often each")
    parser.add_argument("--only", default="", help="blows whose name holds this")
    parser.add_argument("--report", type=Path, help="a Markdown file to write")
    parser.add_argument("--keep", type=Path, help="a folder for the records and the programs' log")
    return parser.parse_args(words)


async def run(
    servers: embedded.Servers, folder: Path, pairs: Iterable[Pair]
) -> tuple[list[Outcome], list[str]]:
    """One after the other, on the same servers and processes. What failed is told and left behind."""
    outcomes: list[Outcome] = []
    failed: list[str] = []
    async with works(servers, folder / "programs.log") as made:
        for step, blow in pairs:
            try:
                outcome = await played(made, step, blow, folder)
            except UNFINISHED as error:
                failed.append(f"{step}, {blow}: {error!r}")
                click.echo(f"FAILED {failed[-1]}")
                continue
            outcomes.append(outcome)
            verdict = "WRONG " + "; ".join(outcome.wrong) if outcome.wrong else "well"
            click.echo(f"{step:9} {blow:32} {outcome.to_answer_s:5.1f} s  {verdict}")
    return outcomes, failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
