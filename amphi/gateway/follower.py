"""Follows an offer's feed into its room; what the feed lost is read from the journal."""

import asyncio
from collections.abc import Sequence

import structlog

from amphi.gateway.desk import Desk
from amphi.gateway.mailing import changes_people
from amphi.gateway.room import Room
from amphi.gateway.world import World
from amphi.live.notes import (
    AnswerNote,
    BeatNote,
    CommitNote,
    Note,
    PresenceAsked,
    StateNote,
)
from amphi.live.ports import JournalUnavailable, StoreLost, StoreUnavailable
from amphi.rules.choosing.events import Recorded
from amphi.rules.choosing.evolve import fold
from amphi.rules.choosing.state import OfferState
from amphi.rules.ids import Millis, OfferId

log = structlog.get_logger()

TRY_AGAIN_S = 0.25
ASK_AGAIN_S = 5.0


async def read_whole(world: World, offer: OfferId) -> tuple[str, OfferState]:
    """The lineage of the journal and the state it folds to. Raises JournalUnavailable."""
    epoch = await world.directory.epoch_of(offer)
    records = await world.journal.read(offer)
    return epoch, fold(OfferState(offer=offer), records)


class Follower:
    """One per room. `run` never ends."""

    def __init__(self, offer: OfferId, room: Room, desk: Desk, world: World) -> None:
        self._offer, self._room, self._desk, self._world = offer, room, desk, world
        self._after = f"{room.state.seq}-0"
        self._term: int | None = None
        self._anew = False  # the journal is to be read from its start
        self._strangers = True  # there are proxy holders whose address we lack
        self._ask_at = 0.0

    async def run(self) -> None:
        """Hear every note, in order; come back after every outage."""
        while True:
            try:
                await self._follow()
            except StoreUnavailable as away:
                self._say_lost(away)
            except StoreLost as lost:  # the feed went back: a restored backup, perhaps
                self._anew = True
                log.warning("feed_lost", offer=self._offer, why=str(lost))
            except JournalUnavailable as away:  # the same note is heard again
                log.warning("journal_unavailable", offer=self._offer, why=str(away))
            await asyncio.sleep(TRY_AGAIN_S)

    def _say_lost(self, away: StoreUnavailable) -> None:
        if not self._room.pulse.store_lost:  # once for each outage
            log.warning("feed_unavailable", offer=self._offer, why=str(away))
        self._room.pulse.store_lost = True

    async def _follow(self) -> None:
        if self._anew:
            await self._read_anew()
        await self._learn()
        async for note_id, note in self._world.feed.follow(self._offer, self._after):
            await self._hear(note_id, note)
            self._after = note_id
            if self._anew:
                return

    async def _hear(self, note_id: str, note: Note) -> None:
        now = self._world.clock()
        self._room.pulse.heard(now)
        self._room.pulse.store_lost = False
        await self._check_lineage(note)
        if self._anew:
            return
        await self._catch_up(note_id, note)
        self._say(note)
        self._room.tell_state(now)
        await self._learn()

    def _say(self, note: Note) -> None:
        now = self._world.clock()
        match note:
            case CommitNote() if note.since == self._room.state.seq:
                self._hear_records(note.records, note.at)
            case AnswerNote():
                self._desk.answered(note)
            case BeatNote():
                self._room.clock.heard(note.now, now)
            case StateNote():
                self._room.pulse.said(note)
            case PresenceAsked():
                self._desk.asked(note)

    # --- what the feed did not bring ----------------------------------------

    async def _catch_up(self, note_id: str, note: Note) -> None:
        """A commit that does not follow ours, or any note written after one we have not seen."""
        before = note.since if isinstance(note, CommitNote) else _seq_of(note_id)
        if before > self._room.state.seq:
            records = await self._world.journal.read(self._offer, self._room.state.seq)
            if records:  # one frame for them all: the journal does not tell where a commit ends
                self._hear_records(records, records[-1].at)

    def _hear_records(self, records: Sequence[Recorded], instant: Millis) -> None:
        self._room.hear(records, instant, self._world.clock())
        self._strangers = self._strangers or changes_people(records)

    async def _check_lineage(self, note: Note) -> None:
        """Another conductor: a restored backup comes with a new term and another epoch.

        It knows nobody until it was told; its `PresenceAsked` may lie before our time.
        """
        if not isinstance(note, CommitNote | BeatNote | PresenceAsked) or note.term == self._term:
            return
        if self._term is not None:
            epoch = await self._world.directory.epoch_of(self._offer)
            self._anew = epoch != self._room.epoch
        self._term = note.term
        self._desk.report(note.term)

    async def _read_anew(self) -> None:
        epoch, state = await read_whole(self._world, self._offer)
        self._room.restart(epoch, state, self._world.clock())
        self._after = f"{state.seq}-0"
        self._anew, self._strangers = False, True

    async def _learn(self) -> None:
        """Addresses of the holders of new grants; when PostgreSQL is away, again 5 s later."""
        now = self._world.clock()
        if not self._strangers or now < self._ask_at:
            return
        self._ask_at = now + ASK_AGAIN_S
        unknown = self._room.yous.unknown(self._room.state)
        if unknown:
            self._room.learn(unknown, await self._world.holders.emails(unknown))
        self._ask_at, self._strangers = now, False


def _seq_of(note_id: str) -> int:
    """Notes have ids `seq-k`: the journal's `seq` when they were said."""
    return int(note_id.partition("-")[0])
