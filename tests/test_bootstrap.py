"""The environment makes itself, once, whatever happens while it does."""

import ast
import errno
import os
import shutil
import signal
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from amphi import bootstrap
from tests.small_clone import ROOT, SmallClone, heard

FIRST = "Première mise en place"


@pytest.fixture
def clone(tmp_path: Path) -> SmallClone:
    return SmallClone(tmp_path / "clone")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> SmallClone:
    clone = SmallClone(tmp_path_factory.mktemp("installed") / "clone")
    assert clone.run()[0] == 0
    return clone


def test_a_first_start_makes_the_environment_and_runs_in_it(clone: SmallClone) -> None:
    status, said, progress = clone.run("demo", "--bots", "deux mots")
    assert status == 0
    assert said == {
        "prefix": str(clone.root / ".venv"),
        "words": ["demo", "--bots", "deux mots"],
        "there": ["one"],
    }
    assert FIRST in progress


def test_a_second_start_installs_nothing_and_is_quick(installed: SmallClone) -> None:
    before = time.monotonic()
    status, said, progress = installed.run()
    assert (status, progress) == (0, "")
    assert said["prefix"] == str(installed.root / ".venv")
    assert time.monotonic() - before < 3


def test_the_stamp_is_written_last(clone: SmallClone) -> None:
    """Killed while it installs, a start leaves nothing that looks finished."""
    start = clone.begin()
    while not (clone.root / ".venv").exists():
        assert start.poll() is None
        time.sleep(0.01)
    start.send_signal(signal.SIGKILL)
    start.communicate()
    assert not clone.stamp.exists()
    status, said, progress = clone.run()
    assert (status, said["there"]) == (0, ["one"])
    assert FIRST in progress


def test_of_two_starts_at_once_one_installs_and_the_other_waits(clone: SmallClone) -> None:
    both = [heard(start) for start in [clone.begin(), clone.begin()]]
    assert [status for status, _, _ in both] == [0, 0]
    assert sum(FIRST in progress for _, _, progress in both) == 1


def test_a_wheel_that_is_not_the_one_of_the_lock_is_refused(clone: SmallClone) -> None:
    wheel = clone.wheel("one", "1.0")
    good = wheel.read_bytes()
    wheel.unlink()
    other = clone.wheel("one", "6.6")
    shutil.copy(other, wheel)
    status, said, progress = clone.run()
    assert (status, said) == (1, {})
    assert "l'installation des bibliothèques a échoué" in progress
    assert "Traceback" not in progress
    assert not clone.stamp.exists()
    wheel.write_bytes(good)
    assert clone.run()[0] == 0


def test_tests_need_more_and_programs_are_then_served_too(clone: SmallClone) -> None:
    assert clone.run("test")[1]["there"] == ["one", "two"]
    assert clone.run("demo")[2] == ""


def test_a_changed_lock_makes_the_environment_anew(clone: SmallClone) -> None:
    clone.run()
    clone.lock("run", two="2.0")
    assert clone.run()[1]["there"] == ["two"]


def test_when_uv_does_not_manage_pip_goes_on(clone: SmallClone) -> None:
    tools = clone.root / "tools"
    tools.mkdir()
    (tools / "uv").write_text("#!/bin/sh\nexit 2\n")
    (tools / "uv").chmod(0o755)
    status, said, progress = clone.run(path=f"{tools}:/usr/bin:/bin")
    assert (status, said["there"]) == (0, ["one"])
    assert "pip prend la suite" in progress


def test_a_python_without_venv_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(bootstrap.BootstrapError, match="python3-venv"):
        bootstrap.create(tmp_path)


def test_a_disk_that_is_nearly_full_is_said_before_anything_is_made(
    clone: SmallClone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=12_000_000))
    with pytest.raises(bootstrap.BootstrapError, match="12 Mo libres"):
        bootstrap.prepare(clone.root, "run")
    assert not (clone.root / ".venv").exists()


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "disque plein"), (errno.EACCES, "droit d'écrire"), (errno.EIO, "a échoué")],
)
def test_what_the_machine_refuses_has_its_sentence(number: int, words: str) -> None:
    assert words in bootstrap.sentence_for(OSError(number, "said", "/place"))


def test_a_folder_one_may_not_write_in_has_its_sentence(clone: SmallClone) -> None:
    if os.geteuid() == 0:
        (clone.root / ".cache").write_text("a file in the way")
    else:
        clone.root.chmod(0o555)
    status, _, progress = clone.run()
    assert status == 1
    assert progress.startswith("amphi : ")
    assert "Traceback" not in progress


def test_the_first_lines_can_be_read_by_any_python() -> None:
    """So that an old one can say, in French, which one is wanted."""
    ast.parse((ROOT / "amphi" / "__main__.py").read_text(), feature_version=(3, 4))
    assert "demande Python 3.11" in (ROOT / "amphi" / "__main__.py").read_text()


@pytest.mark.parametrize("name", ["python3.6", "python3.8", "python3.9", "python3.10"])
def test_an_older_python_says_which_one_is_wanted(name: str, clone: SmallClone) -> None:
    found = sorted(Path.home().glob(f".pyenv/versions/{name.removeprefix('python')}.*/bin/python3"))
    python = shutil.which(name, path="/usr/bin:/usr/local/bin") or (str(found[0]) if found else "")
    if not python:
        pytest.skip(f"{name} is not on this machine")
    status, said, progress = clone.run(python=python)
    assert (status, said) == (1, {})
    assert progress.startswith("Amphi demande Python 3.11 ou plus récent")
