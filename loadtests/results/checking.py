"""The checks that take long: a journal of 50 000 events, a rehearsal of the largest amphi."""

import json
import subprocess
import sys
import time
from pathlib import Path

from loadtests.campaign import Morning
from loadtests.ground import ROOT, Failed, a_ground
from loadtests.results.figures import Figure

EVENTS, INTERNS = 50_000, 960


def verifying(folder: Path) -> list[Figure]:
    """ "`amphi verify` of 50 000 events", from the database, in a process of its own."""
    with a_ground(folder) as ground:
        made = subprocess.run(
            [sys.executable, "-m", "tests.verify.long_journal", str(EVENTS)],
            cwd=ROOT,
            env=ground.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            raise Failed(made.stderr[-2000:])
        began = time.monotonic()
        report = json.loads(ground.amphi("verify", made.stdout.strip(), "--json"))
        seconds = time.monotonic() - began
    events = report["offers"][0]["events"]
    return [
        Figure(
            "`amphi verify` of 50 000 events, database and start of Python included",
            "≤ 30 s",
            f"{seconds:.1f} s for {events} events, {len(report['problems'])} problems",
            seconds <= 30 and report["ok"] and events >= EVENTS,
            {"seconds": round(seconds, 1), "events": events, "ok": report["ok"]},
        )
    ]


def rehearsing(folder: Path) -> list[Figure]:
    """ "50 bots on real sockets, the others through the inbox, verified" """
    with a_ground(folder) as ground:
        amphi = ground.load(Morning("GRAND", INTERNS))
        said = ground.amphi("rehearse", amphi.id, "--json", "--data", str(folder / "rehearsal"))
    outcome = json.loads(said.splitlines()[-1])
    seconds, sound = outcome["seconds"], outcome["verify"]["ok"]
    return [
        Figure(
            "a rehearsal of the largest amphi (960 interns) at full speed, verified",
            "≤ 60 s",
            f"{seconds} s, {outcome['assigned']} assigned, verified: {sound}",
            seconds <= 60 and sound and outcome["assigned"] == INTERNS,
            outcome,
        )
    ]
