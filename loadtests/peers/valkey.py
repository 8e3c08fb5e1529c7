"""The little of Redis's protocol (RESP2) that is needed to write a feed."""

import socket
from typing import Any, Self
from urllib.parse import urlsplit


class Refused(Exception):
    """What the server said against it."""


def resp(*words: str | bytes) -> bytes:
    """One command, as Redis reads it."""
    encoded = [word if isinstance(word, bytes) else word.encode() for word in words]
    parts = b"".join(b"$%d\r\n%s\r\n" % (len(each), each) for each in encoded)
    return b"*%d\r\n%s" % (len(encoded), parts)


class Valkey:
    """One connection. `port` and `preamble` are for others who write to it themselves."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.port = parts.port or 6379
        self.preamble = resp("AUTH", parts.password) if parts.password else b""
        self._link = socket.create_connection((parts.hostname or "127.0.0.1", self.port), 30)
        self._answers = self._link.makefile("rb")
        if self.preamble:
            self._link.sendall(self.preamble)
            self._answer()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._answers.close()
        self._link.close()

    def call(self, *words: str | bytes) -> Any:
        """One command and its answer. Raises Refused."""
        return self.send(resp(*words))

    def send(self, command: bytes) -> Any:
        """The same, packed already."""
        self._link.sendall(command)
        return self._answer()

    def _answer(self) -> Any:
        line = self._answers.readline()
        kind, rest = line[:1], line[1:-2]
        if kind == b"-":
            raise Refused(rest.decode())
        if kind == b"$":
            return None if rest == b"-1" else self._answers.read(int(rest) + 2)[:-2]
        if kind == b"*":
            return [self._answer() for _ in range(int(rest))]
        return int(rest) if kind == b":" else rest.decode()
