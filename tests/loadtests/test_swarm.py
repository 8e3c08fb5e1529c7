"""The swarm at a scale where everything can be counted."""

import json
import time
from collections import Counter
from pathlib import Path

import pytest

from loadtests.campaign import Morning
from loadtests.ground import Ground
from loadtests.playing import Cast, half_play
from loadtests.swarm.__main__ import main
from loadtests.swarm.crowd import Crowd
from loadtests.swarm.listener import seats

pytestmark = pytest.mark.timeout(900)
PATIENCE_S = 60.0


def test_everybody_is_greeted_hears_every_choice_and_comes_back(
    ground: Ground, programs: Cast
) -> None:
    amphi = ground.load(Morning("ESSAIM", 12, turn_seconds=600), "--start")
    chairs = seats(amphi.id, ground.tickets(amphi), 30)
    with Crowd(ground.site, processes=2) as crowd:
        came = crowd.come(chairs)
        assert came.greetings["welcome"] == len(came.greeted_ms) == 30
        crowd.think(0.01, 3)
        acknowledged, heard = 0, Counter[int]()
        end = time.monotonic() + PATIENCE_S
        while (acknowledged < 3 or by_all(heard) < 3) and time.monotonic() < end:
            told, events = crowd.heard(0.5)
            acknowledged += told.acknowledged_count
            for each in events:
                heard[each.seq] += each.listeners
            assert (told.gaps, dict(told.refused)) == (0, {})
        assert acknowledged >= 3
        assert by_all(heard) >= 3
        back = crowd.cut(within_s=0.1)
        assert (crowd.here, back.gaps) == (30, 0)
        assert back.greetings["resumed"] >= 30
        assert crowd.cpu_s > 0
        crowd.leave()


def by_all(heard: Counter[int]) -> int:
    """How many events all thirty have heard: their deliveries may fall into two reports."""
    return sum(listeners == 30 for listeners in heard.values())


def test_half_an_amphi_is_played_and_no_more(ground: Ground, programs: Cast) -> None:
    amphi = ground.load(Morning("MOITIÉ", 10, turn_seconds=600), "--publish")
    with Crowd(ground.site) as crowd:
        half_play(crowd, ground, amphi, 5)
        crowd.leave()
    lines = ground.amphi("journal", amphi.offer).splitlines()
    assert sum(json.loads(line)["event"]["kind"] == "PostChosen" for line in lines) == 5


def test_the_command_tells_one_line_and_its_status(
    ground: Ground, programs: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    amphi = ground.load(Morning("LIGNE", 10, turn_seconds=600), "--start")
    people = tmp_path / "people.jsonl"
    people.write_text(ground.amphi("ticket", amphi.id, "--everybody"))
    there = ["--address", ground.site, "--amphi", amphi.id, "--people", str(people)]
    assert main([*there, "--sockets", "20", "--seconds", "3", "--jitter", "0.1"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["greeted"], told["resumed"], told["gaps"]) == (20, 20, 0)
