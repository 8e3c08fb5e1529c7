"""All sockets of one process of the swarm, and what they have heard."""

import asyncio
import random
import sys
import time
import uuid
from collections.abc import Coroutine
from dataclasses import dataclass

from loadtests.campaign import post_of
from loadtests.swarm import frames
from loadtests.swarm.listener import Listener, Seat
from loadtests.swarm.tally import Heard, Tally, unix

AT_ONCE = 400  # handshakes under way: more would only wait in the kernel's queue
BACK_WITHIN_S, PATIENCE_S = 2.0, 60.0
AGAIN_S = 3.0  # "No answer in 3 s: send the same frame again" (protocol.md §1)
GRACE_S = 1.0  # of the amphis that are loaded here: the policy's default


@dataclass
class Choice:
    """A choice under way, sent again under its id until it is answered."""

    listener: Listener
    frame: bytes
    sent: float


class Flock:
    """`known` maps what was read from a socket to the one event frame it is."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self._port = host, port
        self.listeners: list[Listener] = []
        self.known: dict[bytes, Heard] = {}
        self.tally = Tally()
        self._heard: dict[tuple[str, bytes], Heard] = {}
        self._by_entry: dict[str, Listener] = {}
        self._turns: dict[str, frames.Turn] = {}
        self._deadlines: dict[str, float] = {}
        self._choices: dict[str, Choice] = {}
        self._tried: set[str] = set()
        self._waiting: dict[Listener, asyncio.Future[None]] = {}
        self._thinks_s: float | None = None
        self._most, self._give_or_take_s = 0, 0.0
        self._stays = False
        self._tasks: set[asyncio.Task[None]] = set()

    # --- coming, going, coming back -------------------------------------------

    async def come(self, seats: list[Seat], patience_s: float) -> None:
        """Everybody greeted, or `patience_s` gone."""
        self._stays = True
        new = [Listener(self, seat) for seat in seats]
        self.listeners += new
        await self._connect(new, 0.0, patience_s)

    async def cut(self, within_s: float, patience_s: float) -> None:
        """All links lost at once; each comes back with `resume` within `within_s`."""
        self._stays = False
        for listener in self.listeners:
            if listener.transport is not None:
                listener.transport.abort()
        await self._connect(self.listeners, within_s, patience_s)
        self._stays = True

    def here(self) -> int:
        """How many have a socket now."""
        return sum(each.transport is not None for each in self.listeners)

    async def leave(self) -> None:
        self._stays, self._thinks_s = False, None
        self._choices.clear()
        for listener in self.listeners:
            if listener.transport is not None:
                listener.transport.abort()
        self.listeners.clear()
        await asyncio.sleep(0)

    async def _connect(self, listeners: list[Listener], within_s: float, patience_s: float) -> None:
        places = asyncio.Semaphore(AT_ONCE)
        coming = [
            asyncio.create_task(self._one(each, random.uniform(0, within_s), places))
            for each in listeners
        ]
        done, late = await asyncio.wait(coming, timeout=patience_s)
        for task in late:
            task.cancel()
        self.tally.closed["not greeted"] += len(late)
        for task in done:
            task.result()

    async def _one(self, listener: Listener, after_s: float, places: asyncio.Semaphore) -> None:
        """The time counts from when the socket would have been opened, had there been a place."""
        await asyncio.sleep(after_s)
        loop = asyncio.get_running_loop()
        listener.began = time.monotonic()
        async with places:
            waiting = self._waiting[listener] = loop.create_future()
            try:
                await loop.create_connection(lambda: listener, self.host, self._port)
                await waiting
            except OSError as error:
                self.tally.closed[type(error).__name__] += 1
            finally:
                self._waiting.pop(listener, None)

    # --- what listeners tell ---------------------------------------------------

    def greeted(self, listener: Listener, told: frames.Greeting) -> None:
        """Welcome or resumed."""
        self.tally.greetings[told.type] += 1
        waiting = self._waiting.get(listener)
        if waiting is not None and not waiting.done():
            self.tally.greeted_ms.append((time.monotonic() - listener.began) * 1000)
            waiting.set_result(None)
        if told.you is not None and told.you.entry:
            listener.entry = told.you.entry
            self._by_entry[told.you.entry] = listener
        if told.view is not None and told.view.turn is not None:
            self._turn(listener.seat.amphi, told.view.turn)

    def understood(self, listener: Listener, payload: bytes, data: bytes) -> Heard:
        """The one event frame that this is; read on its first arrival in this process."""
        key = listener.seat.amphi, payload
        heard = self._heard.get(key)
        if heard is None:
            heard = self._heard[key] = self._read(listener.seat.amphi, payload)
        if frames.holds_nothing_but(data, payload):  # a ping before it is everybody's to answer
            self.known[data] = heard
        return heard

    def answered(self, told: frames.Answer) -> None:
        choice = self._choices.pop(told.id, None)
        if choice is None:
            return
        if told.type == "accepted":
            self.tally.acknowledged_ms.append((time.monotonic() - choice.sent) * 1000)
        else:
            self.tally.refused[told.code or ""] += 1

    def gap(self, _: Listener) -> None:
        """A frame that does not follow the one before."""
        self.tally.gaps += 1

    def closed(self, _: Listener, code: str) -> None:
        self.tally.closed[code] += 1

    def lost(self, listener: Listener) -> None:
        """Comes back by itself, "after a random delay up to 2 s", unless it was our own doing."""
        waiting = self._waiting.get(listener)
        if waiting is not None and not waiting.done():
            self.tally.closed["before greeting"] += 1
            waiting.set_result(None)
        elif self._stays and listener.epoch is not None:
            self._keep(self._connect([listener], BACK_WITHIN_S, PATIENCE_S))

    def report(self) -> Tally:
        """What was heard since the last time."""
        told, self.tally = self.tally, Tally()
        told.heard = list(self._heard.values())
        self._heard.clear()
        self.known.clear()
        return told

    # --- choosing ----------------------------------------------------------------

    def think(
        self, seconds: float | None, most: int = sys.maxsize, give_or_take_s: float = 0.0
    ) -> None:
        """Whoever has the turn chooses after `seconds`, `most` times in all; None: nobody."""
        self._thinks_s, self._most, self._give_or_take_s = seconds, most, give_or_take_s
        for amphi, turn in list(self._turns.items()):
            self._turn(amphi, turn)

    def _read(self, amphi: str, payload: bytes) -> Heard:
        now = time.monotonic()
        frame = frames.event_frame.decode(payload)
        for event in frame.events:
            self._follow(amphi, event)
        kinds = tuple(str(event["kind"]) for event in frame.events)
        return Heard(amphi, frame.since, frame.seq, unix(frame.at), kinds, now, now)

    def _follow(self, amphi: str, event: dict[str, object]) -> None:
        turn, deadline = str(event.get("turn")), event.get("deadline")
        if event["kind"] == "TurnStarted":
            self._turn(amphi, frames.Turn(turn, str(event["entry"])))
        if isinstance(deadline, str):
            self._deadlines[turn] = unix(deadline)
        if event["kind"] == "TurnMissed" and turn in self._deadlines:
            late_s = time.time() - self._deadlines.pop(turn) - GRACE_S
            self.tally.timers_late_ms.append(late_s * 1000)

    def _turn(self, amphi: str, turn: frames.Turn) -> None:
        self._turns[amphi] = turn
        listener = self._by_entry.get(turn.entry)
        if listener is not None and self._thinks_s is not None:
            after_s = self._thinks_s + random.uniform(-1, 1) * self._give_or_take_s
            self._keep(self._choose(listener, turn, after_s))

    def _keep(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _choose(self, listener: Listener, turn: frames.Turn, after_s: float) -> None:
        await asyncio.sleep(after_s)
        if self._thinks_s is None or not self._most or turn.id in self._tried:
            return  # a frame that comes again after a report tells of the same turn again
        self._tried.add(turn.id)
        self._most -= 1
        asked = str(uuid.uuid4())
        post = post_of(listener.seat.rank)
        frame = frames.said({"type": "choose", "id": asked, "turn": turn.id, "post": post})
        choice = self._choices[asked] = Choice(listener, frame, time.monotonic())
        while asked in self._choices:
            choice.listener.say(choice.frame)
            await asyncio.sleep(AGAIN_S)
