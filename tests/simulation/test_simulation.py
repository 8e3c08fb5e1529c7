"""The core as it is holds on simulated servers that fail; a run is its seed and nothing else."""

import asyncio
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import amphi.cli
from amphi.cli import simulate_faults as command_line
from tests.simulation.hard_days import a_restart_that_nobody_saw, out_of_breath
from tests.simulation.runs import Outcome, Prepare, listening, run
from tests.simulation.virtual_loop import Stuck, VirtualLoop

ROOT = Path(__file__).resolve().parents[2]
SEEDS = 1_000
AT_ONCE = 125
BUSY = range(7, 11)  # some seeds with faults of several kinds


def played(seed: int) -> Outcome:
    with listening():
        return run(seed)


@pytest.mark.parametrize("first", range(0, SEEDS, AT_ONCE))
def test_no_invariant_is_violated_whatever_fails(first: int) -> None:
    with listening():
        outcomes = [run(seed) for seed in range(first, first + AT_ONCE)]
    wrong = {each.seed: (each.violation, each.what) for each in outcomes if each.violation}
    assert wrong == {}
    assert sum(each.choices for each in outcomes) > AT_ONCE


@pytest.mark.parametrize(
    "seed",
    [
        1977,
        6364,
        9468,
        16599,
        22382,
        23512,
        24082,
        28372,
        31893,
        33584,
        37048,
        38182,
        23456,
        25099,
        68086,
        74982,
        98823,
        58920,
        100830,
        103115,
        146554,
        168606,
    ],
)
def test_seeds_that_once_failed_do_so_no_more(seed: int) -> None:
    assert played(seed).violation is None


@pytest.mark.parametrize("setting", [out_of_breath, a_restart_that_nobody_saw])
def test_on_hard_days_no_invariant_is_violated_either(setting: Prepare) -> None:
    seeds = [*range(AT_ONCE), 1282]
    with listening():
        wrong = {seed: found for seed in seeds if (found := run(seed, setting).violation)}
    assert wrong == {}


def test_a_seed_is_a_run() -> None:
    first = [played(seed).digest for seed in BUSY]
    assert [played(seed).digest for seed in BUSY] == first
    assert len(set(first)) == len(first)


def test_a_seed_is_the_same_run_in_another_process() -> None:
    here = [played(seed).digest for seed in BUSY]
    script = (
        "from tests.simulation.runs import listening, run\n"
        f"with listening():\n    print(*[run(seed).digest for seed in {BUSY!r}])"
    )
    for hash_seed in ("1", "2"):
        said = subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert said.stdout.split() == here


def simulate(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "amphi", "simulate-faults", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_tells_what_it_made() -> None:
    said = simulate("--seeds", "3", "--seed", "7")
    assert said.returncode == 0, said.stderr
    assert "3 graines" in said.stdout
    assert "aucune violation" in said.stdout


def test_a_failure_names_the_seed_that_plays_it_again() -> None:
    without = ("--without", "without the command-id look-up")
    said = simulate("--seeds", "20", *without)
    assert said.returncode == 1
    words = shlex.split(said.stdout.split("à rejouer : ")[1].splitlines()[0])
    assert words[:4] == ["python3", "-m", "amphi", "simulate-faults"]
    first, again = (simulate(*words[4:]) for _ in range(2))
    assert "accepted_then_refused" in first.stdout
    assert first.returncode == 1
    assert again.stdout == first.stdout


def test_without_a_clone_there_is_nothing_to_play(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command_line, "ROOT", tmp_path)
    assert amphi.cli.run(["simulate-faults"]) == 2
    assert "depuis un clone" in capsys.readouterr().err


async def _for_ever() -> None:
    await asyncio.get_running_loop().create_future()


def test_a_run_that_waits_in_vain_ends() -> None:
    loop = VirtualLoop()
    with pytest.raises(Stuck):
        loop.run(_for_ever())
