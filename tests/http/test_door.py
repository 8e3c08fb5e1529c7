"""Whether the kernel lets as many wait at the door as come at once after a restart."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from amphi.gateway.sockets import plain_options
from amphi.http import door


@pytest.mark.parametrize(("allowed", "warned"), [("128\n", True), ("16384\n", False)])
def test_a_queue_that_the_kernel_cuts_short_is_told(
    allowed: str, warned: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(door, "SOMAXCONN", tmp_path / "somaxconn")
    door.SOMAXCONN.write_text(allowed)
    with capture_logs() as logs:
        door.warn_of_a_short_queue()
    told = [(each["log_level"], each["setting"], each["allowed"]) for each in logs]
    assert told == ([("warning", "net.core.somaxconn", int(allowed))] if warned else [])


def test_where_nobody_tells_nothing_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(door, "SOMAXCONN", tmp_path / "none")
    with capture_logs() as logs:
        door.warn_of_a_short_queue()
    assert logs == []


def test_what_is_warned_of_is_what_is_asked_for() -> None:
    assert plain_options()["backlog"] == door.BACKLOG
