"""An event loop whose time is a number: nobody sleeps, nothing is random, no thread, no socket.

What is ready runs in the order in which it became ready; when nothing is, time jumps to the next
timer. Two runs of the same program are the same run.
"""

import asyncio
import heapq
from collections import deque
from collections.abc import Callable, Coroutine, Generator
from contextvars import Context
from typing import Any, TypeVar, TypeVarTuple

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

MOST_STEPS = 300_000  # a run has some thousands
LAST_STEPS = 5_000  # what the tasks of a run that is over may still do


class Stuck(Exception):
    """What is waited for does not come: nothing is left to happen, or the same happens for ever."""


class Step(asyncio.TimerHandle):
    """One callback, lighter than asyncio's own handle: there are hundreds of thousands of them."""

    __slots__ = ("args", "callback", "context", "done")

    def __init__(
        self, callback: Callable[..., object], args: tuple[Any, ...], context: Context | None
    ) -> None:
        self.callback, self.args, self.context = callback, args, context
        self.done = False

    def cancel(self) -> None:
        self.done = True

    def cancelled(self) -> bool:
        return self.done

    def run(self) -> None:
        """Unless it was cancelled."""
        if self.done:
            return
        self.done = True
        if self.context is None:
            self.callback(*self.args)
        else:
            self.context.run(self.callback, *self.args)


class VirtualLoop(asyncio.BaseEventLoop):
    """As much of an event loop as the core, the gateway and the simulation use."""

    def __init__(self) -> None:
        self._over = self._running = False
        super().__init__()
        self._now = 0.0
        self._number = 0
        self._due: deque[Step] = deque()
        self._timers: list[tuple[float, int, Step]] = []
        self._tasks: list[asyncio.Task[Any]] = []
        self.errors: list[str] = []

    # --- what asyncio asks of a loop ---

    def time(self) -> float:
        return self._now

    def get_debug(self) -> bool:
        return False

    def is_running(self) -> bool:
        return self._running

    def is_closed(self) -> bool:
        return self._over

    def call_soon(
        self, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.Handle:
        handle = Step(callback, args, context)
        self._due.append(handle)
        return handle

    def call_later(
        self,
        delay: float,
        callback: Callable[[*Ts], object],
        *args: *Ts,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        return self.call_at(self._now + delay, callback, *args, context=context)

    def call_at(
        self,
        when: float,
        callback: Callable[[*Ts], object],
        *args: *Ts,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        handle = Step(callback, args, context)
        self._number += 1
        heapq.heappush(self._timers, (when, self._number, handle))
        return handle

    def create_future(self) -> asyncio.Future[Any]:
        return asyncio.Future(loop=self)

    def create_task(
        self,
        coro: Coroutine[Any, Any, T] | Generator[Any, None, T],
        *,
        name: object = None,
        context: Context | None = None,
    ) -> asyncio.Task[T]:
        task: asyncio.Task[T] = asyncio.Task(coro, loop=self, name=str(name or ""), context=context)
        self._tasks.append(task)
        return task

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """An exception nobody caught is a fault of the run."""
        if not self._over:
            self.errors.append(f"{context.get('message')}: {context.get('exception')!r}")

    # --- running ---

    def run(self, main: Coroutine[Any, Any, T]) -> T:
        """Until `main` is done. Raises Stuck, and whatever `main` raises."""
        asyncio._set_running_loop(self)
        self._running = True
        try:
            task = self.create_task(main)
            for _ in range(MOST_STEPS):
                if task.done():
                    return task.result()
                self._step()
            raise Stuck(f"for ever at {self._now:.3f} s")
        finally:
            self._wind_up()
            self._running = False
            asyncio._set_running_loop(None)

    def _step(self) -> None:
        if self._due:
            self._due.popleft().run()
        elif self._timers:
            self._now, _, timer = heapq.heappop(self._timers)
            timer.run()
        else:
            raise Stuck(f"nothing more can happen at {self._now:.3f} s")

    def _wind_up(self) -> None:
        """Cancel what still runs; whoever waits in vain while being cancelled is dropped."""
        self._over = True
        for task in self._tasks:
            task.cancel()
        steps = 0
        while self._due and steps < LAST_STEPS:
            self._due.popleft().run()
            steps += 1
        self._due.clear()
        self._timers.clear()
