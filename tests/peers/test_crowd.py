"""The crowd in C before the C server: whoever measures counts right."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from loadtests.peers.contestant import Texts
from loadtests.peers.crowd import Crowd, Event
from loadtests.peers.install import C_SOURCES, Installed
from loadtests.peers.measure import Work, measured
from loadtests.peers.others import Other, RunningOther, _c

TEXTS = Texts('{"type":"welcome","view":"' + "x" * 2_000 + '"}', '{"type":"event","seq":{seq}}')
SMALL = Work(first=20, then=50, events=5, groups=3, per_group_s=20.0, mix_s=0.5, settle_s=0.1)

pytestmark = pytest.mark.skipif(shutil.which("gcc") is None, reason="needs a C compiler")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Compiled without a warning."""
    made = Installed(tmp_path_factory.mktemp("peers"))
    for name, source in C_SOURCES.items():
        flags = ("-O2", "-Wall", "-Wextra", "-Werror")
        subprocess.run(["gcc", *flags, "-o", made.program(name), source], check=True)
    return made


@pytest.fixture
def server(installed: Installed) -> Iterator[RunningOther]:
    with Other("C epoll", _c, installed, TEXTS).running() as running:
        yield running


@pytest.fixture
def crowd(installed: Installed, server: RunningOther, tmp_path: Path) -> Iterator[Crowd]:
    made = Crowd(installed.program("crowd"), server.address, tmp_path)
    yield made
    made.leave()


def test_everybody_comes_in_and_has_the_snapshot(crowd: Crowd, server: RunningOther) -> None:
    told = crowd.connect(40, [server.path(0)], in_flight=7)
    assert (told["connected"], told["lost"]) == (40, 0)
    assert told["snapshot_bytes"] == len(TEXTS.welcome)


def test_each_event_is_heard_by_everybody(crowd: Crowd, server: RunningOther) -> None:
    crowd.connect(40, [server.path(0)])
    told = crowd.fan(server.events([0] * 5), pause_ms=1)
    assert told["missing"] == 0
    assert len(told["last_ms"]) == 5
    assert min(told["last_ms"]) > 0


def test_an_event_of_one_group_is_not_anothers(crowd: Crowd, server: RunningOther) -> None:
    crowd.connect(40, [server.path(1), server.path(2)])
    events = [Event(each.group - 1, each.seq, each.cause) for each in server.events([1, 2, 1])]
    told = crowd.mix(events, 50.0)
    assert (told["messages"], told["missing"]) == (60, 0)
    assert 0 < told["p50_ms"] <= told["p99_ms"] <= told["max_ms"]


def test_a_whole_round_has_every_figure(installed: Installed) -> None:
    figures = measured(Other("C epoll", _c, installed, TEXTS), installed, SMALL)
    assert "failed" not in figures, figures
    assert figures["fan_20_missing"] == figures["fan_50_missing"] == figures["mix_missing"] == 0
    assert figures["storm_lost"] == 0
    assert figures["storm_per_s"] > 0
