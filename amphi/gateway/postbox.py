"""Letters from one room to its conductor, in order, also when Redis is away for a while.

A letter whose posting failed may have arrived or not. So when Redis is back everything that still
counts is said anew (who is here, which commands are unanswered), and what was queued is dropped:
the conductor recognises a command it has seen.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable

from amphi.gateway.ports import Inbox
from amphi.live.letters import Letter
from amphi.live.ports import StoreUnavailable
from amphi.rules.ids import OfferId

TRY_AGAIN_S = 0.25


class Postbox:
    """`send` never waits; `run` posts. `down`: Redis did not answer the last time."""

    def __init__(
        self, offer: OfferId, inbox: Inbox, say_anew: Callable[[], Iterable[Letter]]
    ) -> None:
        self._offer, self._inbox, self._say_anew = offer, inbox, say_anew
        self._queue: deque[Letter] = deque()
        self._wake = asyncio.Event()
        self._drained = asyncio.Event()
        self._drained.set()
        self.down = False

    def send(self, letter: Letter) -> None:
        """Queue a letter; while Redis is down it is dropped, to be said anew if it still counts."""
        if not self.down:
            self._queue.append(letter)
            self._drained.clear()
            self._wake.set()

    async def run(self) -> None:
        """Post for ever, one after the other: their order is the order of arrival."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._queue:
                await self._post_first()
            self._drained.set()

    async def empty(self) -> None:
        """Returns when everything queued is posted: while Redis is down, never."""
        await self._drained.wait()

    async def _post_first(self) -> None:
        try:
            await self._inbox.post(self._offer, self._queue[0])
        except StoreUnavailable:
            self.down = True
            await asyncio.sleep(TRY_AGAIN_S)
            self._queue = deque(self._say_anew())
        else:
            self._queue.popleft()
            self.down = False
