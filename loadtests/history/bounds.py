"""Between which lines of the journal something must have happened, by real time alone."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import accumulate

from loadtests.history.journal import Commits
from loadtests.history.operations import Operation
from loadtests.history.record import Note

SHOWING = ("welcome", "resumed", "event", "accepted")


class Known:
    """Up to which line somebody had been told the journal, at each instant."""

    def __init__(self, notes: Iterable[Note]) -> None:
        shown = [
            (note.at, int(note.frame["seq"]))
            for note in notes
            if note.what == "heard" and note.frame.get("type") in SHOWING
        ]
        self._instants = [at for at, _ in shown]
        self._seqs = list(accumulate((seq for _, seq in shown), max))

    def at(self, instant: int) -> int:
        """The newest line told to anybody before `instant`."""
        place = bisect_left(self._instants, instant)
        return self._seqs[place - 1] if place else 0

    def first_told(self, seq: int) -> int | None:
        """The instant at which somebody first knew of line `seq`."""
        place = bisect_left(self._seqs, seq)
        return self._instants[place] if place < len(self._seqs) else None


class Caused:
    """Which commits cannot be older than which instant: nobody had asked for them before."""

    def __init__(self, asked: Iterable[Operation], commits: Commits) -> None:
        accepted = sorted(
            (each.sent, each.acceptance.seq) for each in asked if each.acceptance is not None
        )
        self._commits = commits
        self._sent = [sent for sent, _ in accepted]
        self._earliest = list(accumulate((seq for _, seq in reversed(accepted)), min))[::-1]
        by_seq = sorted((seq, sent) for sent, seq in accepted)
        self._seqs = [seq for seq, _ in by_seq]
        self._latest = list(accumulate((sent for _, sent in by_seq), max))

    def last_before(self, instant: int, end: int) -> int:
        """The last line that may have been written before `instant`, of `end` lines in all."""
        place = bisect_right(self._sent, instant)
        if place == len(self._sent):
            return end
        return min(end, self._commits.before(self._earliest[place]))

    def not_before(self, seq: int) -> int | None:
        """An instant at which line `seq` was certainly not written yet."""
        place = bisect_right(self._seqs, seq)
        return self._latest[place - 1] if place else None
