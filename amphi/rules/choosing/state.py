"""The state of one offer: a fold of its journal, nothing else. Frozen values throughout."""

from enum import StrEnum
from typing import Literal

import msgspec

from amphi.rules.choosing.facts import ChoiceStatus, EntryFacts, Post, Proxy, SessionFacts
from amphi.rules.choosing.policy import AmphiPolicy
from amphi.rules.ids import (
    AmphiId,
    EntryId,
    Millis,
    OfferId,
    PersonId,
    PostNumber,
    ServiceNumber,
    TurnId,
)

MissReason = Literal["absent", "timeout", "ended_by_operator"]
Hold = Literal["pause", "freeze", "gateway"]


class Phase(StrEnum):
    """Where an amphi stands (live-rules.md §1); what may happen in each is the table in phases.py."""

    PLANNED = "PLANNED"
    VALIDATED = "VALIDATED"
    OPEN = "OPEN"
    RUNNING = "RUNNING"
    PAUSED = "PAUSED"
    BETWEEN_SESSIONS = "BETWEEN_SESSIONS"
    CATCH_UP = "CATCH_UP"
    CLOSED = "CLOSED"


class Seat(msgspec.Struct, frozen=True):
    """A post with who chose it: at most one STANDARD holder and, beside it, surnombre ones."""

    post: Post
    standard: EntryId | None = None
    surnombre: tuple[EntryId, ...] = ()
    withdrawn: bool = False

    @property
    def by(self) -> tuple[EntryId, ...]:
        return self.surnombre if self.standard is None else (self.standard, *self.surnombre)


class Waiting(msgspec.Struct, frozen=True, tag="waiting"):
    """Not called yet."""


class Choosing(msgspec.Struct, frozen=True, tag="choosing"):
    """Has the turn."""


class Missed(msgspec.Struct, frozen=True, tag="missed"):
    """The turn is over without a choice."""

    reason: MissReason


class Late(msgspec.Struct, frozen=True, tag="late"):
    """Waits right after the one choosing (DCI §10.3). `placed`: by an operator, stays when offline."""

    missed: MissReason
    arrival: int  # seq of the event that placed it: the order of arrival
    placed: bool = False


class Served(msgspec.Struct, frozen=True, tag="served"):
    """Has chosen; `receipt` is the hash of the event."""

    post: PostNumber
    seq: int
    receipt: str


class ServedElsewhere(msgspec.Struct, frozen=True, tag="served_elsewhere"):
    """Has an assignment in another offer of the campaign."""

    offer: OfferId


Standing = Waiting | Choosing | Missed | Late | Served | ServedElsewhere


class Entry(msgspec.Struct, frozen=True):
    """An intern in an amphi, now. `returns`: grants as a latecomer; `calls`: grants of any kind."""

    facts: EntryFacts
    standing: Standing = Waiting()
    excluded: bool = False
    expected_absence: bool = False
    choice_status: ChoiceStatus = ChoiceStatus.STANDARD
    extra_seconds: int = 0
    proxy: Proxy | None = None
    former_holders: tuple[PersonId, ...] = ()
    returns: int = 0
    calls: int = 0
    flag_since: Millis | None = None
    turns: tuple[TurnId, ...] = ()  # past and present, to tell a stale frame from a foreign one

    @property
    def id(self) -> EntryId:
        return self.facts.id

    @property
    def rank(self) -> int:
        return self.facts.call_rank

    @property
    def chooser(self) -> PersonId | None:
        """Whose click counts: the intern, or once a proxy is granted its holder (DCI §6)."""
        return self.facts.person if self.proxy is None else self.proxy.holder

    @property
    def served(self) -> bool:
        return isinstance(self.standing, Served | ServedElsewhere)


class Turn(msgspec.Struct, frozen=True):
    """What every turn has. `budget_ms`: all the time it was ever given, grace not included."""

    id: TurnId
    entry: EntryId
    started_at: Millis
    seconds: int
    budget_ms: Millis
    late: bool
    attended: bool


class RunningTurn(Turn, frozen=True, tag="running"):
    """The clock runs; `deadline` is an instant of the present conductor's clock.

    `prolonged`: the ordinary time is over, what runs is extra time (decisions/prolonged-turns.md).
    """

    deadline: Millis
    prolonged: bool = False

    def remaining_ms(self, now: Millis) -> Millis:
        return max(0, self.deadline - now)

    def charged_ms(self, now: Millis) -> Millis:
        return self.budget_ms - (self.deadline - now)


class HeldTurn(Turn, frozen=True, tag="held"):
    """The clock stands still for each of `holds`; it runs again when none is left."""

    remaining: Millis
    holds: tuple[Hold, ...]
    prolonged: bool = False

    def remaining_ms(self, now: Millis) -> Millis:
        return self.remaining

    def charged_ms(self, now: Millis) -> Millis:
        return self.budget_ms - self.remaining


class ChoiceSession(msgspec.Struct, frozen=True):
    facts: SessionFacts
    state: Literal["planned", "running", "ended"] = "planned"


class PausedSince(msgspec.Struct, frozen=True):
    reason: str
    since: Millis
    came_from: Phase  # RUNNING or CATCH_UP


class Notice(msgspec.Struct, frozen=True):
    """`to`: `all`, `session:n` or `entry:id`."""

    id: str
    text: str
    at: Millis
    to: str


class Rectification(msgspec.Struct, frozen=True):
    """Asked by one operator, waiting for another's approval (live-rules.md §7)."""

    id: str
    entry: EntryId
    post: PostNumber | None
    reason: str
    asked_by: PersonId


class Amphi(msgspec.Struct, frozen=True):
    """One amphi, now. `reached`: the highest call rank that was called or passed over."""

    id: AmphiId
    code: str
    group: str
    regime: str
    position: int
    policy: AmphiPolicy
    phase: Phase
    sessions: tuple[ChoiceSession, ...]
    entries: dict[EntryId, Entry]  # in call-rank order
    opens_at: Millis | None = None
    call_list_version: int = 1
    paused: PausedSince | None = None
    turn: RunningTurn | HeldTurn | None = None
    late: tuple[EntryId, ...] = ()
    reached: int = 0
    notices: tuple[Notice, ...] = ()
    rectifications: tuple[Rectification, ...] = ()
    paces_ms: tuple[Millis, ...] = ()  # charged time of the last turns, newest last
    start_delayed_at: Millis | None = None  # when the clock last failed to start a session

    @property
    def running_session(self) -> ChoiceSession | None:
        return next((each for each in self.sessions if each.state == "running"), None)


class FrozenSince(msgspec.Struct, frozen=True):
    """The engine's own state, laid over the phase (live-rules.md §10)."""

    cause: str
    since: Millis


class OfferState(msgspec.Struct, frozen=True):
    """All that `decide` may look at besides the time and who is present."""

    offer: OfferId
    seq: int = 0
    amphis: dict[AmphiId, Amphi] = {}  # in the order declared
    seats: dict[PostNumber, Seat] = {}
    services: dict[ServiceNumber, tuple[PostNumber, ...]] = {}  # the posts of each, for the cap
    offer_version: int = 0
    frozen: FrozenSince | None = None

    @property
    def parallel(self) -> bool:
        """Several turns at once, when every amphi of the offer says so (live-rules.md §11)."""
        return bool(self.amphis) and all(each.policy.parallel for each in self.amphis.values())
