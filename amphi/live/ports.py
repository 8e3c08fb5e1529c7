"""What the conductor needs of the world. Wiring brings the adapters (records, live_store)."""

from collections.abc import Sequence
from typing import Any, Protocol

import msgspec

from amphi.live.letters import Letter, Received
from amphi.live.notes import Note
from amphi.rules.choosing.events import Recorded
from amphi.rules.choosing.facts import AmphiFacts, EntryFacts, Post, SessionFacts
from amphi.rules.ids import AmphiId, EntryId, Millis, OfferId, PersonId, TurnId

# --- PostgreSQL decides -----------------------------------------------------


class Head(msgspec.Struct, frozen=True):
    """The head-and-lease row of an offer."""

    offer: OfferId
    term: int
    last_seq: int
    head_hash: str


class CommandKey(msgspec.Struct, frozen=True):
    """(offer, person, id) names a command; the offer is understood."""

    person: PersonId
    id: str


class Result(msgspec.Struct, frozen=True):
    """An acceptance on record. `body` is the hash of the command's name, amphi and arguments."""

    key: CommandKey
    body: str
    seq: int


class Entry(msgspec.Struct, frozen=True):
    """One journal line to write: `text` is canonical and is what the hash covers (chain.py)."""

    recorded: Recorded
    text: str


class Batch(msgspec.Struct, frozen=True):
    """One commit: a compare-and-set on (`term`, `after`) of the head, all of it or nothing.

    `private` goes to rows only (a proxy holder's address), never into the journal.
    """

    offer: OfferId
    term: int
    after: int
    entries: tuple[Entry, ...]
    result: Result | None
    private: dict[str, Any]

    @property
    def head_hash(self) -> str:
        return self.entries[-1].recorded.hash


class Superseded(Exception):
    """The head moved under us: another conductor has a higher term. Step down."""


class JournalUnavailable(Exception):
    """PostgreSQL cannot be reached or refuses to work; nothing was written."""


class CommitUnknown(Exception):
    """The connection was lost during COMMIT: the head row will tell."""


class Violated(Exception):
    """A constraint said no at commit; nothing was written. `code` is the refusal it means."""

    def __init__(self, code: str, facts: dict[str, Any]) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class ServedPerson(msgspec.Struct, frozen=True):
    """Somebody of this offer who has an assignment in another offer of the campaign."""

    amphi: AmphiId
    entry: EntryId
    offer: OfferId


class NextList(msgspec.Struct, frozen=True):
    """A newly frozen call list that is to replace the present one, with its planned sessions."""

    entries: tuple[EntryFacts, ...]
    sessions: tuple[SessionFacts, ...]


class Rows(msgspec.Struct, frozen=True):
    """What `validate`, `replace_offer` and `replace_call_list` freeze; `next_list`: staged, if any."""

    facts: AmphiFacts
    posts: tuple[Post, ...]
    next_list: NextList | None = None


class Journal(Protocol):
    """The record. Every method may raise JournalUnavailable."""

    async def take(self, offer: OfferId, owner: str) -> Head | None:
        """Raise the term and hold the lease for 5 s, if free or expired by PostgreSQL's clock."""

    async def renew(self, head: Head, owner: str) -> bool:
        """Hold it for 5 s more; False: it is somebody else's now."""

    async def release(self, head: Head, owner: str) -> None:
        """Let it expire now, so that the next conductor need not wait."""

    async def read(self, offer: OfferId, after: int = 0) -> list[Recorded]:
        """All events behind `after`, in order."""

    async def results(self, offer: OfferId) -> list[Result]:
        """All acceptances of the offer."""

    async def commit(self, batch: Batch) -> None:
        """Write events, result, assignments, mails and jobs in one transaction.

        Raises Superseded, Violated, CommitUnknown, JournalUnavailable.
        """

    async def settle(self, batch: Batch) -> bool:
        """After CommitUnknown, on a new connection: True: committed; False: not. Raises Superseded."""

    async def rows(self, amphi: AmphiId) -> Rows:
        """The rows to freeze."""

    async def served_elsewhere(self, offer: OfferId) -> list[ServedPerson]:
        """Who of this offer's interns has a live assignment in another offer of the campaign."""

    async def siblings(self, offer: OfferId, person: PersonId) -> list[OfferId]:
        """Other offers of the campaign in which this person has an entry."""

    async def unowned(self) -> list[OfferId]:
        """Offers to conduct whose lease is free or expired by PostgreSQL's clock."""

    async def owned(self) -> list[OfferId]:
        """Offers that somebody conducts, as far as the leases say."""


# --- Redis shows ------------------------------------------------------------


class StoreUnavailable(Exception):
    """Redis cannot be reached."""


class StoreLost(Exception):
    """Redis answers but has lost what we wrote (flushed, restarted empty): rebuild it."""


class HigherTerm(Exception):
    """Redis has seen a higher term: step down."""


class Hot(msgspec.Struct, frozen=True):
    """What lobby pages and other programs read without folding a journal; one JSON per amphi."""

    amphis: dict[AmphiId, dict[str, Any]]
    queue: dict[AmphiId, list[EntryId]]  # who will be called, in order
    deadlines: dict[AmphiId, Millis]  # the instant (deadline + grace) at which a turn is over


class Publication(msgspec.Struct, frozen=True):
    """Everything one script writes: feed, hot state, answers, and how far the inbox is answered."""

    offer: OfferId
    term: int
    notes: tuple[Note, ...]
    hot: Hot | None
    answered: str | None  # inbox id up to which every letter is answered; trimmed behind it


class Charge(msgspec.Struct, frozen=True):
    """What the running turns were charged so far, by turn id, as of the instant `now`.

    `age`: how long ago that was, by the store's own clock, when it is read: the conductor before may
    have had another clock than ours.
    """

    term: int
    charged: dict[TurnId, Millis]
    now: Millis = 0
    age: Millis | None = None

    def since(self, now: Millis) -> Millis:
        """The instant of the charge by our own clock, which says `now`."""
        return min(self.now, now) if self.age is None else now - self.age


class Mailbox(Protocol):
    """An offer's inbox. Every method may raise StoreUnavailable."""

    async def read(self, offer: OfferId, after: str, block_ms: int) -> list[Received]:
        """Letters behind `after`, oldest first; waits up to `block_ms` (0: not at all)."""

    async def post(self, offer: OfferId, letter: Letter) -> str:
        """Put a letter in; returns its id."""

    async def last(self, offer: OfferId) -> str:
        """The id of the newest letter ever posted ("0-0" when none)."""


class Voice(Protocol):
    """An offer's feed and hot state. May raise StoreUnavailable, StoreLost, HigherTerm."""

    async def publish(self, publication: Publication) -> None:
        """One script: refused below the highest term seen; publishing twice changes nothing."""

    async def charge(self, offer: OfferId, charge: Charge, beat: Note) -> None:
        """Each second: the charged time and the beat, in one script carrying the term."""

    async def charged(self, offer: OfferId) -> Charge | None:
        """The last charge on record, of whichever conductor; None when lost."""

    async def answered(self, offer: OfferId) -> str | None:
        """The inbox id up to which letters were answered; None when lost."""

    async def rebuild(self, publication: Publication, last_seq: int) -> None:
        """Write a lost store anew, under this term."""

    async def live_gateways(self, offer: OfferId) -> frozenset[str]:
        """Gateways with listeners of this offer that beat within the last 3 s."""

    async def overdue(self, offers: Sequence[OfferId], now: Millis) -> list[OfferId]:
        """Offers with a deadline in the past: their owner may be dead or stuck."""


class Clock(Protocol):
    """The conductor's clock: monotonic, anchored once to the wall."""

    def now(self) -> Millis: ...

    async def sleep(self, ms: Millis) -> None: ...
