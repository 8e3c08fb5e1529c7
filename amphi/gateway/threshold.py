"""Whoever comes is let in as fast as it goes, but for no longer than 2 ms at a stretch.

When an amphi opens, hundreds of handshakes lie there to be read at once. Were all of them answered
before anybody else is heard, whoever is choosing would wait for them all.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from time import perf_counter

STRETCH_S = 0.002

Enter = Callable[[], None]


class Threshold:
    """One per process. Between two stretches the loop reads what others have sent."""

    def __init__(self, clock: Callable[[], float] = perf_counter) -> None:
        self._clock = clock
        self._waiting: deque[Enter] = deque()
        self._left_s = STRETCH_S  # of the present stretch
        self._under_way = False

    def come(self, enter: Enter) -> bool:
        """Whether `enter` was called at once; otherwise it will be, behind those who came before."""
        if not self._under_way:
            self._under_way = True
            asyncio.get_running_loop().call_soon(self._next_stretch)
        if self._waiting or self._left_s <= 0:
            self._waiting.append(enter)
            return False
        self._let_in(enter)
        return True

    def _next_stretch(self) -> None:
        self._left_s = STRETCH_S
        try:
            while self._waiting and self._left_s > 0:
                self._let_in(self._waiting.popleft())
        finally:
            self._under_way = bool(self._waiting) or self._left_s < STRETCH_S
            if self._under_way:
                asyncio.get_running_loop().call_soon(self._next_stretch)

    def _let_in(self, enter: Enter) -> None:
        began = self._clock()
        try:
            enter()
        finally:
            self._left_s -= self._clock() - began
