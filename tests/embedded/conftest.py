import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from amphi.embedded import binaries
from tests.embedded.holding import ORDINARY, Holder, hold, is_gone

ACCOUNTS = ["ourselves", "ordinary"] if os.geteuid() == 0 else ["ourselves"]


@contextmanager
def a_place() -> Iterator[Path]:
    """An empty folder that every account may pass through."""
    made = Path(tempfile.mkdtemp(prefix="amphi-embedded-"))
    made.chmod(0o711)
    try:
        yield made
    finally:
        for home in re.findall(r"/var/lib/amphi/[0-9a-f-]+", everything_said(made)):
            shutil.rmtree(home, ignore_errors=True)
        shutil.rmtree(made)


def everything_said(place: Path) -> str:
    """The markers of the data folders in it, damaged ones included."""
    return " ".join(marker.read_text() for marker in place.glob("*/amphi-data.json"))


def account(name: str, place: Path) -> int | None:
    """The account that starts the servers, able to write in the place; None: ours."""
    if name == "ourselves":
        return None
    user = pwd.getpwuid(ORDINARY)
    os.chown(place, user.pw_uid, user.pw_gid)
    for program in (binaries.postgres().bin / "postgres", binaries.valkey()):
        reach = ["/bin/sh", "-c", 'test -x "$0"', str(program)]
        if subprocess.run(reach, user=ORDINARY, check=False).returncode:
            pytest.skip(f"an ordinary user cannot enter {program.parent}: clone below /tmp to try")
    return ORDINARY


def end(holder: Holder) -> None:
    if Path(f"/proc/{holder.pid}").exists():
        holder.kill()
    assert all(is_gone(pid) for pid in holder.said.get("pids", []))


@pytest.fixture
def place() -> Iterator[Path]:
    with a_place() as made:
        yield made


@pytest.fixture(params=ACCOUNTS)
def uid(request: pytest.FixtureRequest, place: Path) -> int | None:
    return account(request.param, place)


@pytest.fixture
def start(uid: int | None) -> Iterator[Callable[[Path], Holder]]:
    """Starts servers in processes of their own; those still there at the end are killed."""
    holders: list[Holder] = []

    def begin(data: Path) -> Holder:
        holders.append(hold(data, uid))
        return holders[-1]

    yield begin
    for holder in holders:
        end(holder)


@pytest.fixture(scope="module", params=ACCOUNTS)
def standing(request: pytest.FixtureRequest) -> Iterator[Holder]:
    """Servers that the tests of a module only look at."""
    with a_place() as made:
        holder = hold(made / "data", account(request.param, made))
        yield holder
        end(holder)
