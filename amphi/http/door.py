"""Where a program with thousands of sockets listens, and what Python must not do meanwhile."""

import gc
import socket
from pathlib import Path
from typing import NamedTuple

import structlog

BACKLOG = 16_384  # "Backlog at least 16 384": after a restart everybody comes at once
SOMAXCONN = Path("/proc/sys/net/core/somaxconn")

log = structlog.get_logger()


class Door(NamedTuple):
    """Where `amphi serve` listens. `shared`: others of the same listen there too (SO_REUSEPORT)."""

    host: str
    port: int
    fast: bool = True
    shared: bool = False

    def sockets(self) -> list[socket.socket] | None:
        """To listen on; None: whoever serves makes its own, alone on its port."""
        if not self.shared:
            return None
        made = socket.socket(socket.AF_INET6 if ":" in self.host else socket.AF_INET)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        made.bind((self.host, self.port))
        return [made]

    def alone(self) -> bool:
        """Whether nobody listens there yet: SO_REUSEPORT would let us in beside a stranger."""
        with socket.socket(socket.AF_INET6 if ":" in self.host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.port))
            except OSError:
                return False
        return True


def warn_of_a_short_queue() -> None:
    """The kernel cuts a longer backlog to its own limit without a word.

    Whoever does not fit is not answered, and tries again after a second, then three, then seven.
    """
    try:
        allowed = int(SOMAXCONN.read_text())
    except OSError:  # not Linux: nobody tells
        return
    if allowed < BACKLOG:
        log.warning("short_queue", setting="net.core.somaxconn", allowed=allowed, wanted=BACKLOG)


def collect_seldom() -> None:
    """Thousands of sockets are hundreds of thousands of objects that live as long as they do.

    Python would look through all of them again and again while they come (a quarter of the work of a
    connection), and stop everybody for it. What a closed socket leaves behind in cycles may wait.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
