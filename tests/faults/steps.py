"""The steps of a decision, as the bytes on the wire tell them: traps that hold one step still.

posted     the command is on its way into the inbox            gateway → Redis
read       the conductor is about to be given the letter       Redis → conductor
decided    the events are on their way to the journal          conductor → PostgreSQL
written    everything is written; COMMIT is on its way         conductor → PostgreSQL
committed  COMMIT is done; the conductor does not know yet     PostgreSQL → conductor
known      the conductor knows; feed and answer are on their way   conductor → Redis
published  the answer is on its way to the gateway             Redis → gateway
"""

import asyncio
import threading
from collections.abc import Mapping
from typing import Literal

from tests.faults.proxy import Line, Proxy, Way

Step = Literal["posted", "read", "decided", "written", "committed", "known", "published"]
STEPS: tuple[Step, ...] = (
    "posted",
    "read",
    "decided",
    "written",
    "committed",
    "known",
    "published",
)
# Which proxy sees the step.
WHERE: dict[Step, str] = {
    "posted": "gateway-redis",
    "read": "conductor-redis",
    "decided": "conductor-postgres",
    "written": "conductor-postgres",
    "committed": "conductor-postgres",
    "known": "conductor-redis",
    "published": "gateway-redis",
}
# What is in the journal and in the feed while the step is held.
IN_THE_JOURNAL: frozenset[Step] = frozenset({"committed", "known", "published"})
IN_THE_FEED: frozenset[Step] = frozenset({"published"})


class Trap:
    """Holds the chunk in which the step of one command shows; springs once.

    `choice`: the words that only the chosen turn and post have together; `command`: its id. Its `seen` is called in the proxy's thread.
    """

    def __init__(
        self, proxies: Mapping[str, Proxy], step: Step, choice: tuple[str, str], command: str
    ) -> None:
        self.step = step
        self._proxy = proxies[WHERE[step]]
        self._choice = ("PostChosen", *choice)
        self._command = command.encode()
        self._sprung = threading.Event()
        self.line: Line | None = None
        self._proxy.do(self._set)

    def _set(self) -> None:
        for line in self._proxy.lines:
            line.marked = line.committing = False  # of another trap
        self._proxy.watcher = self._seen

    async def sprung(self, patience: float) -> Line:
        """The line that holds the step. Raises TimeoutError."""
        async with asyncio.timeout(patience):
            while not self._sprung.is_set():  # noqa: ASYNC110 - set by another thread
                await asyncio.sleep(0.001)
        assert self.line is not None
        return self.line

    @property
    def holds(self) -> bool:
        """Still: whoever waits for the held bytes has not hung up, nor has anybody let go."""
        line = self.line
        return line is not None and line.held is not None and not line.left

    def let_go(self) -> None:
        """The held bytes go on, if there is still anybody to have them."""
        line = self.line
        if line is not None:
            self._proxy.do(line.let_go)

    def cut(self, kept: float | None = None) -> None:
        """RST to both ends; `kept`: the part of the held bytes that still goes through before."""
        line = self.line
        assert line is not None
        if kept is not None:
            self._proxy.ask(_sent(line, kept))
        self._proxy.do(line.reset)

    def take_away(self) -> None:
        """No longer watched."""
        self._proxy.watcher = None
        self.let_go()

    def _seen(self, line: Line, way: Way, chunk: bytes) -> bool:
        if self._sprung.is_set() or not self._is_the_step(line, way, chunk):
            return False
        self.line = line
        line.held = chunk  # before anybody is told
        self._sprung.set()
        return True

    def _is_the_step(self, line: Line, way: Way, chunk: bytes) -> bool:
        match self.step:
            case "posted":
                return way is Way.THERE and b"XADD" in chunk and self._command in chunk
            case "read":
                return way is Way.BACK and self._command in chunk
            case "decided":
                return way is Way.THERE and self._is_the_choice(chunk)
            case "written" | "committed":
                return self._is_the_commit(line, way, chunk)
            case "known":
                return way is Way.THERE and b"EVALSHA" in chunk and self._is_the_choice(chunk)
            case "published":
                return way is Way.BACK and self._is_the_choice(chunk)

    def _is_the_choice(self, chunk: bytes) -> bool:
        return all(word.encode() in chunk for word in self._choice)

    def _is_the_commit(self, line: Line, way: Way, chunk: bytes) -> bool:
        """Of the line on which the choice was written: first the words, then the answer to them."""
        if way is Way.THERE and self._is_the_choice(chunk):
            line.marked = True
        commit = way is Way.THERE and line.marked and b"COMMIT" in chunk
        if self.step == "written":
            return commit
        line.committing = line.committing or commit
        return way is Way.BACK and line.committing


async def _sent(line: Line, kept: float) -> None:
    held, there = line.held or b"", line.ends[Way.THERE]
    there.write(held[: round(kept * len(held))])
    await there.drain()
