"""Gateways: the real desk, postbox, follower and room on simulated servers; sockets are calls."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Coroutine
from types import SimpleNamespace
from typing import Any, cast

import msgspec

from amphi.gateway.close_codes import CloseCode
from amphi.gateway.desk import Desk
from amphi.gateway.follower import Follower, read_whole
from amphi.gateway.listener import Listener
from amphi.gateway.messages.client import Sent
from amphi.gateway.pulse import ConductorClock, Pulse
from amphi.gateway.resume import ResumeTokens, Who
from amphi.gateway.room import Room
from amphi.gateway.spoken import Spoken
from amphi.gateway.watch import BEAT_STEPS, COALESCED_STEPS, Watch
from amphi.gateway.world import World
from amphi.live.letters import CommandLetter
from amphi.live.notes import AnswerNote, Note, PresenceAsked
from amphi.live.ports import JournalUnavailable, StoreUnavailable
from amphi.rules.choosing.state import OfferState
from amphi.rules.ids import AmphiId, OfferId, PersonId
from tests.simulation.journal_port import JournalPort
from tests.simulation.machines import NINE_O_CLOCK, Process
from tests.simulation.postgres import Postgres
from tests.simulation.store import FeedPort, MailboxPort, Store
from tests.simulation.wires import Outages, Weather

TRY_AGAIN_SECONDS = 0.3
TOKENS = ResumeTokens("the simulation's own key, 32 bytes")

Answered = Callable[[AnswerNote], None]
Heard = Callable[["Gateway", OfferId], None]


class SocketEar:
    """What a person's page is told: answers to commands; the rest is read from the room."""

    def __init__(self, told: Callable[[dict[str, Any]], None]) -> None:
        self._told = told

    ready = True

    def say(self, text: bytes) -> None:
        self._told(msgspec.json.decode(text))

    def hear(self, spoken: Spoken) -> None:
        """Said to many: it is read from the room."""

    def close(self, code: CloseCode) -> None:
        """Nobody is sent away in a simulation: seats in the room are for watchers."""


class HeardRoom(Room):
    """The real room, which tells the simulation when it has heard something."""

    changed: Callable[[], None]

    def hear(self, records: Any, instant: int, at: float) -> None:
        super().hear(records, instant, at)
        self.changed()

    def restart(self, epoch: str, state: Any, at: float) -> None:
        super().restart(epoch, state, at)
        self.changed()


class Keeping(Watch):
    """The real steps and their times; whoever stands at the desk counts as a listener."""

    def _step(self, step: int) -> None:
        if step % COALESCED_STEPS == 0:
            self._desk.news()
        if step % BEAT_STEPS == 0 and self._desk.attendance.here:
            self._desk.beat()
            self._room.tell_state(self._world.clock())


class TappedFeed:
    """The feed, with everything heard there passed on to whoever asked over HTTP as well."""

    def __init__(self, feed: FeedPort, tap: Callable[[OfferId, Note], None]) -> None:
        self.feed, self._tap = feed, tap

    async def follow(self, offer: OfferId, after: str) -> AsyncIterator[tuple[str, Note]]:
        async for note_id, note in self.feed.follow(offer, after):
            self._tap(offer, note)
            yield note_id, note


class Directory:
    """Where things are: one lineage, nobody's address."""

    async def offer_of(self, amphi: AmphiId) -> OfferId | None:
        raise NotImplementedError(amphi)

    async def epoch_of(self, offer: OfferId) -> str:
        return f"epoch of {offer}"

    async def emails(self, proxies: Collection[str]) -> dict[str, str]:
        return {proxy: f"{proxy}@example.org" for proxy in proxies}


class Open:
    """One offer's room at one gateway."""

    def __init__(self, room: HeardRoom, desk: Desk) -> None:
        self.room, self.desk = room, desk


class Gateway:
    """One gateway process. `changed`: told when a room has heard something."""

    def __init__(
        self, process: Process, postgres: Postgres, store: Store, weather: Weather, changed: Heard
    ) -> None:
        self._watched = False
        self.process = process
        self.journal = JournalPort(process, postgres, weather)
        self.cut = Outages()
        self.inbox = MailboxPort(process, store, weather, self.cut)
        self.feed = FeedPort(process, store, weather, self.cut)
        self.rooms: dict[OfferId, Open] = {}
        self._changed = changed
        self._asked: dict[tuple[PersonId, str], tuple[OfferId, CommandLetter, Answered]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._loop = asyncio.get_running_loop()
        self._world = self._made_world()

    def _made_world(self) -> World:
        """What is used of a gateway's world: no doors, no tickets, no boards."""
        directory = Directory()
        used = SimpleNamespace(
            name=self.process.name,
            feed=TappedFeed(self.feed, self._tap),
            inbox=self.inbox,
            journal=self.journal,
            directory=directory,
            holders=directory,
            clock=self._loop.time,
            wall=lambda: NINE_O_CLOCK,
        )
        return cast("World", used)

    # --- rooms ---

    def open(self, offer: OfferId, *, watched: bool) -> None:
        """As soon as the journal can be read. `watched`: somebody will sit in the room."""
        self._watched = watched
        self._run(self._open(offer))

    def _run(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(coroutine)
        task.add_done_callback(self._ended)
        self._tasks.append(task)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """A keeper that fails is a bug of the gateway."""
        if not task.cancelled() and task.exception() is not None:
            self._loop.call_exception_handler({"message": "room", "exception": task.exception()})

    async def _read(self, offer: OfferId) -> tuple[str, OfferState]:
        """As soon as the journal can be read."""
        while True:
            try:
                return await read_whole(self._world, offer)
            except JournalUnavailable:
                await asyncio.sleep(TRY_AGAIN_SECONDS)

    async def _open(self, offer: OfferId) -> None:
        epoch, state = await self._read(offer)
        now = self._loop.time()
        pulse = Pulse(now)
        room = HeardRoom(epoch, state, ConductorClock(NINE_O_CLOCK, now), pulse, TOKENS)
        room.changed = lambda: self._changed(self, offer)
        desk = Desk(self.process.name, offer, self.inbox, pulse)
        self.rooms[offer] = Open(room, desk)
        for keeper in (
            Follower(offer, room, desk, self._world),
            Keeping(room, desk, self._world),
            desk.postbox,
        ):
            self._run(keeper.run())
        if self._watched:
            self._run(room.fan_out.run(self._loop.time))
        self._changed(self, offer)

    def kill(self) -> None:
        """Its sockets break, its tasks end; nothing is said to anybody."""
        self.process.kill()
        for task in self._tasks:
            task.cancel()

    @property
    def well(self) -> bool:
        """Reaches Redis and moves."""
        return not self.process.standing and not self.inbox.wire.is_down()

    # --- commands ---

    def submit(self, offer: OfferId, listener: Listener, sent: Sent) -> None:
        """A frame on a socket."""
        if self.process.alive and offer in self.rooms:
            self.rooms[offer].desk.submit(listener, sent)

    def ask(self, offer: OfferId, letter: CommandLetter, answered: Answered) -> None:
        """A command over HTTP: posted, and sent again when a conductor asks who is here."""
        self._asked[letter.person, letter.id] = (offer, letter, answered)
        self._run(self._post(offer, letter))

    def give_up(self, person: PersonId, command: str) -> None:
        self._asked.pop((person, command), None)

    async def _post(self, offer: OfferId, letter: CommandLetter) -> None:
        try:
            await self.inbox.post(offer, letter)
        except StoreUnavailable:
            return  # 503 frozen: whoever asked asks again

    def _tap(self, offer: OfferId, note: Note) -> None:
        if isinstance(note, AnswerNote):
            asked = self._asked.pop((note.person, note.id), None)
            if asked is not None:
                asked[2](note)
        elif isinstance(note, PresenceAsked):
            for of, letter, _ in list(self._asked.values()):
                if of == offer and letter.role == "intern":
                    self._run(self._post(of, letter))


def a_listener(
    amphi: AmphiId, person: PersonId, told: Callable[[dict[str, Any]], None], *, operator: bool
) -> Listener:
    who = Who(person=person, operator=operator)
    return Listener(amphi, who, None, SocketEar(told), 0.0)
