"""PostgreSQL as far as the core knows it: one campaign's heads, journals, results, assignments.

What the real tables refuse is refused here: the compare-and-set of the head, one live assignment
per person and campaign, one STANDARD assignment per seat, one result per command.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from amphi.live.chain import BEFORE_THE_FIRST, Line
from amphi.live.ports import (
    Batch,
    CommandKey,
    Head,
    Result,
    Rows,
    ServedPerson,
    Superseded,
    Violated,
)
from amphi.rules.choosing import events as e
from amphi.rules.choosing.events import Recorded
from amphi.rules.choosing.facts import ChoiceStatus
from amphi.rules.ids import AmphiId, OfferId, PersonId
from amphi.verify.evidence import Row
from tests.simulation.wires import Outages

LEASE_SECONDS = 5.0  # as amphi.records.heads has it

_line = msgspec.json.Decoder(Line)


@dataclass
class OfferRow:
    """The head-and-lease row with what hangs on it. `writer`: the process that took it last."""

    offer: OfferId
    term: int = 0
    owner: str | None = None
    expires_at: float = 0.0
    rows: list[Row] = field(default_factory=list)
    records: list[Recorded | None] = field(default_factory=list)
    results: dict[CommandKey, Result] = field(default_factory=dict)
    locked_until: float = 0.0

    @property
    def last_seq(self) -> int:
        return self.rows[-1].seq if self.rows else 0

    @property
    def head_hash(self) -> str:
        return self.rows[-1].hash if self.rows else BEFORE_THE_FIRST

    def head(self) -> Head:
        return Head(self.offer, self.term, self.last_seq, self.head_hash)


@dataclass
class Switches:
    """What PostgreSQL refuses; an ablation takes one of them out."""

    compare_and_set: bool = True
    unique: bool = True
    raise_the_term: bool = True


class Postgres:
    """`written`: told of each commit, with the process that made it, before anybody else is."""

    def __init__(self, facts: dict[AmphiId, Rows], offers: dict[OfferId, list[AmphiId]]) -> None:
        self.facts = facts
        self.amphis = offers
        self.offers = {offer: OfferRow(offer) for offer in offers}
        self.outages = Outages()
        self.switches = Switches()
        self.clock_ahead = 0.0
        self.hung_since: float | None = None  # while a COMMIT that hung is carried out
        self.entries = {each.id: each for rows in facts.values() for each in rows.facts.entries}
        self.assigned: dict[PersonId, tuple[OfferId, str, ChoiceStatus]] = {}
        self.written: Callable[[str, Batch], None] = lambda _owner, _batch: None
        self._loop = asyncio.get_running_loop()

    def now(self) -> float:
        """PostgreSQL's clock, which may jump."""
        return self._loop.time() + self.clock_ahead

    # --- leases ---

    def take(self, offer: OfferId, owner: str) -> Head | None:
        row = self.offers[offer]
        if row.owner is not None and row.expires_at > self.now():
            return None
        if self.switches.raise_the_term or row.term == 0:
            row.term += 1
        row.owner, row.expires_at = owner, self.now() + LEASE_SECONDS
        return row.head()

    def renew(self, head: Head, owner: str) -> bool:
        row = self.offers[head.offer]
        if (row.term, row.owner) != (head.term, owner):
            return False
        row.expires_at = self.now() + LEASE_SECONDS
        return True

    def release(self, head: Head, owner: str) -> None:
        row = self.offers[head.offer]
        if (row.term, row.owner) == (head.term, owner):
            row.owner, row.expires_at = None, self.now()

    def unowned(self) -> list[OfferId]:
        now = self.now()
        return [o for o, row in self.offers.items() if row.owner is None or row.expires_at <= now]

    def owned(self) -> list[OfferId]:
        free = self.unowned()
        return [offer for offer in self.offers if offer not in free]

    # --- the journal ---

    def judged(self, batch: Batch) -> dict[PersonId, tuple[OfferId, str, ChoiceStatus]]:
        """The assignments as they would be; raises Superseded and Violated."""
        row = self.offers[batch.offer]
        if self.switches.compare_and_set and (row.term, row.last_seq) != (batch.term, batch.after):
            raise Superseded(f"{batch.offer} is at term {row.term}, line {row.last_seq}")
        assigned = dict(self.assigned)
        for entry in batch.entries:
            self._project(batch.offer, entry.recorded, assigned)
        return assigned

    def commit(self, owner: str, batch: Batch) -> None:
        """All of it or nothing."""
        self.assigned, row = self.judged(batch), self.offers[batch.offer]
        for entry in batch.entries:
            record = entry.recorded
            row.rows.append(
                Row(record.seq, batch.term, record.at, row.head_hash, record.hash, entry.text)
            )
            row.records.append(None)
        self.written(owner, batch)
        if batch.result is not None:
            row.results[batch.result.key] = batch.result

    def late_commit(self, owner: str, batch: Batch, sent: float) -> None:
        """What hung since `sent` is carried out; what another offer has made impossible, rolled back."""
        self.hung_since = sent
        try:
            self.commit(owner, batch)
        except (Superseded, Violated):
            return
        finally:
            self.hung_since = None

    def restart(self, now: float, seconds: float) -> None:
        """Away for a while; whatever hung is rolled back."""
        self.outages.begin(now, seconds)
        for row in self.offers.values():
            row.locked_until = 0.0

    def settled(self, batch: Batch) -> bool:
        row = self.offers[batch.offer]
        if (row.last_seq, row.head_hash) == (batch.entries[-1].recorded.seq, batch.head_hash):
            return True
        if (row.term, row.last_seq) == (batch.term, batch.after):
            return False
        raise Superseded(f"{batch.offer} is at term {row.term}, line {row.last_seq}")

    def read(self, offer: OfferId, after: int) -> list[Recorded]:
        """Every line is read from its text, as it was written."""
        row = self.offers[offer]
        return [self._record(row, n) for n in range(after, len(row.rows))]

    def _record(self, row: OfferRow, n: int) -> Recorded:
        known = row.records[n]
        if known is None:
            line = _line.decode(row.rows[n].text)
            known = Recorded(line.seq, line.at, row.rows[n].hash, line.event)
            row.records[n] = known
        return known

    # --- rows beside the journal ---

    def _project(
        self,
        offer: OfferId,
        recorded: Recorded,
        assigned: dict[PersonId, tuple[OfferId, str, ChoiceStatus]],
    ) -> None:
        event = recorded.event
        if isinstance(event, e.PostChosen):
            taken = (offer, event.post, event.choice_status)
            self._assign(assigned, self.entries[event.entry].person, taken)
        elif isinstance(event, e.ChoiceRectified):
            person = self.entries[event.entry].person
            assigned.pop(person, None)
            if event.post is not None:
                self._assign(assigned, person, (offer, event.post, event.choice_status))

    def _assign(
        self,
        assigned: dict[PersonId, tuple[OfferId, str, ChoiceStatus]],
        person: PersonId,
        taken: tuple[OfferId, str, ChoiceStatus],
    ) -> None:
        if self.switches.unique and person in assigned:
            raise Violated("already_served", {})
        seats = [each for each in assigned.values() if each[2] is ChoiceStatus.STANDARD]
        if self.switches.unique and taken[2] is ChoiceStatus.STANDARD and taken in seats:
            raise Violated("post_filled", {})
        assigned[person] = taken

    def served_elsewhere(self, offer: OfferId) -> list[ServedPerson]:
        return [
            ServedPerson(amphi, entry.id, self.assigned[entry.person][0])
            for amphi in self.amphis[offer]
            for entry in self.facts[amphi].facts.entries
            if entry.person in self.assigned and self.assigned[entry.person][0] != offer
        ]

    def siblings(self, offer: OfferId, person: PersonId) -> list[OfferId]:
        return [
            other
            for other, amphis in self.amphis.items()
            if other != offer
            and any(e.person == person for a in amphis for e in self.facts[a].facts.entries)
        ]
