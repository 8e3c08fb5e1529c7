"""`amphi serve --workers 2`: two processes on one port, counted and stopped together; a stranger's port refused."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

from amphi.cli import run
from amphi.cli.children import listening
from amphi.embedded import free_port
from amphi.http.door import BACKLOG, SOMAXCONN


def children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def sockets_of(pid: int) -> set[str]:
    """The inodes of its sockets."""
    found = set()
    for each in Path(f"/proc/{pid}/fd").iterdir():
        try:
            found.add(str(each.readlink()))
        except FileNotFoundError:  # closed in between
            continue
    return {each.removeprefix("socket:[").rstrip("]") for each in found if "socket" in each}


def listeners(port: int) -> set[str]:
    """The inodes of the sockets that listen there."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return {words[9] for words in lines if words[1].endswith(f":{port:04X}") and words[3] == "0A"}


@contextmanager
def two_workers(
    port: int, database_url: str, redis_url: str, **more: str
) -> Iterator[subprocess.Popen[bytes]]:
    environment = more | {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "AMPHI_SITE_ORIGIN": f"http://127.0.0.1:{port}",
        "AMPHI_SECRET_KEY": "x" * 40,
        "AMPHI_WORKERS": "2",
    }
    command = [sys.executable, "-m", "amphi", "serve", "--port", str(port)]
    kept = subprocess.PIPE if more else None
    with subprocess.Popen(command, env=os.environ | environment, stdout=kept) as parent:
        try:
            yield parent
        finally:
            if parent.poll() is None:
                parent.kill()


async def both_listen(port: int) -> set[str]:
    await listening(port)
    async with asyncio.timeout(60):
        while len(found := listeners(port)) < 2:  # noqa: ASYNC110 - the kernel's table has no event
            await asyncio.sleep(0.1)
    return found


async def test_two_processes_share_a_port_and_stop_together(
    database_url: str, redis_url: str
) -> None:
    port = free_port(8400, explicit=False)
    with two_workers(port, database_url, redis_url) as parent:
        listening_sockets = await both_listen(port)
        workers = children(parent.pid)
        assert len(workers) == 2
        for worker in workers:
            assert listening_sockets & sockets_of(worker)
        parent.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(parent.wait, 60) == 0
    for worker in workers:
        with pytest.raises(ProcessLookupError):
            os.kill(worker, 0)


def allowed_by_the_kernel() -> int:
    return int(SOMAXCONN.read_text())


def left_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def asked(port: int, path: str) -> str:
    """On a connection of its own: the kernel deals them out."""
    with urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
        return str(answer.read().decode())


async def test_whoever_is_asked_tells_the_figures_of_both(
    database_url: str, redis_url: str, tmp_path: Path
) -> None:
    port = free_port(8400, explicit=False)
    with two_workers(port, database_url, redis_url, TMPDIR=str(tmp_path)) as parent:
        await both_listen(port)
        for _ in range(12):
            assert await asyncio.to_thread(asked, port, "/healthz") == '{"alive":true}'
            assert await asyncio.to_thread(asked, port, "/readyz") == '{"ready":true}'
        told = [await asyncio.to_thread(asked, port, "/metrics") for _ in range(12)]
        parent.send_signal(signal.SIGTERM)
        said, _ = await asyncio.to_thread(parent.communicate, None, 60)
    count = 'amphi_http_answers_total{method="GET",route="/healthz",status="200"} 12.0'
    assert all(count in each for each in told), told[0]
    assert all('amphi_http_seconds_count{route="/readyz"} 12.0' in each for each in told)
    assert left_in(tmp_path) == []
    warned = allowed_by_the_kernel() < BACKLOG
    assert said.count(b"short_queue") == (1 if warned else 0)


async def test_when_one_ends_by_itself_all_do(database_url: str, redis_url: str) -> None:
    port = free_port(8400, explicit=False)
    with two_workers(port, database_url, redis_url) as parent:
        await both_listen(port)
        first, second = children(parent.pid)
        os.kill(first, signal.SIGKILL)
        assert await asyncio.to_thread(parent.wait, 60) == 1
    with pytest.raises(ProcessLookupError):
        os.kill(second, 0)


def test_a_strangers_port_is_not_shared(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in (
        ("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none"),
        ("REDIS_URL", "redis://127.0.0.1:1"),
        ("AMPHI_SITE_ORIGIN", "http://127.0.0.1:1"),
        ("AMPHI_SECRET_KEY", "x" * 40),
    ):
        monkeypatch.setenv(name, value)
    with socket.socket() as stranger:
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        port = str(stranger.getsockname()[1])
        assert run(["serve", "--port", port, "--workers", "2"]) == 1
    assert f"le port {port} est déjà pris" in capsys.readouterr().err
