"""Ports of this machine: probed exclusively, because SO_REUSEPORT would hide a second clone."""

import atexit
import socket
import sys
from collections.abc import Iterator

from amphi.embedded.refusals import port_busy

TRIED = 200

_claimed: dict[int, socket.socket] = {}  # by port, until this process ends, whatever ends it


def free_port(preferred: int, explicit: bool, host: str = "127.0.0.1") -> int:
    """The port to listen on: `preferred`, or the next free one above it.

    Args:
        preferred: the port wanted first, 1-65535.
        explicit: somebody asked for this very port; then a busy one is refused, not replaced.
        host: the address that will be listened on.

    Raises:
        ServersRefused: `port_busy`.
    """
    candidates = [preferred] if explicit else list(ports_from(preferred))
    for port in candidates:
        if is_free(port, host):
            return port
    raise port_busy(preferred)


def claimed_port(preferred: int, explicit: bool) -> int:
    """As `free_port`, for a child to listen on later: until this process ends nobody else claims it.

    Between the probe and the child's bind lie seconds, in which a second clone would be given the
    same port, and its bots sent to our site.

    Raises:
        ServersRefused: `port_busy`.
    """
    for port in [preferred] if explicit else ports_from(preferred):
        if is_free(port) and _claim(port):
            return port
    raise port_busy(preferred)


def _claim(port: int) -> bool:
    """Ours from now on: the kernel gives a name of its abstract space once, and takes it back.

    Elsewhere than on Linux there is no such space, and only the probe protects.
    """
    if port in _claimed:
        return True
    mark = socket.socket(socket.AF_UNIX)
    try:
        if sys.platform == "linux":
            mark.bind(f"\0amphi-port-{port}")
    except OSError:
        mark.close()
        return False
    _claimed[port] = mark
    atexit.register(mark.close)
    return True


def ports_from(preferred: int) -> Iterator[int]:
    """The ports tried, in order."""
    yield from range(preferred, min(preferred + TRIED, 65536))


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether nobody listens there, nor shares the port.

    Without SO_REUSEPORT a listener that has it still makes the bind fail; SO_REUSEADDR only forgives
    the connections that linger after a stop.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError:
            return False
    return True
