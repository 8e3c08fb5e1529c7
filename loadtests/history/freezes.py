"""When somebody was told that time stood still: what excuses `amphi_frozen`."""

from collections.abc import Iterable

from loadtests.history.record import Note

# A gateway refuses at once, and says `frozen` to everybody with its next step or the next note.
AHEAD_NS = 5_000_000_000


class Freezes:
    """Each page's own story of `state` frames, from `frozen` to `ok` or the end of the record."""

    def __init__(self, notes: Iterable[Note]) -> None:
        self._spans: list[tuple[int, int]] = []
        since: dict[str, int] = {}
        last = 0
        for note in notes:
            last = note.at
            if note.what == "heard" and note.frame.get("type") == "state":
                self._told(since, note)
        self._spans += [(start, last) for start in since.values()]

    def _told(self, since: dict[str, int], note: Note) -> None:
        if note.frame["state"] == "frozen":
            since.setdefault(note.page, note.at)
        elif note.page in since:
            self._spans.append((since.pop(note.page), note.at))

    def between(self, start: int, end: int) -> bool:
        """Whether time stood still, for anybody, at some instant between the two."""
        return any(first - AHEAD_NS <= end and start <= last for first, last in self._spans)
