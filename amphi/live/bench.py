"""What the parts of one conductor share for the length of its term."""

from amphi.live.attendance import Attendance
from amphi.live.hot import hot_of
from amphi.live.ledger import Ledger
from amphi.live.notes import Note, PresenceAsked
from amphi.live.ports import Publication
from amphi.live.world import World
from amphi.rules.choosing import commands as c
from amphi.rules.choosing.clockwork import charged
from amphi.rules.choosing.decide import decide
from amphi.rules.choosing.events import AnyEvent
from amphi.rules.choosing.state import Amphi, OfferState
from amphi.rules.ids import Millis, OfferId, TurnId
from amphi.rules.refusals import Refusal

BEFORE_ALL = "0-0"


class Bench:
    """`cursor`: the inbox id up to which every letter was handled; `alive_at`: when last seen at work."""

    def __init__(self, world: World, ledger: Ledger, owner: str) -> None:
        self.world = world
        self.ledger = ledger
        self.owner = owner
        self.attendance = Attendance()
        self.cursor = BEFORE_ALL
        self.alive_at = world.clock.now()

    @property
    def offer(self) -> OfferId:
        return self.ledger.offer

    @property
    def state(self) -> OfferState:
        return self.ledger.state

    @property
    def term(self) -> int:
        return self.ledger.head.term

    def now(self) -> Millis:
        return self.world.clock.now()

    def decide(self, command: c.Command, now: Millis) -> tuple[AnyEvent, ...] | Refusal:
        """At the instant at which it will be recorded."""
        return decide(self.state, command, now, self.attendance.presence)

    async def give(self, order: c.EngineOrder, amphi: Amphi | None = None) -> bool:
        """The engine's own order, on record and told; whether anything followed."""
        command = c.Command("engine", order, None if amphi is None else amphi.id)
        now = self.now()
        events = self.decide(command, now)
        if isinstance(events, Refusal):
            raise TypeError(f"the engine was refused {events.code}: {order!r}")
        if events:
            await self.publish(await self.ledger.append(events, now), hot=True)
        return bool(events)

    async def publish(self, *notes: Note, hot: bool = False) -> None:
        """Tell the gateways, and how far the inbox is answered; `hot`: the state has changed."""
        await self.world.voice.publish(self.publication(*notes, hot=hot))

    async def ask_for_presence(self, cause: str) -> None:
        """ "After a take-over, a thaw or a reset presence is *unknown*" (architecture.md)"""
        self.attendance.ask(self.now())
        await self.publish(PresenceAsked(term=self.term, cause=cause))

    def publication(self, *notes: Note, hot: bool) -> Publication:
        return Publication(
            offer=self.offer,
            term=self.term,
            notes=notes,
            hot=hot_of(self.state) if hot else None,
            answered=None if self.cursor == BEFORE_ALL else self.cursor,
        )

    def charges(self, now: Millis) -> dict[TurnId, Millis]:
        """What every turn was charged at `now`."""
        turns = (amphi for amphi in self.state.amphis.values() if amphi.turn is not None)
        return {amphi.turn.id: charged(amphi, now) for amphi in turns if amphi.turn}
