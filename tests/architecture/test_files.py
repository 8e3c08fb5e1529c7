"""Names, sizes and locks."""

import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ROOT / "amphi" / "locks"
NO_NAMES = {"utils", "util", "manager", "managers", "helper", "helpers", "common", "misc", "data"}
NOT_OURS = {".venv", ".cache", ".git", ".mypy_cache", ".ruff_cache", ".pytest_cache"}
LONGEST = 300


@cache
def python_files() -> tuple[Path, ...]:
    return tuple(
        path
        for path in sorted(ROOT.rglob("*.py"))
        if not NOT_OURS & set(path.relative_to(ROOT).parts)
    )


def test_no_module_has_a_name_that_says_nothing() -> None:
    nameless = {
        str(path.relative_to(ROOT))
        for path in python_files()
        for part in path.relative_to(ROOT).with_suffix("").parts
        if part.removeprefix("test_") in NO_NAMES
    }
    assert nameless == set()


def test_no_file_is_longer_than_three_hundred_lines() -> None:
    long = {
        str(path.relative_to(ROOT)): length
        for path in python_files()
        if (length := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    }
    assert long == {}


@pytest.mark.parametrize("lock", sorted(LOCKS.glob("*.lock")), ids=lambda path: path.name)
def test_a_lock_holds_no_address_and_a_hash_for_every_version(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index" not in text
    assert " @ " not in text
    requirements = re.split(r"\n(?=\S)", text.strip())
    assert [one for one in requirements if "==" not in one or "--hash=sha256:" not in one] == []


def names(text: str) -> set[str]:
    """Names and versions of a lock, without hashes."""
    return {line.removesuffix(" \\") for line in text.splitlines() if line[:1].isalnum()}


def test_the_tests_run_with_the_very_versions_the_programs_run_with() -> None:
    run, dev = ((LOCKS / f"{name}.lock").read_text(encoding="utf-8") for name in ("run", "dev"))
    assert names(run) <= names(dev)


def test_the_project_file_names_what_the_lock_was_made_from() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = (LOCKS / "run.in").read_text(encoding="utf-8").split()
    assert set(project["project"]["dependencies"]) == set(wanted)


def test_the_rules_may_not_look_at_a_clock() -> None:
    """The ban of pyproject.toml bites in amphi/rules and nowhere else."""
    faults = {place: lint(place) for place in ("amphi/rules/probe.py", "amphi/live/probe.py")}
    assert faults["amphi/rules/probe.py"] == 4
    assert faults["amphi/live/probe.py"] == 0


def lint(place: str) -> int:
    """How often ruff reports a banned name in a file that would stand at this place."""
    probe = (
        "import random\nimport time\nfrom datetime import datetime\nfrom uuid import uuid4\n"
        "print(random.random(), time.time(), datetime.now(), uuid4())\n"
    )
    said = subprocess.run(
        [
            "ruff",
            "check",
            "--select",
            "TID251",
            "--output-format",
            "concise",
            "--stdin-filename",
            place,
        ],
        input=probe,
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
        env={"PATH": str(ROOT / ".venv" / "bin")},
    )
    return said.stdout.count("TID251")
