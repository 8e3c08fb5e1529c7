"""`python -m loadtests.swarm --sockets N`: push latency and storms, as one line of JSON.

    python -m loadtests.swarm --sockets 5000                     servers and programs of its own
    python -m loadtests.swarm --sockets 5000 --address http://host:port --amphi ID --people FILE

Phases: everybody comes (welcome times), nothing happens (memory per socket), one choice after the
other (acknowledgement, first and last delivery of each event), all links are cut (resume).
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from loadtests.campaign import Morning
from loadtests.ground import Ground, Program, a_ground
from loadtests.machine import raise_open_files, stop_in_order
from loadtests.people import read
from loadtests.swarm.crowd import Crowd
from loadtests.swarm.listener import Seat, seats
from loadtests.swarm.tally import Delivery, Tally, spread

Json = dict[str, Any]
IDLE_S = 3.0


class Place(NamedTuple):
    """`gateway` None: not ours, its memory cannot be read."""

    address: str
    seats: list[Seat]
    gateway: Program | None = None
    ground: Ground | None = None


def main(words: list[str]) -> int:
    """The exit status: 1 when somebody was not greeted, or a number was missed."""
    asked = _arguments().parse_args(words)
    raise_open_files()
    with _place(asked) as place, Crowd(place.address, asked.processes) as crowd:
        told = measured(crowd, place, asked)
        if place.ground is not None:
            told["complaints"] = place.ground.complaints()
            told["verify"] = json.loads(place.ground.amphi("verify", "--json"))["ok"]
    sys.stdout.write(json.dumps(told) + "\n")
    return 0 if told["greeted"] == told["resumed"] == asked.sockets and not told["gaps"] else 1


def measured(crowd: Crowd, place: Place, asked: argparse.Namespace) -> Json:
    """The four phases."""
    before = place.gateway.rss_bytes if place.gateway else 0
    began = time.monotonic()
    came = crowd.come(place.seats)
    welcome_s = time.monotonic() - began
    time.sleep(IDLE_S)
    held = (place.gateway.rss_bytes - before) / asked.sockets if place.gateway else 0
    heard = _choosing(crowd, asked)
    began = time.monotonic()
    back = crowd.cut(asked.jitter)
    return {
        "sockets": asked.sockets,
        "greeted": came.greetings["welcome"],
        "welcome_s": round(welcome_s, 2),
        "welcome_ms": spread(came.greeted_ms),
        "rss_bytes_per_socket": round(held),
        **heard,
        "resumed": back.greetings["resumed"],
        "resume_s": round(time.monotonic() - began, 2),
        "resume_ms": spread(back.greeted_ms),
        "gaps": heard["gaps"] + back.gaps,
        "closed": dict(came.closed + back.closed),
    }


def _choosing(crowd: Crowd, asked: argparse.Namespace) -> Json:
    cpu = crowd.cpu_s
    crowd.think(asked.think)
    told, events = crowd.heard(asked.seconds)
    crowd.think(None)
    return pushes(told, events, asked.sockets) | {"client_cpu_s": round(crowd.cpu_s - cpu, 2)}


def pushes(told: Tally, events: list[Delivery], sockets: int) -> Json:
    """Of events that everybody has heard: those at the edges of the time are left out."""
    whole = [each for each in events if each.listeners == sockets]
    return {
        "acknowledged_ms": spread(told.acknowledged_ms),
        "events": len(whole),
        "first_to_last_ms": spread([each.first_to_last_ms for each in whole]),
        "decided_to_last_ms": spread([each.decided_to_last_ms for each in whole]),
        "refused": dict(told.refused),
        "gaps": told.gaps,
    }


@contextmanager
def _place(asked: argparse.Namespace) -> Iterator[Place]:
    """Somebody's installation, or one that is founded and thrown away."""
    if asked.address:
        tickets = read(Path(asked.people))
        yield Place(asked.address, seats(asked.amphi, tickets, asked.sockets))
        return
    with tempfile.TemporaryDirectory(prefix="amphi-swarm-") as made, a_ground(Path(made)) as ground:
        ground.start("conduct")
        gateway = ground.serve()
        amphi = ground.load(Morning("ESSAIM", asked.interns, turn_seconds=600), "--start")
        chairs = seats(amphi.id, ground.tickets(amphi), asked.sockets)
        yield Place(ground.site, chairs, gateway, ground)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m loadtests.swarm", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--sockets", type=int, default=1000)
    parser.add_argument("--interns", type=int, default=300, help="of an amphi founded here")
    parser.add_argument("--processes", type=int, default=1, help="of the swarm")
    parser.add_argument("--seconds", type=float, default=10.0, help="of choosing")
    parser.add_argument("--think", type=float, default=0.2, help="seconds before each choice")
    parser.add_argument("--jitter", type=float, default=2.0, help="seconds to come back within")
    parser.add_argument("--address", help="http://host:port of an installation")
    parser.add_argument("--amphi", help="id of a running amphi there")
    parser.add_argument("--people", help="what `amphi ticket AMPHI --everybody` printed there")
    return parser


if __name__ == "__main__":
    stop_in_order()
    sys.exit(main(sys.argv[1:]))
