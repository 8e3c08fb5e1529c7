"""Servers that keep their data, die with us, and are held by one process at a time."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest
import redis

from amphi.embedded import accounts
from tests.embedded.holding import UNNAMED, Holder, hold, is_gone

Start = Callable[[Path], Holder]


async def write(holder: Holder) -> None:
    connection = await asyncpg.connect(holder.said["database"])
    await connection.execute("CREATE TABLE kept AS SELECT 'été' AS word")
    await connection.close()
    with redis.Redis.from_url(holder.said["redis"]) as client:
        client.set("kept", "été")
        client.wait(0, 100)


async def read(holder: Holder) -> tuple[str, str]:
    connection = await asyncpg.connect(holder.said["database"])
    word = await connection.fetchval("SELECT word FROM kept")
    await connection.close()
    with redis.Redis.from_url(holder.said["redis"], decode_responses=True) as client:
        return word, str(client.get("kept"))


async def test_data_are_kept_between_starts(place: Path, start: Start) -> None:
    first = start(place / "data")
    await write(first)
    first.stop()
    assert all(is_gone(pid) for pid in first.said["pids"])
    assert await read(start(place / "data")) == ("été", "été")


def may_have_a_name() -> bool:
    """Root, on a machine where everybody may make a user namespace."""
    command = [accounts.UNSHARE, "--user", f"--map-user={accounts.NOBODY}", "--", "/usr/bin/id"]
    tried = Path(accounts.UNSHARE).exists() and os.geteuid() == 0
    if not tried:
        return False
    asked = subprocess.run(command, user=UNNAMED, capture_output=True, check=False)
    return asked.returncode == 0


@pytest.mark.skipif(not may_have_a_name(), reason="this machine forbids user namespaces")
async def test_an_account_without_a_name_has_servers_too(place: Path) -> None:
    os.chown(place, UNNAMED, UNNAMED)
    first = hold(place / "data", UNNAMED)
    await write(first)
    first.stop()
    second = hold(place / "data", UNNAMED)
    assert await read(second) == ("été", "été")
    assert (place / "data" / "postgres").stat().st_uid == UNNAMED
    second.stop()


async def test_servers_die_with_a_parent_that_is_killed(place: Path, start: Start) -> None:
    first = start(place / "data")
    await write(first)
    first.kill()
    second = start(place / "data")  # at once: it waits for the others to leave
    assert "database" in second.said, second.said
    assert all(is_gone(pid) for pid in first.said["pids"])
    word, _ = await read(second)
    assert word == "été"


def test_a_second_start_on_a_folder_is_refused_with_the_pid_that_holds_it(
    place: Path, start: Start
) -> None:
    first = start(place / "data")
    second = start(place / "data")
    assert second.said["code"] == "data_folder_in_use"
    assert f"processus {first.pid} " in second.said["sentence"]


async def test_two_clones_run_side_by_side(place: Path, start: Start) -> None:
    holders = [start(place / name) for name in ("one", "other")]
    ports = [port for holder in holders for port in holder.said["ports"]]
    assert len(set(ports)) == 4
    for holder in holders:
        await write(holder)
