"""Every frame that clients sent and heard, with the instant, as JSON lines.

The clock is the machine's monotonic one: all processes of one machine share it, so that one record
may be made of several files.
"""

import json
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, TextIO

from loadtests.history.findings import Json

What = Literal["sent", "heard"]


@dataclass(frozen=True, slots=True)
class Note:
    """One frame at a client's end. `at`: nanoseconds of the monotonic clock; `page`: one device of the
    person's, whatever the number of sockets it has had one after the other."""

    at: int
    person: str
    page: str
    amphi: str
    what: What
    frame: Json


class Recorder:
    """Writes each note at once: what a killed client has seen is on record too."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def note(self, person: str, page: str, amphi: str, what: What, frame: Json) -> None:
        """A frame is noted before it is sent, and after it was heard: bounds, never better."""
        made = Note(time.monotonic_ns(), person, page, amphi, what, frame)
        self._stream.write(json.dumps(asdict(made), ensure_ascii=False) + "\n")
        self._stream.flush()


def read(lines: Iterable[str]) -> list[Note]:
    """In the order of their instants, whichever files they come from."""
    notes = [Note(**json.loads(line)) for line in lines if line.strip()]
    return sorted(notes, key=lambda note: note.at)


def read_files(paths: Iterable[Path]) -> list[Note]:
    """One record out of several files."""
    return read(line for path in paths for line in path.read_text("utf-8").splitlines())
