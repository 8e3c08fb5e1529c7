"""Somebody connected to an amphi, as its room sees them; and all of a room's listeners."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Protocol

from amphi.gateway.close_codes import CloseCode
from amphi.gateway.messages.server import Frame, text
from amphi.gateway.parts import SPECTATOR, Part, Wanted
from amphi.gateway.resume import Who
from amphi.rules.ids import AmphiId, EntryId


class Ear(Protocol):
    """Where a listener's frames go: never waits, never fails."""

    def say(self, text: str) -> None: ...

    def close(self, code: CloseCode) -> None: ...


class Listener:
    """One socket after hello. `part` and `you` are what it was last told; `since` when it came."""

    def __init__(self, amphi: AmphiId, who: Who, wanted: Wanted, ear: Ear, since: float) -> None:
        self.amphi = amphi
        self.who = who
        self.wanted = wanted
        self.ear = ear
        self.since = since
        self.part: Part = SPECTATOR
        self.you: str | None = None

    def say(self, frame: Frame) -> None:
        """One frame to this one alone."""
        self.ear.say(text(frame))

    def say_you(self, you: str) -> None:
        """What concerns this one, unless it was told already."""
        if you != self.you:
            self.you = you
            self.ear.say(you)


class Listeners:
    """Everybody in a room, found by amphi and by entry."""

    def __init__(self) -> None:
        self._all: dict[Listener, None] = {}  # in the order of arrival
        self._by_entry: defaultdict[EntryId, list[Listener]] = defaultdict(list)

    def __iter__(self) -> Iterator[Listener]:
        return iter(tuple(self._all))

    def __len__(self) -> int:
        return len(self._all)

    def __contains__(self, listener: Listener) -> bool:
        return listener in self._all

    def seat(self, listener: Listener, part: Part) -> None:
        """Let in, or give another part."""
        self.leave(listener)
        listener.part, listener.you = part, None
        self._all[listener] = None
        if part.entry is not None:
            self._by_entry[part.entry].append(listener)

    def leave(self, listener: Listener) -> None:
        """Out; nothing when it was not in."""
        if self._all.pop(listener, self) is self or listener.part.entry is None:
            return
        theirs = self._by_entry[listener.part.entry]
        theirs.remove(listener)
        if not theirs:
            del self._by_entry[listener.part.entry]

    def of_entry(self, entry: EntryId) -> list[Listener]:
        """The intern's and the proxy holder's sockets that look at this entry."""
        return list(self._by_entry.get(entry, ()))

    def operators(self) -> list[Listener]:
        return [each for each in self._all if each.part.role == "operator"]
