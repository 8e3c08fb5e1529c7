"""What every server of the comparison is asked for, whatever it is written in."""

import os
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, Protocol

from loadtests.peers.crowd import Address, Event

SERVER_CORE, CROWD_CORE = 0, 1
START_S = 60.0


class Texts(NamedTuple):
    """What all say: our own welcome, and one of our own event frames with `{seq}` in it."""

    welcome: str
    event: str


class Contestant(Protocol):
    """`groups` are numbered from 0; group 0 alone is joined unless a mix is wanted."""

    name: str
    slow: bool  # so slow that it is given a fifth of the work

    @contextmanager
    def running(self) -> Iterator["Running"]:
        """A fresh process, or several, on one core."""


class Running(Protocol):
    """While it runs."""

    @property
    def address(self) -> Address: ...

    @property
    def pid(self) -> int: ...

    def path(self, group: int) -> str:
        """Where one joins a group. Group 0 is the crowd's; 1 to 30 are the mix's."""

    def events(self, groups: Iterable[int]) -> list[Event]:
        """One for each, in this order, to be caused in this order."""

    def refreshed(self) -> list[Event]:
        """To be caused before others come, so that they find a snapshot."""


def on_core(pid: int, core: int) -> None:
    """Where there are two cores, who serves and who measures have one each."""
    if len(os.sched_getaffinity(0) | {core}) > 1 and (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(pid, {core})


def tree(pid: int) -> list[int]:
    """The process and those it started."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(each for child in children for each in tree(int(child)))]


def memory_bytes(pid: int) -> int:
    """What they hold, shared pages counted once (PSS)."""
    return sum(_pss(each) for each in tree(pid))


def cpu_s(pid: int) -> float:
    """Processor time so far, in user and in kernel mode."""
    return sum(_ticks(each) for each in tree(pid)) / os.sysconf("SC_CLK_TCK")


def _pss(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def _ticks(pid: int) -> int:
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(after_name[11]) + int(after_name[12])


def until_listening(port: int, child: subprocess.Popen[bytes]) -> None:
    """Looked up in the kernel's table: a connection to try would be work for the server."""
    end = time.monotonic() + START_S
    wanted = f":{port:04X} "
    while time.monotonic() < end and child.poll() is None:
        if any(_listens(line, wanted) for line in Path("/proc/net/tcp").read_text().splitlines()):
            return
        time.sleep(0.05)
    raise RuntimeError(f"nobody listens on {port}: {child.args!r}")


def _listens(line: str, wanted: str) -> bool:
    words = line.split()
    return len(words) > 3 and words[3] == "0A" and f"{words[1]} ".endswith(wanted)
