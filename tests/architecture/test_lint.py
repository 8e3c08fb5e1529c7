"""ruff and mypy have nothing to say: their configuration, reasons included, is in pyproject.toml."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = ("amphi", "admin_api", "workers", "tests", "deploy")


@pytest.mark.parametrize(
    "words", [("ruff", "check"), ("ruff", "format", "--check"), ("mypy",)], ids=" ".join
)
def test_nothing_to_say(words: tuple[str, ...]) -> None:
    places = CODE if words == ("mypy",) else (".",)
    done = subprocess.run(
        [sys.executable, "-m", *words, *places],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
