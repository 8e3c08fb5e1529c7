"""The crowd in C, told what to do line by line; what an event is for each server."""

import json
import struct
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

Json = dict[str, Any]
PATIENCE_S = 120.0


class Event(NamedTuple):
    """Bytes that cause an event with this number in this group."""

    group: int
    seq: int
    cause: bytes


class Address(NamedTuple):
    """Where a server is, how one joins a group there, and how its events are caused."""

    port: int
    trigger_port: int
    hello: str = '{"type":"hello"}'
    snapshot: bool = True
    preamble: bytes = b""


class Crowd:
    """Sockets from the first `connect` until `leave`."""

    def __init__(self, program: Path, address: Address, folder: Path) -> None:
        self._folder, self._files = folder, list[Path]()
        preamble = str(self._file(address.preamble)) if address.preamble else "-"
        words = (
            *(str(program), "127.0.0.1", str(address.port), address.hello or "-"),
            *("1" if address.snapshot else "0", str(address.trigger_port), preamble),
        )
        self._child = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def connect(self, sockets: int, paths: Iterable[str], in_flight: int = 256) -> Json:
        """So many more, spread over the paths."""
        file = self._file("".join(f"{path}\n" for path in paths).encode())
        return self._ask(f"connect {sockets} {in_flight} {file}")

    def fan(self, events: Iterable[Event], pause_ms: int = 20) -> Json:
        """One after another, each heard by everybody before the next."""
        return self._ask(f"fan {self._written(events)} {pause_ms}")

    def mix(self, events: Iterable[Event], per_second: float) -> Json:
        """At a steady rate, whoever is still busy with the last."""
        return self._ask(f"mix {self._written(events)} {per_second}")

    def say(self, events: Iterable[Event]) -> Json:
        """Without waiting for anybody."""
        return self._ask(f"say {self._written(events)}")

    def leave(self) -> None:
        """All sockets are reset."""
        self._child.kill()
        self._child.communicate()
        for file in self._files:
            file.unlink()

    def _ask(self, line: str) -> Json:
        if self._child.stdin is None or self._child.stdout is None:
            raise RuntimeError("a crowd without pipes")
        self._child.stdin.write(line + "\n")
        self._child.stdin.flush()
        said = self._child.stdout.readline()
        if not said:
            raise RuntimeError(f"the crowd ended: {self._child.wait()}, asked to {line}")
        answer: Json = json.loads(said)
        return answer

    def _written(self, events: Iterable[Event]) -> Path:
        return self._file(
            b"".join(
                struct.pack("=III", each.group, each.seq, len(each.cause)) + each.cause
                for each in events
            )
        )

    def _file(self, content: bytes) -> Path:
        file = self._folder / f"crowd-{time.monotonic_ns()}-{len(self._files)}"
        file.write_bytes(content)
        self._files.append(file)
        return file
