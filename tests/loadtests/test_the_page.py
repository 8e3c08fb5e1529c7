"""Locust's page, as whoever rehearses sees it: started, started again, ended with a verdict."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect, sync_playwright

from loadtests.ground import ROOT, free_port
from tests.browser.conftest import FLAGS, chromium_path

__all__ = ["chromium_path"]
pytestmark = pytest.mark.timeout(900)
PATIENCE_S = 300
ROWS = ("welcome", "push", "choose", "command start")


@pytest.fixture
def page(chromium_path: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=list(FLAGS))
        yield browser.new_page()
        browser.close()


def opened(page: Page, port: int, rehearsing: subprocess.Popen[bytes]) -> None:
    """As soon as somebody listens."""
    for _ in range(PATIENCE_S):
        assert rehearsing.poll() is None, "the rehearsal is over before it began"
        try:
            page.goto(f"http://127.0.0.1:{port}/")
        except Exception:  # noqa: BLE001 - nobody listens yet, in the browser's own words
            page.wait_for_timeout(1_000)
        else:
            return
    raise AssertionError("nobody listens")


def test_a_rehearsal_is_started_twice_and_ended_from_the_terminal(
    page: Page, tmp_path: Path
) -> None:
    port = free_port()
    command = [sys.executable, "-m", "loadtests", "--people", "16", "--turn-seconds", "3"]
    options = ["--web", "--web-port", str(port), "--reports", str(tmp_path)]
    with (tmp_path / "log").open("wb") as log:
        rehearsing = subprocess.Popen(
            [*command, *options],
            cwd=ROOT,
            env=os.environ | {"AMPHI_NO_BOOTSTRAP": "1"},
            stderr=log,
            start_new_session=True,
        )
    try:
        opened(page, port, rehearsing)
        page.get_by_role("button", name="Start").click()
        heard(page, *ROWS)
        page.get_by_role("button", name="Stop").click()
        again(page, f"http://127.0.0.1:{port}")
    finally:
        os.killpg(rehearsing.pid, signal.SIGINT)  # Ctrl-C
        status = rehearsing.wait(PATIENCE_S)  # with its verdict
    said = (tmp_path / "log").read_text()
    assert "rien à redire à l'histoire" in said or "REFUSÉ" in said, said[-3_000:]
    assert "histoire :" not in said
    assert "amphi verify :" not in said
    assert status == ("REFUSÉ" in said)  # of time alone, on a machine that others use too
    (report,) = (each for each in tmp_path.iterdir() if each.is_dir())
    assert "welcome" in (report / "report.html").read_text()
    assert "WS,welcome" in (report / "report_stats.csv").read_text()


def again(page: Page, address: str) -> None:
    """As its button does, once the first run is over; with tickets anew everybody is welcome again."""
    for _ in range(PATIENCE_S):
        if page.request.get(f"{address}/stats/requests").json()["state"] == "stopped":
            break
        page.wait_for_timeout(1_000)
    page.request.post(f"{address}/swarm", form={"user_count": "16", "spawn_rate": "8"})
    for _ in range(PATIENCE_S):
        told = page.request.get(f"{address}/stats/requests").json()
        counts = {each["name"]: each["num_requests"] for each in told["stats"]}
        if "command start" not in counts and counts.get("welcome", 0) >= 9:
            # A turn of three seconds may be over before a choice is there, and only that may fail.
            errors = [each for each in told["errors"] if each["name"] != "choose refused"]
            assert not errors
            return
        page.wait_for_timeout(1_000)
    raise AssertionError("the second run does not begin")


def row_of(page: Page, name: str) -> Locator:
    return page.locator("tr", has=page.get_by_role("cell", name=name, exact=True))


def heard(page: Page, *names: str) -> None:
    """Requests of the WebSocket, by name, none of which failed."""
    for name in names:
        row = row_of(page, name)
        expect(row).to_have_count(1, timeout=PATIENCE_S * 1_000)
        expect(row.locator("td").nth(0)).to_have_text("WS")
        expect(row.locator("td").nth(3)).to_have_text("0")
