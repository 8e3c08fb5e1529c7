"""`amphi servers`: addresses that work, until told to stop."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from amphi.bootstrap import lock_for

ROOT = Path(__file__).resolve().parents[2]


def test_servers_of_the_environment_are_told_and_kept_until_sigterm(
    database_url: str, redis_url: str, tmp_path: Path
) -> None:
    theirs = {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
    command = [sys.executable, "-m", "amphi", "servers", "--data", str(tmp_path)]
    with subprocess.Popen(
        command, cwd=ROOT, env=dict(os.environ) | theirs, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        told = json.loads(child.stdout.readline())
        assert told["REDIS_URL"] == redis_url
        assert told["DATABASE_URL"].startswith("postgresql+asyncpg://")
        assert child.poll() is None
        child.send_signal(signal.SIGTERM)
        assert child.wait(60) == 0


def test_the_loadtest_command_is_the_rehearsal_with_its_status() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "amphi", "loadtest", "--help"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert "--scenario" in done.stdout
    refused = subprocess.run(
        [sys.executable, "-m", "amphi", "loadtest", "--scenario", "nope"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert refused.returncode == 2


def test_a_rehearsal_needs_what_the_tests_need() -> None:
    assert lock_for(["loadtest", "--scenario", "all"]) == lock_for(["test"]) == "dev"
