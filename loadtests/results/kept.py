"""What has been measured, kept from one run to the next, and written as a page for people."""

import json
import subprocess
from typing import Any

from loadtests.ground import ROOT
from loadtests.machine import described, load_average, now
from loadtests.results.figures import Figure

KEPT = ROOT / "var" / "loadtests" / "results.json"
PAGE = ROOT / "loadtests" / "RESULTS.md"
Json = dict[str, Any]

HEAD = """\
# What the core held

Every line of the table is measured by one command, on loopback, with PostgreSQL, Valkey, conductor,
gateway and the clients all on the same machine:

    python3 -m amphi test --version                     # once: sets up the environment
    .venv/bin/python -m loadtests.results --fresh --write

Without `--fresh` a run goes on where the last one stopped; `--only` measures one line again. A load
average well above zero before a measurement means that others used the two cores meanwhile: such a
line says what held all the same, not what can be reached. Clocks that are wrong by an hour are tried in
`tests/faults/`, the gateway beside its peers in `loadtests/peers/`.

"""


def read() -> Json:
    """By measurement; empty when there is none yet."""
    return json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}


def keep(name: str, figures: list[Figure], load: float, seconds: float) -> None:
    """At once: a run that is cut short goes on from there."""
    kept = read()
    kept[name] = {
        "at": now(),
        "commit": _commit(),
        "load_before": load,
        "load_after": load_average(),
        "seconds": round(seconds),
        "machine": described(),
        "figures": [each._asdict() for each in figures],
    }
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    KEPT.write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")


def write(order: list[str]) -> None:
    """loadtests/RESULTS.md, from what is kept."""
    kept = read()
    measured = [name for name in order if name in kept]
    machines = sorted({kept[name]["machine"] for name in measured})
    lines = [HEAD, *(f"Machine: {each}.\n" for each in machines), "\n", *_table(kept, measured)]
    PAGE.write_text("".join(lines), encoding="utf-8")


def _table(kept: Json, names: list[str]) -> list[str]:
    head = "| what | goal | measured | kept | `--only` | date (UTC) | load average before |\n"
    lines = [head, "|---|---|---|---|---|---|---|\n"]
    for name in names:
        one = kept[name]
        lines += [_line(name, one, figure) for figure in one["figures"]]
    return lines


def _line(name: str, one: Json, figure: Json) -> str:
    cells = [
        *(figure["what"], figure["goal"], figure["found"], "yes" if figure["kept"] else "**no**"),
        *(f"`{name}`", one["at"], str(one["load_before"])),
    ]
    return f"| {' | '.join(cells)} |\n"


def _commit() -> str:
    """Short; empty outside a repository."""
    said = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return said.stdout.strip()
