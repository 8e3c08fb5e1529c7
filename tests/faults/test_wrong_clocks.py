"""Conductors whose wall clocks are an hour wrong, or are set while a turn runs: nothing changes."""

import asyncio
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from loadtests.history import record
from loadtests.history.journal import Line, lines
from loadtests.history.witness import History
from tests.faults.scene import Scene, a_scene
from tests.faults.town import own_servers
from tests.faults.works import Works, works

# On a machine with many at work each of them may take minutes.
pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]

HOUR_S = 3600
LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
THOUGHT_S = 1.5


class WrongClock:
    """libfaketime in a process, and the file by which its clock is set while it runs."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock"
        self.environment = {
            "LD_PRELOAD": str(LIBRARIES[0]),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def set(self, seconds: int) -> None:
        """From now on; seen by a process that asks the time."""
        self._file.write_text(f"{seconds:+d}\n", encoding="utf-8")
        command = [sys.executable, "-c", "import time; print(time.time())"]
        environment = os.environ | self.environment
        told = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        assert abs(float(told.stdout) - time.time() - seconds) < 60

    def is_in(self, pid: int) -> bool:
        """Whether a process has the wrong clock."""
        return str(LIBRARIES[0]) in Path(f"/proc/{pid}/maps").read_text("utf-8")


needs_libfaketime = pytest.mark.skipif(
    not LIBRARIES, reason="libfaketime is not here (Debian: apt-get install faketime)"
)


@needs_libfaketime
def test_clocks_that_are_wrong_or_set_change_nothing_that_is_charged(tmp_path: Path) -> None:
    """One conductor an hour fast, set back and forth in a turn; then one an hour slow; then fast again."""
    with own_servers() as servers:
        asyncio.run(_played(WrongClock(tmp_path), servers, tmp_path))


async def _played(clock: WrongClock, servers: object, tmp_path: Path) -> None:
    async with works(servers, tmp_path / "programs.log") as made:  # type: ignore[arg-type]
        await _wrong_conductor(made, clock, HOUR_S)
        async with a_scene(made, tmp_path / "record.jsonl", interns=4) as scene:
            await _set_in_the_turn(scene, clock)
            await scene.choose(2, "P2")
            for rank, seconds in ((3, -HOUR_S), (4, HOUR_S)):
                await _taken_over(scene, clock, rank, seconds)
            assert await scene.wrong() == []
            _charged_as_it_was(scene, lines(await scene.texts()))


async def _taken_over(scene: Scene, clock: WrongClock, rank: int, seconds: int) -> None:
    """In the middle of a turn, by a conductor whose clock is two hours from the one before."""
    turn = await scene.turn(rank)
    await asyncio.sleep(THOUGHT_S)
    scene.works.conductor.kill()
    scene.works.conductor.wait()
    await _wrong_conductor(scene.works, clock, seconds)
    await scene.choose(rank, f"P{rank}")
    assert any(turn in text and f'"post":"P{rank}"' in text for text in await scene.texts())


async def _wrong_conductor(made: Works, clock: WrongClock, seconds: int) -> None:
    if made.conductor.poll() is None:
        await asyncio.to_thread(made.end, made.conductor)
    clock.set(seconds)
    made.new_conductor(clock.environment)
    async with asyncio.timeout(30):
        while not clock.is_in(made.conductor.pid):  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.02)


async def _set_in_the_turn(scene: Scene, clock: WrongClock) -> None:
    """Back two hours, and forth again, while the second thinks."""
    await scene.turn(2)
    for seconds in (-HOUR_S, HOUR_S):
        clock.set(seconds)
        await asyncio.sleep(THOUGHT_S / 2)


def _charged_as_it_was(scene: Scene, journal: list[Line]) -> None:
    """Their clocks were wrong, and yet each turn was charged what those who chose saw pass."""
    history = History(record.read_files([scene.path]), journal)
    starts = {line.event["turn"]: line for line in journal if line.kind == "TurnStarted"}
    chosen = [line for line in journal if line.kind == "PostChosen"]
    wrong = {line.term: round((line.at / 1000 - time.time()) / HOUR_S) for line in chosen}
    assert wrong == {1: 1, 2: -1, 3: 1}, json.dumps(wrong)
    credits_ = [line.event["credit_ms"] for line in journal if line.kind == "Thawed"]
    assert max(credits_) < 60_000, "two hours between two clocks are no outage"
    for line in chosen:
        start = starts[line.event["turn"]]
        told = history.known.first_told(start.seq)
        asked = next(
            each for each in history.operations if each.frame["post"] == line.event["post"]
        )
        assert told is not None
        seen = (asked.sent - told) / 1e6
        between = {each.kind for each in journal[start.seq : line.seq]}
        if not between & {
            "Frozen",
            "TurnChanged",
        }:  # nothing was credited; the checker has the rest
            assert line.event["charged_ms"] >= seen - 1
