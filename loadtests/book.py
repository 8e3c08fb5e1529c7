"""What every page sent and heard, for the oracle: notes as loadtests/history/record.py has them."""

import json
import secrets
import time
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import Any

from loadtests.history.record import Note, What

Json = dict[str, Any]
WHOLE_PAGES = 20  # of a process, whose every frame is kept; of the others what they asked
ASKED = ("choose", "ready", "help", "command", "accepted", "refused", "state")


class Book:
    """The notes of one process, until they are written down or sent to the master."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._pages = count()
        self._first = 0
        self._tag = secrets.token_hex(3)  # other processes have spectators of the same names

    def page(self, person: str, amphi: str) -> "Leaf":
        """For one page, whatever the number of its sockets."""
        number = next(self._pages)
        whole = number < self._first + WHOLE_PAGES
        return Leaf(self, person, f"{person}/{self._tag}-{number}", amphi, whole=whole)

    def again(self) -> None:
        """A run begins: its first pages are kept whole, as those of the one before were."""
        self._first = next(self._pages) + 1

    def add(self, note: Note) -> None:
        self._lines.append(json.dumps(asdict(note), ensure_ascii=False))

    def take(self) -> list[str]:
        """What has been noted since the last time."""
        lines, self._lines = self._lines, []
        return lines


class Leaf:
    """One page's."""

    def __init__(self, book: Book, person: str, page: str, amphi: str, *, whole: bool) -> None:
        self._book, self._who, self.whole = book, (person, page, amphi), whole

    def note(self, what: What, frame: Json) -> None:
        """Before it is sent, and after it was heard."""
        if self.whole or frame.get("type") in ASKED:
            self._book.add(Note(time.monotonic_ns(), *self._who, what, frame))


def write(lines: list[str], path: Path) -> None:
    """Appends."""
    with path.open("a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
