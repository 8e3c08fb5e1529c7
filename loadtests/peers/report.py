"""What the rounds came to: medians, ratios to the C server of the same rounds, a table in Markdown."""

import os
import platform
import statistics
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from loadtests.peers.crowd import Json

LIMIT, OURS = "C epoll", "Amphi"
BEGIN, END = "<!-- peers: written by python -m loadtests.peers -->", "<!-- end of peers -->"


class Line(NamedTuple):
    """One server's medians; None: not measured."""

    server: str
    last_3000_ms: float | None
    last_5000_ms: float | None
    cpu_us: float | None
    storm_per_s: float | None
    kib_per_socket: float | None
    mix_p50_ms: float | None
    mix_p99_ms: float | None
    missing: int


class Conditions(NamedTuple):
    """When and where."""

    date: str
    rounds: int
    load: str
    welcome_bytes: int
    event_bytes: int


def lines(rounds: Iterable[Json]) -> list[Line]:
    """One for each server, the quickest to the last of 5 000 first."""
    by_server: dict[str, list[Json]] = {}
    for each in rounds:
        by_server.setdefault(each["server"], []).append(each)
    made = [_line(name, figures) for name, figures in by_server.items()]
    return sorted(made, key=lambda line: line.last_5000_ms or float("inf"))


def _line(name: str, figures: list[Json]) -> Line:
    def median(key: str, of: Callable[[Json], float] | None = None) -> float | None:
        found = [of(each) if of else each[key] for each in figures if key in each]
        return statistics.median(found) if found else None

    return Line(
        server=name,
        last_3000_ms=median("fan_3000_ms", lambda each: statistics.median(each["fan_3000_ms"])),
        last_5000_ms=median("fan_5000_ms", lambda each: statistics.median(each["fan_5000_ms"])),
        cpu_us=median("cpu_5000_us"),
        storm_per_s=median("storm_per_s"),
        kib_per_socket=median("bytes_per_socket", lambda each: each["bytes_per_socket"] / 1024),
        mix_p50_ms=median("mix_p50_ms"),
        mix_p99_ms=median("mix_p99_ms"),
        missing=sum(
            int(value)
            for each in figures
            for key, value in each.items()
            if key.endswith(("_missing", "_lost"))
        ),
    )


def table(made: list[Line]) -> str:
    """Markdown; in brackets, times the C server."""
    limit = next((line for line in made if line.server == LIMIT), None)
    rows = [
        (
            "| server | last of 3 000, ms | last of 5 000, ms | CPU µs per message | storm, connections/s"
            " | KiB per socket | mix p50, ms | mix p99, ms |"
        ),
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for line in made:
        name = f"**{line.server}**" if line.server.startswith(OURS) else line.server
        cells = (
            _times(line.last_3000_ms, limit and limit.last_3000_ms),
            _times(line.last_5000_ms, limit and limit.last_5000_ms),
            _times(line.cpu_us, limit and limit.cpu_us),
            _whole(line.storm_per_s),
            _tenth(line.kib_per_socket),
            _tenth(line.mix_p50_ms),
            _tenth(line.mix_p99_ms),
        )
        rows.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def goals(made: list[Line]) -> str:
    """Each goal, and whether this run reached it."""
    of = {line.server: line for line in made}
    if OURS not in of or LIMIT not in of:
        return ""
    ours, limit = of[OURS], of[LIMIT]
    peers = [line for line in made if line.server != LIMIT and not line.server.startswith(OURS)]
    said = []
    for size in ("3000", "5000"):
        mine, least = _figure(ours, f"last_{size}_ms"), _figure(limit, f"last_{size}_ms")
        best = min(_figure(line, f"last_{size}_ms") for line in peers)
        said.append(_goal(f"last of {size} within 1.5 × C", mine / least, 1.5))
        said.append(_goal(f"last of {size} ahead of every peer (best peer = 1)", mine / best, 1.0))
    for peer, what, name in (
        ("Node ws", "storm ahead of Node ws (Node = 1)", "storm_per_s"),
        ("Node ws", "memory per socket below Node ws (Node = 1)", "kib_per_socket"),
        ("nchan", "mix p99 not behind nchan (nchan = 1)", "mix_p99_ms"),
    ):
        if peer in of:
            ratio = _figure(ours, name) / _figure(of[peer], name)
            said.append(_goal(what, 1 / ratio if name == "storm_per_s" else ratio, 1.0))
    return "\n".join(said)


def _goal(what: str, ratio: float, most: float) -> str:
    return f"- {'reached' if ratio <= most else '**not reached**'}: {what}: {ratio:.2f}"


def _figure(line: Line, name: str) -> float:
    value = getattr(line, name)
    return float("nan") if value is None else float(value)


def page(made: list[Line], conditions: Conditions) -> str:
    """`RESULTS.md`."""
    troubled = [f"{line.server} {line.missing}" for line in made if line.missing]
    return "\n".join(
        (
            "# The gateway and its peers",
            "",
            (
                f"Written by `python -m loadtests.peers` on {conditions.date}: {conditions.rounds} rounds,"
                f" each of every server in turn, medians; {os.cpu_count()} cores"
                f" ({platform.machine()}), one for the server and one for the crowd;"
                f" load average {conditions.load} (other work on the machine shows in every line alike:"
                " read the ratios)."
            ),
            "",
            "![Time to the last of 5 000 listeners](peers.svg)",
            "",
            table(made),
            "",
            (
                f"Everybody says the same: a welcome of {conditions.welcome_bytes} bytes to whoever comes,"
                f" events of {conditions.event_bytes} bytes (a choice and the turn that follows). The"
                " crowd is one epoll loop in C (`crowd.c`). *Amphi* is `amphi serve` before PostgreSQL and"
                " Valkey; the clock runs from the commit's XADD into the offer's feed. *Mix*: 30 groups of"
                " 167 sockets, 3 events a second in each, from cause to each socket. *Storm*: a fresh"
                " process, 3 000 sockets, 256 at a time, each with its welcome. A socket's memory is the"
                " process's (PSS), not the kernel's."
            ),
            "",
            f"Messages or sockets lost: {', '.join(troubled) or 'none'}.",
            "",
            "## The goals",
            "",
            goals(made),
            "",
        )
    )


def put_into(document: Path, made: list[Line], conditions: Conditions) -> bool:
    """The table between the two marks of a document that has them."""
    text = document.read_text()
    if BEGIN not in text or END not in text:
        return False
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    caption = (
        f"Medians of {conditions.rounds} rounds in one run ({conditions.date}, two cores, one of them"
        " the server's); in brackets, times a C server. How, and the rest: `loadtests/peers/RESULTS.md`."
    )
    document.write_text(f"{before}{BEGIN}\n{table(made)}\n\n{caption}\n{END}{after}")
    return True


def _times(value: float | None, limit: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.1f} (× {value / limit:.2f})" if limit else f"{value:.1f}"


def _tenth(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"


def _whole(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}".replace(",", " ")
