"""Somebody connected to an amphi, as its room sees them; and all of a room's listeners."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Protocol

from amphi.gateway.close_codes import CloseCode
from amphi.gateway.messages.server import Frame, encoded
from amphi.gateway.parts import SPECTATOR, Part, Wanted
from amphi.gateway.resume import Who
from amphi.gateway.spoken import Spoken
from amphi.rules.ids import AmphiId, EntryId

Key = tuple[AmphiId, str]  # of an amphi, the value of an audience: who is told the same


class Ear(Protocol):
    """Where a listener's frames go: never waits, never fails."""

    @property
    def ready(self) -> bool:
        """Not so for a slow reader, whom the fan-out passes over."""

    def say(self, text: bytes) -> None:
        """One frame to this one alone."""

    def hear(self, spoken: Spoken) -> None:
        """What is said to many."""

    def close(self, code: CloseCode) -> None: ...


class Listener:
    """One socket after hello.

    `part` and `you` are what it was last told; `since` when it came; `heard` how many of the room's
    shared frames it has had. `key` and `entry` follow from `part`.
    """

    __slots__ = (
        *("_catch_up", "amphi", "ear", "entry", "heard", "key", "part", "since", "wanted", "who"),
        "you",
    )

    def __init__(self, amphi: AmphiId, who: Who, wanted: Wanted, ear: Ear, since: float) -> None:
        self.amphi = amphi
        self.who = who
        self.wanted = wanted
        self.ear = ear
        self.since = since
        self.part: Part = SPECTATOR
        self.key: Key = (amphi, SPECTATOR.audience.value)
        self.entry: EntryId | None = None
        self.you: bytes | None = None
        self.heard = 0
        self._catch_up: Callable[[Listener], object] = _nothing

    def follows(self, heard: int, catch_up: Callable[["Listener"], object]) -> None:
        """From now on `catch_up` comes before whatever is said to this one alone."""
        self.heard, self._catch_up = heard, catch_up

    def say(self, frame: Frame) -> None:
        """One frame to this one alone."""
        self._say(encoded(frame))

    def say_you(self, you: bytes) -> None:
        """What concerns this one, unless it was told already."""
        if you != self.you:
            self.you = you
            self._say(you)

    def _say(self, text: bytes) -> None:
        self._catch_up(self)
        self.ear.say(text)


def _nothing(_: Listener) -> None:
    """Outside every room there is nothing to catch up with."""


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
        listener.key, listener.entry = (listener.amphi, part.audience.value), part.entry
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
