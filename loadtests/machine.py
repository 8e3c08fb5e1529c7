"""What the machine is, and what it is doing besides: no figure means anything without."""

import os
import platform
import resource
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import NoReturn


def raise_open_files() -> int:
    """As many sockets as the system allows this process and its children; that many."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def stop_in_order() -> None:
    """SIGTERM and SIGINT end this process through its `finally`: it has children and folders."""

    def leave(number: int, _: FrameType | None) -> NoReturn:
        sys.exit(128 + number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, leave)


def load_average() -> float:
    """Of the last minute."""
    return round(os.getloadavg()[0], 2)


def now() -> str:
    """For the tables: to the minute, UTC."""
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M")


def described() -> str:
    """Processors, memory, kernel, Python."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return (
        f"{os.cpu_count()} × {_processor()}, {memory:.0f} GiB, "
        f"Linux {platform.release().partition('-')[0]}, Python {platform.python_version()}"
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
