"""Who can come: tickets of a call list, handed out once each, over all Locust processes."""

import json
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple


class Ticket(NamedTuple):
    """As `amphi ticket AMPHI --everybody` prints it."""

    ticket: str
    entry: str = ""
    rank: int = 0

    @property
    def operator(self) -> bool:
        """The line without a rank."""
        return not self.rank


class People:
    """The tickets of this process that nobody has come with yet."""

    def __init__(self) -> None:
        self._tickets: deque[Ticket] = deque()

    def replace(self, tickets: Iterable[Ticket]) -> None:
        """Those that nobody came with are forgotten: a run that is started again has tickets anew."""
        self._tickets.clear()
        self.add(tickets)

    def add(self, tickets: Iterable[Ticket]) -> None:
        self._tickets.extend(tickets)

    def next(self) -> Ticket | None:
        """None: everybody has come; who comes now is a spectator."""
        return self._tickets.popleft() if self._tickets else None

    def __len__(self) -> int:
        return len(self._tickets)


def read(path: Path) -> list[Ticket]:
    """The file of them. Raises OSError, and what `parsed` raises."""
    return parsed(path.read_text(encoding="utf-8"))


def parsed(text: str) -> list[Ticket]:
    """A ticket for each line. Raises ValueError, KeyError: these are no such lines."""
    return [_ticket(json.loads(line)) for line in text.splitlines() if line.strip()]


def shares(tickets: list[Ticket], among: int) -> list[list[Ticket]]:
    """As even as can be, ranks dealt out in turn."""
    return [tickets[n::among] for n in range(among)]


def _ticket(line: dict[str, Any]) -> Ticket:
    return Ticket(str(line["ticket"]), str(line.get("entry", "")), int(line.get("rank", 0)))
