"""What thousands ask in the same second is worked out once."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable

SECONDS = 1.0
MOST = 500  # keys; then all is forgotten: they are worked out again


class Lately:
    """Contents at most a second old, each made by one caller while the others wait for it."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._kept: dict[Hashable, tuple[float, asyncio.Task[bytes]]] = {}

    async def of(self, key: Hashable, make: Callable[[], Awaitable[bytes]]) -> bytes:
        """What `make` gave lately, or gives now; its exception is every waiting caller's."""
        made_at, task = self._kept.get(key, (0.0, None))
        if task is None or time.monotonic() - made_at > self._seconds or _failed(task):
            task = self._begin(key, make)
        return await asyncio.shield(task)

    def _begin(self, key: Hashable, make: Callable[[], Awaitable[bytes]]) -> asyncio.Task[bytes]:
        async def made() -> bytes:
            return await make()

        if len(self._kept) >= MOST:
            self._kept.clear()
        task = asyncio.create_task(made())
        self._kept[key] = (time.monotonic(), task)
        return task


def _failed(task: asyncio.Task[bytes]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)
