"""Folders that are refused, and left as they were."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from amphi import embedded
from amphi.embedded import accounts
from tests.embedded.conftest import a_place
from tests.embedded.holding import ORDINARY, UNNAMED, hold, snapshot

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="another account can only be tried by root")


def refusal(data: Path) -> embedded.ServersRefused:
    with pytest.raises(embedded.ServersRefused) as caught:
        embedded.start(data, environment={})
    return caught.value


@pytest.fixture(scope="module")
def used() -> Iterator[Path]:
    """A data folder that was used and left in order."""
    with a_place() as made:
        embedded.start(made / "data", environment={}).stop()
        yield made / "data"


@pytest.fixture
def copy(used: Path, place: Path) -> Path:
    """A copy of it to damage, servers' files included."""
    target = place / "data"
    subprocess.run(["cp", "-a", str(used), str(target)], check=True)
    return target


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:40])


def point(data: Path, home: str) -> None:
    marker = json.loads((data / "amphi-data.json").read_text()) | {"home": home}
    (data / "amphi-data.json").write_text(json.dumps(marker))


DAMAGES: dict[str, Callable[[Path], object]] = {
    "the cluster is gone": lambda data: shutil.rmtree(data / "postgres"),
    "its version is gone": lambda data: (data / "postgres" / "PG_VERSION").unlink(),
    "it has another version": lambda data: (data / "postgres" / "PG_VERSION").write_text("12\n"),
    "its control file is cut": lambda data: cut(data / "postgres" / "global" / "pg_control"),
    "the store is gone": lambda data: shutil.rmtree(data / "valkey"),
    "the passwords are gone": lambda data: (data / "passwords.json").unlink(),
    "the passwords are cut": lambda data: cut(data / "passwords.json"),
    "the marker is no JSON": lambda data: (data / "amphi-data.json").write_text("{"),
    "the pointer leads nowhere": lambda data: point(data, "/var/lib/amphi/nowhere"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_folder_is_refused_and_left_untouched(damage: str, copy: Path) -> None:
    DAMAGES[damage](copy)
    before = snapshot(copy)
    refused = refusal(copy)
    assert refused.code == "data_folder_damaged"
    assert str(copy) in str(refused)
    assert snapshot(copy) == before


def test_a_folder_that_is_whole_is_not_refused(copy: Path) -> None:
    """The control: what the damages are made to starts without them."""
    with embedded.start(copy, environment={}) as servers:
        assert servers.postgres.alive


def test_a_folder_with_somebody_elses_files_is_refused_and_left_untouched(place: Path) -> None:
    (place / "data").mkdir()
    (place / "data" / "thesis.odt").write_text("three years of work")
    before = snapshot(place)
    refused = refusal(place / "data")
    assert refused.code == "data_folder_foreign"
    assert "thesis.odt" in str(refused)
    assert snapshot(place) == before
    assert [path.name for path in (place / "data").iterdir()] == ["thesis.odt"]


def test_a_cluster_of_somebody_elses_is_refused_and_left_untouched(copy: Path) -> None:
    before = snapshot(copy / "postgres")
    assert refusal(copy / "postgres").code in {"data_folder_foreign", "data_folder_not_writable"}
    assert snapshot(copy / "postgres") == before


def test_a_file_is_no_data_folder(place: Path) -> None:
    (place / "data").write_text("a file")
    assert refusal(place / "data").code == "data_folder_foreign"
    assert (place / "data").read_text() == "a file"


def test_a_folder_below_a_file_cannot_be_made(place: Path) -> None:
    (place / "file").write_text("a file")
    assert refusal(place / "file" / "data").code == "data_folder_not_writable"


@AS_ROOT
def test_an_ordinary_user_is_told_where_it_may_not_write(place: Path) -> None:
    assert hold(place / "data", ORDINARY).said["code"] == "data_folder_not_writable"


@AS_ROOT
def test_the_folder_of_another_user_is_refused(place: Path) -> None:
    (place / "data").mkdir()
    os.chown(place / "data", ORDINARY, -1)
    assert refusal(place / "data").code == "data_folder_foreign"


@AS_ROOT
def test_an_account_without_a_name_is_told_what_to_do(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "UNSHARE", "/nowhere/unshare")  # as where it is forbidden
    said = hold(place / "data", UNNAMED).said
    assert said["code"] == "account_unknown"
    assert "65533" in said["sentence"]
