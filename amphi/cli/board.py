"""The demonstration as it goes: a live board on a terminal, plain lines elsewhere."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple, TextIO

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from amphi.cli.telling import PHASES, Cast, Json, sentence

KEPT_LINES = 14


class Row(NamedTuple):
    """One amphi on the board; `view` gives the public view as it is now."""

    cast: Cast
    group: str
    interns: int
    view: Callable[[], Json]


class Board:
    """`tell` writes what happens; `shown` keeps the board on screen for as long as the block lasts."""

    def __init__(self, out: TextIO) -> None:
        self._rows: list[Row] = []
        self._console = Console(file=out, highlight=False, soft_wrap=True)
        self._lines: deque[str] = deque(maxlen=KEPT_LINES)

    @property
    def live(self) -> bool:
        return self._console.is_terminal

    def add(self, row: Row) -> None:
        """One more amphi to show."""
        self._rows.append(row)

    def tell(self, cast: Cast, event: Json) -> None:
        line = sentence(event, cast)
        if line is not None:
            self.say(line)

    def say(self, line: str) -> None:
        """A line under the board, or on a line of its own."""
        self._lines.append(line)
        if not self.live:
            self._console.out(line)

    @contextmanager
    def shown(self) -> Iterator[None]:
        if not self.live:
            yield
            return
        with Live(get_renderable=self.drawn, console=self._console, refresh_per_second=4):
            yield

    def drawn(self) -> RenderableType:
        """The table, and the last lines under it."""
        table = Table(
            "Amphi", "Groupe", "État", "Session", "À qui le tour", "Servis", "", "En retard"
        )
        for row in self._rows:
            table.add_row(*_cells(row))
        return Group(
            table, *(Text(line, overflow="ellipsis", no_wrap=True) for line in self._lines)
        )


def _cells(row: Row) -> list[RenderableType]:
    view = row.view()
    served = sum(standing == "served" for standing in (view.get("entries") or {}).values())
    return [
        row.cast.code,
        row.group,
        PHASES.get(view.get("phase", ""), ""),
        _session(view),
        _turn(view, row.cast),
        f"{served}/{row.interns}",
        ProgressBar(total=row.interns, completed=served, width=20),
        ", ".join(row.cast.people.get(each, each) for each in view.get("late") or []),
    ]


def _session(view: Json) -> str:
    return f"{view['session']}/{len(view['sessions'])}" if view.get("session") else ""


def _turn(view: Json, cast: Cast) -> str:
    turn = view.get("turn")
    if not turn:
        return ""
    return f"{cast.people.get(turn['entry'], '')} {_remaining(turn):.0f} s"


def _remaining(turn: Json) -> float:
    """Seconds; this machine's clock is near enough for a board."""
    if turn.get("deadline"):
        return max(0.0, datetime.fromisoformat(turn["deadline"]).timestamp() - time.time())
    return float(turn.get("remaining_ms") or 0) / 1000
