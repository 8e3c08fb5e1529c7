"""Processes that die with us, even when we are killed without a word (kill -9)."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, NamedTuple

from amphi.embedded.accounts import Account, plain_environment
from amphi.embedded.refusals import in_use

PR_SET_PDEATHSIG = 1
LINUX = sys.platform == "linux"
# Loaded before any fork: a child between fork and exec must not load libraries.
LIBC = ctypes.CDLL(None, use_errno=True)


class Launch(NamedTuple):
    """What to start: the command, its account, what it reads, where its words go, how it ends."""

    command: list[str]
    account: Account
    log: Path
    cwd: Path
    farewell: signal.Signals
    stdin: str = ""


def launch(what: Launch) -> subprocess.Popen[bytes]:
    """Start the server as a child in its own session, bound to our life.

    The kernel sends `farewell` when the *thread* that forked ends, so only the main thread may
    start servers.

    Raises:
        RuntimeError: called from another thread.
    """
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("servers are started from the main thread: they die with their thread")
    with what.log.open("ab") as log:
        child = subprocess.Popen(
            what.command,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            cwd=what.cwd,
            env=plain_environment(),
            start_new_session=True,  # the terminal's Ctrl-C is for us; we tell the servers
            preexec_fn=die_with(os.getpid(), what.farewell),  # noqa: PLW1509 - main thread only
            user=what.account.become_user,
            group=what.account.become_group,
            extra_groups=what.account.become_groups,
        )
    feed(child.stdin, what.stdin)
    if not LINUX:
        watch(child.pid, what.farewell)
    return child


def feed(pipe: IO[bytes] | None, text: str) -> None:
    """Give the child its configuration; one that is gone already is noticed by who waits for it."""
    if pipe:
        with contextlib.suppress(BrokenPipeError), pipe:
            pipe.write(text.encode())


def die_with(parent: int, farewell: signal.Signals) -> Callable[[], None] | None:
    """What the child does before it becomes the server; after the change of account, which resets it."""
    if not LINUX:
        return None

    def bind() -> None:
        LIBC.prctl(PR_SET_PDEATHSIG, int(farewell))
        if os.getppid() != parent:  # we died between the fork and this line
            os._exit(1)

    return bind


def watch(child: int, farewell: signal.Signals) -> subprocess.Popen[bytes]:
    """Elsewhere than on Linux: a small process that ends the child once we are gone."""
    here = Path(__file__).with_name("guardian.py")
    command = [sys.executable, str(here), str(os.getpid()), str(child), str(int(farewell))]
    return subprocess.Popen(command, start_new_session=True)


def wait_until_left(data: Path, patience: float) -> None:
    """Wait for the servers of a killed predecessor to leave the folder, which we hold.

    Raises:
        ServersRefused: `data_folder_in_use`, when they do not leave in `patience` seconds.
    """
    give_up = time.monotonic() + patience
    while busy := working_in(data):
        if time.monotonic() > give_up:
            raise in_use(data, str(busy[0]))
        time.sleep(0.05)


def working_in(data: Path) -> list[int]:
    """The processes whose working folder this is: the server and its children (Linux only)."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # gone meanwhile, or not ours to look at
            if (process / "cwd").readlink() == data:
                found.append(int(process.name))
    return found
