"""Shared frames of one room, in the order they were said, and who has heard how many of them.

"Iterate over a tuple: `write()` may call `pause_writing()` … merge what arrives in one read, or during
a fan-out, into one write. Yield to the loop […] and rotate the starting point" (fan-out.md), of all
rooms one slice at a time, so that an answer never waits for longer than that. A slow reader is passed over: it hears what it missed when it is ready again.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Collection, Iterator
from typing import Protocol

from amphi.gateway.listener import Key, Listener, Listeners
from amphi.gateway.parts import Part
from amphi.gateway.spoken import Spoken
from amphi.rules.ids import AmphiId, EntryId

SLICE = 250  # two milliseconds: whoever chooses meanwhile is heard in between
REMEMBERED = 1_000  # like the ring of an edition: who is farther behind takes a fresh view


class Shared(Protocol):
    """What is said to a whole room at once."""

    @property
    def concerned(self) -> Collection[EntryId]:
        """Entries whose frame is not everybody's."""

    def frame(self, amphi: AmphiId, part: Part) -> bytes:
        """What a listener is sent."""


class Everybody:
    """The same frame for all."""

    def __init__(self, frame: bytes) -> None:
        self._frame = frame

    @property
    def concerned(self) -> Collection[EntryId]:
        return ()

    def frame(self, _: AmphiId, __: Part) -> bytes:
        return self._frame


class FanOut:
    """`post` never waits; `run` tells. Whoever is told something alone must `catch_up` before.

    `anew` gives a listener, at that monotonic second, a fresh view instead.
    """

    def __init__(self, listeners: Listeners, anew: Callable[[Listener, float], None]) -> None:
        self._listeners, self._anew = listeners, anew
        self._said: deque[Shared] = deque(maxlen=REMEMBERED)
        self._spoken: dict[tuple[int, Key], Spoken] = {}
        self._concerned: dict[EntryId | None, int] = {}  # the number of the last frame of its own
        self._news = asyncio.Event()
        self._turn = 0
        self.end = 0  # the number of what will be said next

    def post(self, shared: Shared) -> None:
        """To everybody who is in the room now, behind what was said before."""
        self._said.append(shared)
        for entry in shared.concerned:
            self._concerned[entry] = self.end
        self.end += 1
        self._spoken.clear()
        self._news.set()

    async def run(self, clock: Callable[[], float], floor: asyncio.Lock | None = None) -> None:
        """For ever: tell what is new, others having their say between the slices.

        `floor`: shared by the rooms of a process, that never more than one slice is told at a time.
        """
        floor = floor or asyncio.Lock()
        while True:
            await self._news.wait()
            self._news.clear()
            slices, told = self.round(clock()), True
            while told:
                async with floor:
                    told = next(slices, False) is None
                    await asyncio.sleep(0)

    def round(self, at: float) -> Iterator[None]:
        """Everybody once, a slice at each step; what is posted meanwhile goes to those still ahead."""
        everybody = tuple(self._listeners)
        start = self._turn * SLICE % max(1, len(everybody))
        self._turn += 1
        ordered = everybody[start:] + everybody[:start]
        for first in range(0, len(ordered), SLICE):
            self._tell(ordered[first : first + SLICE], at)
            yield

    def _tell(self, listeners: tuple[Listener, ...], at: float) -> None:
        """The innermost loop of the gateway: `catch_up`, with what most have in common at hand."""
        end, spoken, concerned = self.end, self._spoken, self._concerned
        for listener in listeners:
            heard, ear = listener.heard, listener.ear
            if heard == end or not ear.ready:
                continue
            said = spoken.get((heard, listener.key))
            if said is not None and concerned.get(listener.entry, -1) < heard:
                ear.hear(said)
                listener.heard = end
            elif not self.catch_up(listener):
                self._anew(listener, at)

    def catch_up(self, listener: Listener) -> bool:
        """All that it has not heard, in one piece. False: too long ago, it needs a fresh view."""
        if listener.heard == self.end:
            return True
        if self.end - listener.heard > len(self._said):
            return False
        listener.ear.hear(self._for(listener))
        listener.heard = self.end
        return True

    def _for(self, listener: Listener) -> Spoken:
        if self._concerned.get(listener.entry, -1) >= listener.heard:
            return self._made(listener)
        key = (listener.heard, listener.key)
        spoken = self._spoken.get(key)
        if spoken is None:
            spoken = self._spoken[key] = self._made(listener)
        return spoken

    def _made(self, listener: Listener) -> Spoken:
        missed = self._last(self.end - listener.heard)
        return Spoken(tuple([each.frame(listener.amphi, listener.part) for each in missed]))

    def _last(self, count: int) -> list[Shared]:
        """The newest, oldest first."""
        if count == 1:
            return [self._said[-1]]
        return list(self._said)[-count:]
