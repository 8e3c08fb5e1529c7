"""Each scenario on a small scale, through Locust itself; thresholds and oracle set its status."""

import shlex
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from loadtests.ground import Ground
from loadtests.playing import Cast, Wanted, play
from loadtests.scenarios import SCENARIOS

DOCTOR = Path(__file__).with_name("doctor.py")
pytestmark = pytest.mark.timeout(900)  # a few seconds each, but on a machine that others use too
AT_ONCE = 3
PATIENCE_S = 60
NEVER = 'all.failures = 0.0\nall."WS choose" = {at_least = 1, p50 = 0.0001}\n'


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("reports")


@pytest.fixture(scope="module")
def statuses(ground: Ground, programs: Cast, lenient: Path, reports: Path) -> dict[str, int]:
    """All scenarios and three that must fail, several at once; the one with a deployment alone."""
    impossible = reports / "impossible.toml"
    impossible.write_text(NEVER)
    doctor = shlex.join([sys.executable, str(DOCTOR)])
    runs = {
        name: Wanted(
            *(12, PATIENCE_S, 3, lenient, reports / name),
            console=name == "choosing",
            enough=True,
        )
        for name in SCENARIOS
    }
    plain = runs["choosing"]._replace(console=False)
    strict = plain._replace(budgets=impossible, reports=reports / "strict")
    doctored = plain._replace(command=doctor, reports=reports / "doctored")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        others = {
            name: pool.submit(play, ground, programs, name, wanted)
            for name, wanted in runs.items()
            if name != "deploy"
        }
        others["strict"] = pool.submit(play, ground, programs, "choosing", strict)
        others["doctored"] = pool.submit(play, ground, programs, "choosing", doctored)
        told = {name: each.result() for name, each in others.items()}
    return told | {"deploy": play(ground, programs, "deploy", runs["deploy"])}


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_a_scenario_is_played_within_its_budgets(name: str, statuses: dict[str, int]) -> None:
    assert statuses[name] == 0


def test_a_budget_that_nobody_can_keep_sets_the_exit_status(statuses: dict[str, int]) -> None:
    assert statuses["strict"] == 1


def test_a_journal_that_others_doctored_sets_the_exit_status(statuses: dict[str, int]) -> None:
    assert statuses["doctored"] == 1


def test_reports_are_written_as_html_and_csv(statuses: dict[str, int], reports: Path) -> None:
    (folder,) = (reports / "choosing").iterdir()
    assert "<html" in (folder / "report.html").read_text().lower()
    header, *rows = (folder / "report_stats.csv").read_text().splitlines()
    assert header.startswith("Type,Name,Request Count,Failure Count")
    assert any(row.startswith("WS,choose,") for row in rows)


def test_no_program_complained(statuses: dict[str, int], ground: Ground) -> None:
    assert ground.complaints() == {}
