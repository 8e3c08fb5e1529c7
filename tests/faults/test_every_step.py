"""A choice held still at a step of its decision, a blow, and nobody pays for it (`matrix.py`)."""

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.faults.matrix import SHORT, everything
from tests.faults.scene import played
from tests.faults.steps import STEPS, Step
from tests.faults.town import own_servers
from tests.faults.works import Works, works

# On a machine with many at work each of them may take minutes.
pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    """One loop for the machinery, which outlives each test."""
    with asyncio.Runner() as made:
        yield made


@pytest.fixture(scope="module")
def machinery(runner: asyncio.Runner) -> Iterator[Works]:
    """Servers, proxies, a conductor and a gateway: each test leaves them mended."""
    with ExitStack() as ending:
        servers = ending.enter_context(own_servers())
        folder = Path(ending.enter_context(tempfile.TemporaryDirectory()))
        opened = works(servers, folder / "programs.log")
        made = runner.run(opened.__aenter__())
        ending.callback(lambda: runner.run(opened.__aexit__(None, None, None)))
        yield made


@pytest.mark.parametrize(("step", "blow"), SHORT)
def test_a_blow_at_a_step_costs_nobody_anything(
    step: Step, blow: str, machinery: Works, runner: asyncio.Runner, tmp_path: Path
) -> None:
    outcome = runner.run(played(machinery, step, blow, tmp_path))
    assert outcome.wrong == ()
    assert f"{step} held" in outcome.evidence


def test_the_short_run_has_every_blow_and_every_step_twice() -> None:
    assert {blow for _, blow in SHORT} == {blow for _, blow in everything()}
    steps = [step for step, _ in SHORT]
    assert min(steps.count(step) for step in STEPS) >= 2
