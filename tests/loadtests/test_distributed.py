"""A master and two workers: each intern's ticket to one of them, one verdict for all."""

import subprocess
from pathlib import Path

import pytest

from loadtests.campaign import Morning
from loadtests.ground import ROOT, Ground, free_port
from loadtests.playing import Cast, Wanted, _locust

pytestmark = pytest.mark.timeout(900)
PATIENCE_S = 240
OF_THE_MASTER = ("--html", "--csv", "--users", "--spawn-rate", "--run-time")
ALONE = ("--headless", "--only-summary", "--until-enough")


def test_two_workers_play_one_rehearsal(
    ground: Ground, programs: Cast, lenient: Path, tmp_path: Path
) -> None:
    amphi = ground.load(Morning("R-D", 10, 3, "GRACE 3"), "--publish")
    wanted = Wanted(16, 60, 3, lenient, tmp_path, console=False, enough=True)
    command = _locust(ground, amphi, "slow-readers", wanted, tmp_path)
    port = str(free_port())
    master = [*command, "--master", "--expect-workers", "2", "--master-bind-port", port]
    worker = [*as_worker(command), "--worker", "--master-port", port]
    said = tmp_path / "said"
    with said.open("wb") as log:
        playing = [
            subprocess.Popen(
                words, cwd=ROOT, env=ground.environment, stdin=subprocess.DEVNULL, stderr=log
            )
            for words in (master, worker, worker)
        ]
        try:
            statuses = [each.wait(PATIENCE_S) for each in playing]
        finally:
            for each in playing:
                each.kill()
    assert statuses == [0, 0, 0], [
        each for each in said.read_text().splitlines() if "REFUS" in each
    ]
    assert "Traceback" not in said.read_text()
    assert "WS,choose," in (tmp_path / "report_stats.csv").read_text()


def as_worker(command: list[str]) -> list[str]:
    """How many come, and what is reported, is the master's affair."""
    left, words = [], iter(command)
    for word in words:
        if word in OF_THE_MASTER:
            next(words)
        elif word not in ALONE:
            left.append(word)
    return left
