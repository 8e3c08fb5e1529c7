"""PostgreSQL's disk is full in the middle of the choices: nothing is accepted, nobody is late."""

import asyncio
import errno
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest

from amphi import embedded
from tests.faults.scene import Scene, a_scene
from tests.faults.town import own_servers
from tests.faults.works import Works, works

# On a machine with many at work each of them may take minutes.
pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]

INTERNS = 24  # enough rows that some table must grow
ROOM = 24 * 2**20
FULL = b"No space left on device"


@contextmanager
def on_a_small_disk(servers: embedded.Servers) -> Iterator[Path]:
    """PostgreSQL's data on a tmpfs with a little room; afterwards where they were, as they were."""
    server, data = servers.postgres, servers.postgres.data
    aside = data.with_name("postgres.aside")
    server.stop()
    owner = data.stat()
    data.rename(aside)
    data.mkdir(mode=0o700)
    size = sum(each.lstat().st_blocks * 512 for each in aside.rglob("*")) + ROOM
    options = f"size={size},mode=0700,uid={owner.st_uid},gid={owner.st_gid}"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", data], check=True)
    try:
        subprocess.run(["cp", "-a", f"{aside}/.", data], check=True)
        server.restart()
        yield data
        server.stop()
    finally:
        server.kill()
        subprocess.run(["umount", "-l", data], check=True)
        data.rmdir()
        aside.rename(data)


def may_mount() -> bool:
    """Tried, in a mount namespace that is gone again at once."""
    if os.geteuid() or not shutil.which("unshare"):
        return False
    tried = ["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0


def fill(disk: Path) -> Path:
    """To the last byte."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        block = b"\1" * 65_536
        while len(block):
            try:
                file.write(block)
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
                block = block[: len(block) // 2]
    return ballast


@pytest.mark.skipif(not may_mount(), reason="a tmpfs needs root, and the right to mount")
def test_a_full_disk_stops_the_clocks_and_nothing_else(tmp_path: Path) -> None:
    with own_servers() as servers, on_a_small_disk(servers) as disk:
        asyncio.run(_played(servers, disk, tmp_path))


async def _played(servers: embedded.Servers, disk: Path, tmp_path: Path) -> None:
    async with (
        works(servers, tmp_path / "programs.log") as made,
        a_scene(made, tmp_path / "record.jsonl", INTERNS) as scene,
    ):
        async with asyncio.TaskGroup() as choosing:
            for rank in range(2, INTERNS + 1):
                choosing.create_task(_choose(scene, rank))
            ballast = fill(disk)
            await _refuses_to_grow(made)
            await scene.people[0].until(lambda page: page.state == "frozen")
            assert FULL in servers.postgres._log.read_bytes()
            await asyncio.sleep(2)
            ballast.unlink()
            if not servers.postgres.alive:  # it may give up altogether when its log cannot grow
                servers.postgres.restart()
        assert await scene.wrong() == []


async def _choose(scene: Scene, rank: int) -> None:
    """With half a second of thought: the disk is filled meanwhile."""
    await scene.turn(rank)
    await asyncio.sleep(0.1)
    await scene.choose(rank, f"P{rank}")


async def _refuses_to_grow(made: Works) -> None:
    try:
        await made.sql(
            "CREATE TABLE probe AS SELECT repeat('x', 1000) FROM generate_series(1, 1e5)"
        )
    except (asyncpg.DiskFullError, OSError, asyncpg.PostgresConnectionError):
        return
    raise AssertionError("the disk is not full")
