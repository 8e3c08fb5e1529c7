"""An offer's state together with the journal it is folded from: the one place that appends."""

from typing import Any

import msgspec

from amphi.live.chain import BEFORE_THE_FIRST, Line, recorded
from amphi.live.notes import CommitNote
from amphi.live.ports import Batch, CommandKey, CommitUnknown, Entry, Head, Journal, Result
from amphi.rules.choosing.events import AnyEvent
from amphi.rules.choosing.evolve import fold
from amphi.rules.choosing.state import OfferState
from amphi.rules.ids import Millis, OfferId


class Unsettled(msgspec.Struct, frozen=True):
    """A batch whose COMMIT was cut: nobody knows yet whether it counts."""

    batch: Batch
    note: CommitNote


class Ledger:
    """What the conductor of one term knows for certain: nothing here precedes its commit."""

    def __init__(self, journal: Journal, head: Head, state: OfferState) -> None:
        self._journal = journal
        self.head = head
        self.state = state
        self.results: dict[CommandKey, Result] = {}
        self.unsettled: Unsettled | None = None

    @classmethod
    async def opened(cls, journal: Journal, head: Head) -> "Ledger":
        """Everything on record, read under the lease."""
        records = await journal.read(head.offer)
        ledger = cls(journal, head, fold(OfferState(head.offer), records))
        for result in await journal.results(head.offer):
            ledger.results[result.key] = result
        return ledger

    @property
    def offer(self) -> OfferId:
        return self.head.offer

    async def append(
        self,
        events: tuple[AnyEvent, ...],
        now: Millis,
        result: Result | None = None,
        private: dict[str, Any] | None = None,
    ) -> CommitNote:
        """Commit `events`; the state moves only when they are known to be on record.

        Raises Superseded, Violated and JournalUnavailable with nothing written, and CommitUnknown.
        """
        batch, note = self._batch(events, now, result, private or {})
        try:
            await self._journal.commit(batch)
        except CommitUnknown:
            self.unsettled = Unsettled(batch, note)
            raise
        self._accept(batch, note)
        return note

    async def settle(self) -> CommitNote | None:
        """After CommitUnknown: the note when it was committed after all, None when it was not."""
        if self.unsettled is None:
            return None
        unsettled, committed = self.unsettled, await self._journal.settle(self.unsettled.batch)
        self.unsettled = None
        if not committed:
            return None
        self._accept(unsettled.batch, unsettled.note)
        return unsettled.note

    def _accept(self, batch: Batch, note: CommitNote) -> None:
        self.state = fold(self.state, note.records)
        self.head = msgspec.structs.replace(self.head, last_seq=note.seq, head_hash=batch.head_hash)
        if batch.result is not None:
            self.results[batch.result.key] = batch.result

    def _batch(
        self,
        events: tuple[AnyEvent, ...],
        now: Millis,
        result: Result | None,
        private: dict[str, Any],
    ) -> tuple[Batch, CommitNote]:
        entries = self._entries(events, now)
        last = entries[-1].recorded.seq
        batch = Batch(
            offer=self.offer,
            term=self.head.term,
            after=self.head.last_seq,
            entries=entries,
            result=None if result is None else msgspec.structs.replace(result, seq=last),
            private=private,
        )
        records = tuple(entry.recorded for entry in entries)
        note = CommitNote(
            since=self.head.last_seq, seq=last, at=now, term=self.head.term, records=records
        )
        return batch, note

    def _entries(self, events: tuple[AnyEvent, ...], now: Millis) -> tuple[Entry, ...]:
        previous, entries = self.head.head_hash or BEFORE_THE_FIRST, []
        for number, event in enumerate(events, start=self.head.last_seq + 1):
            line = Line(self.offer, number, self.head.term, now, event)
            record, text = recorded(previous, line)
            entries.append(Entry(record, text))
            previous = record.hash
        return tuple(entries)
