"""A swarm over several processes: orders go to all of them, their tallies are put together."""

import asyncio
import multiprocessing
import resource
import sys
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import uvloop

from loadtests.swarm.flock import Flock
from loadtests.swarm.listener import Seat
from loadtests.swarm.tally import Delivery, Tally, deliveries

PATIENCE_S = 60.0
Order = tuple[str, tuple[Any, ...]]


class Crowd(AbstractContextManager["Crowd"]):
    """`address` is the site's, `http://host:port`."""

    def __init__(self, address: str, processes: int = 1) -> None:
        parts = urlsplit(address)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        context = multiprocessing.get_context("spawn")
        self._members: list[tuple[Any, Connection]] = []
        for _ in range(processes):
            ours, theirs = context.Pipe()
            child = context.Process(target=live, args=(theirs, self._host, self._port), daemon=True)
            child.start()
            self._members.append((child, ours))

    def __exit__(
        self,
        _: type[BaseException] | None,
        __: BaseException | None,
        ___: TracebackType | None,
    ) -> None:
        for child, pipe in self._members:
            pipe.close()
            child.join(5)
            if child.is_alive():
                child.terminate()

    def __enter__(self) -> Self:
        return self

    def come(self, seats: Sequence[Seat], patience_s: float = PATIENCE_S) -> Tally:
        """Opens them all as fast as it goes; what they met."""
        shares = [list(seats[n :: len(self._members)]) for n in range(len(self._members))]
        self._ask([("come", (share, patience_s)) for share in shares])
        return self.report()

    def cut(self, within_s: float = 2.0, patience_s: float = PATIENCE_S) -> Tally:
        """See `Flock.cut`."""
        self._ask([("cut", (within_s, patience_s))] * len(self._members))
        return self.report()

    def think(
        self, seconds: float | None, most: int = sys.maxsize, give_or_take_s: float = 0.0
    ) -> None:
        """See `Flock.think`; `most` is per process."""
        self._ask([("think", (seconds, most, give_or_take_s))] * len(self._members))

    def leave(self) -> None:
        self._ask([("leave", ())] * len(self._members))

    def report(self) -> Tally:
        """Since the last one, over all processes."""
        whole = Tally()
        for told in self._ask([("report", ())] * len(self._members)):
            whole.take(told)
        return whole

    def heard(self, seconds: float) -> tuple[Tally, list[Delivery]]:
        """What is heard within that time. The last half second's frames may still be under way."""
        self.report()
        time.sleep(seconds)
        told = self.report()
        return told, deliveries(told.heard, time.time() - time.monotonic())

    @property
    def here(self) -> int:
        """How many have a socket now, each counted once."""
        return sum(self._ask([("here", ())] * len(self._members)))

    @property
    def cpu_s(self) -> float:
        """Processor time of all processes so far."""
        return float(sum(self._ask([("cpu", ())] * len(self._members))))

    def _ask(self, orders: Sequence[Order]) -> list[Any]:
        for (_, pipe), order in zip(self._members, orders, strict=True):
            pipe.send(order)
        return [pipe.recv() for _, pipe in self._members]


def live(pipe: Connection, host: str, port: int) -> None:
    """The life of one process: until the pipe is closed."""
    uvloop.run(_obey(pipe, Flock(host, port)))


async def _obey(pipe: Connection, flock: Flock) -> None:
    loop = asyncio.get_running_loop()
    while True:
        try:
            name, arguments = await loop.run_in_executor(None, pipe.recv)
        except (EOFError, OSError):
            await flock.leave()
            return
        if name in ("come", "cut", "leave"):
            await getattr(flock, name)(*arguments)
            pipe.send(None)
        elif name == "cpu":
            used = resource.getrusage(resource.RUSAGE_SELF)
            pipe.send(used.ru_utime + used.ru_stime)
        else:
            pipe.send(getattr(flock, name)(*arguments))
