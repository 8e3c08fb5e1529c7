"""Another process that holds a data folder: as ourselves, or as an ordinary user when we are root."""

import json
import os
import pwd
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from amphi import embedded

ORDINARY = pwd.getpwnam("nobody").pw_uid  # any account but root that has a name
UNNAMED = 65533


class Holder(NamedTuple):
    """The process, and what it said: addresses and pids, or the refusal's code and sentence."""

    pid: int
    said: dict[str, Any]
    leave: int

    def stop(self) -> None:
        """Let it stop its servers in order, and wait."""
        os.close(self.leave)
        os.waitpid(self.pid, 0)

    def kill(self) -> None:
        """No word, no time to tidy up."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.leave)


def hold(data: Path, uid: int | None = None) -> Holder:
    """Start the servers of the folder in a process of their own, under the account `uid`.

    A fork rather than a program: an ordinary user cannot run a Python that lives below /root.
    """
    hear, tell = os.pipe()
    wait, leave = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(hear)
        os.close(leave)
        in_the_child(lambda: serve(data, tell, wait), uid)
    os.close(tell)
    os.close(wait)
    with os.fdopen(hear) as answer:
        said = json.loads(answer.readline() or '{"code": "nothing"}')
    return Holder(pid, said, leave)


def in_the_child(work: Callable[[], None], uid: int | None) -> None:
    """Never returns: pytest goes on in the parent only."""
    try:
        if uid is not None:
            os.setgroups([])
            os.setgid(uid)
            os.setuid(uid)
        work()
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        raise
    finally:
        os._exit(0)


def serve(data: Path, tell: int, wait: int) -> None:
    try:
        servers = embedded.start(data, environment={})
    except embedded.ServersRefused as refused:
        os.write(tell, json.dumps({"code": refused.code, "sentence": str(refused)}).encode())
        return
    said = {
        "database": servers.database_url.replace("+asyncpg", ""),
        "redis": servers.redis_url,
        "pids": [servers.postgres.pid, servers.valkey.pid],
        "ports": [servers.postgres.port, servers.valkey.port],
    }
    os.write(tell, json.dumps(said).encode() + b"\n")
    os.read(wait, 1)
    servers.stop()


def is_gone(pid: int, patience: float = 10.0) -> bool:
    """Whether the process has ended within `patience` seconds."""
    give_up = time.monotonic() + patience
    while time.monotonic() < give_up:
        if not Path(f"/proc/{pid}").exists():
            return True
        time.sleep(0.02)
    return False


def snapshot(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file below with its size and content, to see that nothing was touched."""
    return {
        str(path.relative_to(folder)): (path.stat().st_size, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "lock"
    }
