"""One scenario on one ground: an amphi is loaded, Locust plays in a process of its own."""

import os
import shlex
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from loadtests.campaign import Morning
from loadtests.ground import ROOT, Amphi, Failed, Ground, Program
from loadtests.scenarios import SCENARIOS
from loadtests.swarm.crowd import Crowd
from loadtests.swarm.listener import seats

LOOK_S, LONGEST_CHOICE_S = 0.25, 5.0
VERDICT_S = 300.0
HERE = ("--web-host", "127.0.0.1")  # whoever reaches the page may start anything
OWN_COMMAND = shlex.join([sys.executable, "-m", "amphi"])


class Wanted(NamedTuple):
    """How many people for how long; `command` is how the oracle asks for the journal.

    `web`: the port of Locust's page, until somebody ends it. `enough`: over as soon as everything that budgets count has happened often enough.
    """

    people: int
    seconds: int
    turn_seconds: int
    budgets: Path
    reports: Path
    web: int | None = None
    console: bool = True
    enough: bool = False
    command: str = OWN_COMMAND


class Cast(NamedTuple):
    """The programs that serve."""

    conductor: Program
    gateway: Program


def cast(ground: Ground) -> Cast:
    """Conductor, gateway and console, once they answer."""
    playing = Cast(ground.start("conduct"), ground.serve())
    ground.console()
    return playing


def play(ground: Ground, programs: Cast, name: str, wanted: Wanted) -> int:
    """Locust's exit status; its report is told on the error output."""
    interns = max(10, int(wanted.people * 0.6))
    morning = Morning(f"R-{name}", interns, wanted.turn_seconds, "GRACE 3")
    amphi = ground.load(morning, "--publish")
    _half_play(ground, amphi, int(SCENARIOS[name].played * interns))
    report = wanted.reports / f"{name}-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    report.mkdir(parents=True)
    command = _locust(ground, amphi, name, wanted, report)
    playing = subprocess.Popen(
        command,
        cwd=ROOT,
        env=ground.environment,
        stdin=subprocess.DEVNULL,
        start_new_session=True,  # the terminal's Ctrl-C is for us, we tell it
    )
    _deploying(ground, programs, name)
    status = _over(playing, web=wanted.web is not None)
    sys.stderr.write(f"Rapport : {os.path.relpath(report, ROOT)}\n")
    return status


def _over(playing: subprocess.Popen[bytes], *, web: bool) -> int:
    """Locust's exit status. Told to stop, we tell it and wait: its oracle still needs the servers.

    With the page that is how a rehearsal ends.
    """
    try:
        return playing.wait()
    except (KeyboardInterrupt, SystemExit):
        playing.send_signal(signal.SIGINT)  # at SIGTERM it writes no report
        try:
            status = playing.wait(VERDICT_S)
        except subprocess.TimeoutExpired:
            playing.kill()
            raise
        if not web:
            raise
        return status


def _half_play(ground: Ground, amphi: Amphi, choices: int) -> None:
    if choices:
        with Crowd(ground.site) as crowd:
            half_play(crowd, ground, amphi, choices)
            ground.gesture(amphi, "pause", reason="Jusqu'à ce que tout le monde soit là.")
            crowd.leave()


def half_play(crowd: Crowd, ground: Ground, amphi: Amphi, choices: int) -> None:
    """Everybody of the call list comes to a swarm of one process, and that many choose at once."""
    crowd.come(seats(amphi.id, ground.tickets(amphi)))
    ground.gesture(amphi, "start")
    crowd.think(0.0, choices)
    served, end = 0, time.monotonic() + choices * LONGEST_CHOICE_S
    while served < choices:
        time.sleep(LOOK_S)
        served += crowd.report().acknowledged_count
        if time.monotonic() > end:
            raise Failed(f"{served} of {choices} have chosen")
    crowd.think(None)


def _locust(ground: Ground, amphi: Amphi, name: str, wanted: Wanted, report: Path) -> list[str]:
    """The command line, as anybody would type it."""
    people = report / "people.jsonl"
    people.write_text(ground.amphi("ticket", amphi.id, "--everybody"), encoding="utf-8")
    console = ("--console", ground.environment["AMPHI_ADMIN_ORIGIN"])
    return [
        *(sys.executable, "-m", "locust", "-f", str(ROOT / "loadtests" / "locustfile.py")),
        *("--scenario", name, "--host", ground.site, "--amphi", amphi.id, "--offer", amphi.offer),
        *("--people", str(people)),
        *((*console, "--operator-link", ground.operator_link(amphi)) if wanted.console else ()),
        *("--amphi-command", wanted.command),
        *("--budgets", str(wanted.budgets), "--record", str(report / "notes.jsonl")),
        *("--html", str(report / "report.html"), "--csv", str(report / "report")),
        *("--users", str(wanted.people), "--spawn-rate", str(_rate(name, wanted.people))),
        *_until(wanted),
        *(("--until-enough",) if wanted.enough else ()),
        "--only-summary",
    ]


def _until(wanted: Wanted) -> tuple[str, ...]:
    """What begins and ends it: a page, or time."""
    if wanted.web is None:
        return ("--headless", "--run-time", f"{wanted.seconds}s")
    return (*HERE, "--web-port", str(wanted.web))


def _rate(name: str, people: int) -> float:
    """All at once, or within ten seconds."""
    return people if SCENARIOS[name].at_once else max(5.0, people / 10)


def _deploying(ground: Ground, programs: Cast, name: str) -> None:
    """New programs in place of the old ones, each stopped in order, as an upgrade goes."""
    after = SCENARIOS[name].deploy_s
    if after is not None:
        threading.Timer(after, _deploy, (ground, programs)).start()


def _deploy(ground: Ground, programs: Cast) -> None:
    """A second conductor waits before the first one goes; the port is one gateway's at a time."""
    ground.start("conduct")
    programs.gateway.stop()
    ground.serve()
    programs.conductor.stop()
