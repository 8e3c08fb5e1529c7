"""One round of one server: storm, memory, fan-out to 3 000 and to 5 000, the mix of thirty groups."""

import time
from typing import NamedTuple

from loadtests.peers.contestant import Contestant, Running, cpu_s, memory_bytes
from loadtests.peers.crowd import Crowd, Json
from loadtests.peers.install import Installed


class Work(NamedTuple):
    """How much of it."""

    first: int = 3_000
    then: int = 5_000
    events: int = 30
    groups: int = 30
    per_group_s: float = 3.0
    mix_s: float = 8.0
    settle_s: float = 0.5


def measured(contestant: Contestant, installed: Installed, work: Work) -> Json:
    """Figures by name; what could not be done is in `failed`."""
    figures: Json = {"server": contestant.name}
    if contestant.slow:
        work = work._replace(events=work.events // 5, mix_s=work.mix_s / 5)
    try:
        with contestant.running() as running:
            figures |= _crowded(running, installed, work)
        with contestant.running() as running:
            figures |= _mixed(running, installed, work)
    except (RuntimeError, OSError) as failed:
        figures["failed"] = str(failed)
    return figures


def _crowded(running: Running, installed: Installed, work: Work) -> Json:
    crowd = Crowd(installed.program("crowd"), running.address, installed.folder)
    try:
        return _storm_and_fan(running, crowd, work)
    finally:
        crowd.leave()


def _storm_and_fan(running: Running, crowd: Crowd, work: Work) -> Json:
    paths = [running.path(0)]
    crowd.say(running.refreshed())
    crowd.connect(1, paths)  # the room is open, the interpreter warm
    time.sleep(work.settle_s)
    before = memory_bytes(running.pid)
    storm = crowd.connect(work.first - 1, paths)
    figures = {"storm_per_s": storm["connected"] / storm["ms"] * 1000, "storm_lost": storm["lost"]}
    figures |= _fan(running, crowd, work, work.first)
    crowd.say(running.refreshed())
    crowd.connect(work.then - work.first, paths)
    time.sleep(work.settle_s)
    figures["bytes_per_socket"] = (memory_bytes(running.pid) - before) / (work.then - 1)
    return figures | _fan(running, crowd, work, work.then)


def _fan(running: Running, crowd: Crowd, work: Work, sockets: int) -> Json:
    time.sleep(work.settle_s)
    crowd.fan(running.events([0] * 3))
    before = cpu_s(running.pid)
    told = crowd.fan(running.events([0] * work.events))
    cpu = cpu_s(running.pid) - before
    return {
        f"fan_{sockets}_ms": told["last_ms"],
        f"fan_{sockets}_missing": told["missing"],
        f"cpu_{sockets}_us": cpu / (work.events * sockets) * 1e6,
        "event_bytes": told["event_bytes"],
    }


def _mixed(running: Running, installed: Installed, work: Work) -> Json:
    groups = list(range(1, work.groups + 1))
    crowd = Crowd(installed.program("crowd"), running.address, installed.folder)
    try:
        crowd.say(running.refreshed())
        crowd.connect(work.then, [running.path(group) for group in groups])
        time.sleep(work.settle_s)
        rounds = int(work.mix_s * work.per_group_s)
        # the crowd counts paths from 0, the groups of the mix are 1 to 30
        events = [
            event._replace(group=event.group - 1) for event in running.events(groups * rounds)
        ]
        told = crowd.mix(events, work.groups * work.per_group_s)
    finally:
        crowd.leave()
    return {f"mix_{name}": value for name, value in told.items()}
