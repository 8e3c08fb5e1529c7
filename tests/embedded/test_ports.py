"""Ports: a busy one is seen, whoever holds it and however it shares."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from amphi import embedded


def listening(*options: int) -> socket.socket:
    taken = socket.socket()
    for option in options:
        taken.setsockopt(socket.SOL_SOCKET, option, 1)
    taken.bind(("127.0.0.1", 0))
    taken.listen()
    return taken


@pytest.fixture(params=[(), (socket.SO_REUSEADDR, socket.SO_REUSEPORT)], ids=["plain", "shared"])
def busy(request: pytest.FixtureRequest) -> Iterator[int]:
    with listening(*request.param) as taken:
        yield int(taken.getsockname()[1])


def test_an_explicit_port_that_is_busy_is_refused(busy: int) -> None:
    with pytest.raises(embedded.ServersRefused, match=str(busy)) as caught:
        embedded.free_port(busy, explicit=True)
    assert caught.value.code == "port_busy"


def test_a_default_port_that_is_busy_gives_the_next_free_one(busy: int) -> None:
    assert busy < embedded.free_port(busy, explicit=False) <= busy + 200


def test_a_free_port_is_taken_as_it_is() -> None:
    with listening() as taken:
        port = int(taken.getsockname()[1])
    assert embedded.free_port(port, explicit=True) == port


CLAIM = """
import sys
from amphi import embedded
print(embedded.claimed_port(int(sys.argv[1]), explicit=False), flush=True)
sys.stdin.read()
"""


@contextmanager
def another_claim(preferred: int) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """By another process, which has not begun to listen; the port it was given."""
    command = [sys.executable, "-c", CLAIM, str(preferred)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline()), process
        process.kill()


def test_two_that_start_together_claim_two_ports() -> None:
    with listening() as taken:
        preferred = int(taken.getsockname()[1])
    with another_claim(preferred) as (theirs, _):
        assert embedded.claimed_port(preferred, explicit=False) > theirs
        with pytest.raises(embedded.ServersRefused, match=str(theirs)):
            embedded.claimed_port(theirs, explicit=True)


def test_who_is_killed_claims_nothing_any_more() -> None:
    with listening() as taken:
        preferred = int(taken.getsockname()[1])
    with another_claim(preferred) as (theirs, process):
        process.kill()
        process.wait()
        assert embedded.claimed_port(theirs, explicit=True) == theirs


def test_a_port_that_somebody_listens_on_is_not_claimed(busy: int) -> None:
    assert busy < embedded.claimed_port(busy, explicit=False)


def test_a_claimed_port_is_given_back_at_the_end_without_a_word() -> None:
    """No socket is left for the interpreter to complain of."""
    claim = "from amphi import embedded; embedded.claimed_port(18700, explicit=False)"
    words = [sys.executable, "-X", "dev", "-W", "error::ResourceWarning", "-c", claim]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True)
    assert "ResourceWarning" not in done.stderr
