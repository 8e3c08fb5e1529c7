"""Ports: a busy one is seen, whoever holds it and however it shares."""

import socket
from collections.abc import Iterator

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
