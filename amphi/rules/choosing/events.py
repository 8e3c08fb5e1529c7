"""What happened: past participles, versioned, with ids and facts only, never names (live-rules.md §12).

Everything here goes into the journal; what each audience may see of it is `public.py`.
Instants are milliseconds since 1970 UTC of the conductor's clock, spans are milliseconds.
"""

from typing import Literal

import msgspec

from amphi.rules.choosing.facts import AmphiFacts, ChoiceStatus, EntryFacts, Post, SessionFacts
from amphi.rules.choosing.state import MissReason
from amphi.rules.ids import AmphiId, EntryId, Millis, OfferId, PersonId, PostNumber, TurnId

TurnCause = Literal[
    "time_added", "restarted", "gateway_lost", "gateway_back", "stalled", "prolonged"
]


class Event(msgspec.Struct, frozen=True, tag_field="kind", kw_only=True):
    """`amphi` is None for what concerns the whole offer."""

    v: int = 1
    amphi: AmphiId | None = None


class Gesture(Event, frozen=True, kw_only=True):
    """An operator's: who and why are journaled (live-rules.md §8); `operator` None: the clock's."""

    operator: PersonId | None = None
    reason: str = ""


# --- phases -----------------------------------------------------------------


class AmphiValidated(Gesture, frozen=True, tag=True, kw_only=True):
    facts: AmphiFacts
    posts: tuple[Post, ...] | None  # of the whole offer; None when it already has them


class AmphiPublished(Gesture, frozen=True, tag=True, kw_only=True):
    pass


class Rescheduled(Gesture, frozen=True, tag=True, kw_only=True):
    sessions: tuple[SessionFacts, ...]


class OfferReplaced(Gesture, frozen=True, tag=True, kw_only=True):
    posts: tuple[Post, ...]
    version: int


class CallListReplaced(Gesture, frozen=True, tag=True, kw_only=True):
    entries: tuple[EntryFacts, ...]
    sessions: tuple[SessionFacts, ...]
    version: int


class SessionStarted(Gesture, frozen=True, tag=True, kw_only=True):
    session: int


class StartDelayed(Event, frozen=True, tag=True, kw_only=True):
    """The planned time has come, `red` lines of the readiness list stand in the way (auto_start)."""

    session: int
    red: tuple[str, ...]


class SessionEnded(Event, frozen=True, tag=True, kw_only=True):
    session: int


class CatchUpStarted(Event, frozen=True, tag=True, kw_only=True):
    pass


class AmphiClosed(Gesture, frozen=True, tag=True, kw_only=True):
    pass


class Paused(Gesture, frozen=True, tag=True, kw_only=True):
    remaining_ms: Millis | None


class Resumed(Gesture, frozen=True, tag=True, kw_only=True):
    """`deadline` None: nobody has the turn, or something else still holds the clock."""

    deadline: Millis | None
    remaining_ms: Millis | None
    budget_ms: Millis | None


# --- turns ------------------------------------------------------------------


class TurnStarted(Event, frozen=True, tag=True, kw_only=True):
    turn: TurnId
    entry: EntryId
    deadline: Millis
    seconds: int
    late: bool
    returning: bool  # counts as one of the intern's returns
    attended: bool


class TurnAttended(Event, frozen=True, tag=True, kw_only=True):
    """Somebody able to choose came before the time given to the absent was over."""

    turn: TurnId


class TurnChanged(Event, frozen=True, tag=True, kw_only=True):
    """Exactly one of `deadline` and `remaining_ms` is given: running or held."""

    turn: TurnId
    deadline: Millis | None = None
    remaining_ms: Millis | None = None
    budget_ms: Millis
    cause: TurnCause
    operator: PersonId | None = None
    reason: str = ""


class TurnMissed(Event, frozen=True, tag=True, kw_only=True):
    """`reason`: how it ended; `why`: what the operator gave who ended it."""

    turn: TurnId
    entry: EntryId
    reason: MissReason
    charged_ms: Millis
    operator: PersonId | None = None
    why: str = ""


# --- the queue --------------------------------------------------------------


class LatecomerPlaced(Event, frozen=True, tag=True, kw_only=True):
    entry: EntryId


class LatecomerLeft(Event, frozen=True, tag=True, kw_only=True):
    entry: EntryId


class InternPlaced(Gesture, frozen=True, tag=True, kw_only=True):
    entry: EntryId


class InternExcluded(Gesture, frozen=True, tag=True, kw_only=True):
    entry: EntryId


class InternRestored(Gesture, frozen=True, tag=True, kw_only=True):
    entry: EntryId


class AbsenceSet(Gesture, frozen=True, tag=True, kw_only=True):
    entry: EntryId
    expected: bool


class ExtraTimeSet(Gesture, frozen=True, tag=True, kw_only=True):
    entry: EntryId
    extra_seconds: int


class InternServedElsewhere(Event, frozen=True, tag=True, kw_only=True):
    entry: EntryId
    offer: OfferId


# --- choices ----------------------------------------------------------------


class PostChosen(Event, frozen=True, tag=True, kw_only=True):
    """`turn` None: an operator chose for somebody unserved, outside any turn."""

    turn: TurnId | None
    entry: EntryId
    post: PostNumber
    by: Literal["intern", "proxy", "operator"]
    person: PersonId  # who clicked
    choice_status: ChoiceStatus
    charged_ms: Millis | None
    reason: str = ""


class RectificationAsked(Gesture, frozen=True, tag=True, kw_only=True):
    id: str
    entry: EntryId
    post: PostNumber | None


class ChoiceRectified(Gesture, frozen=True, tag=True, kw_only=True):
    """`influenced`: those who chose after the rectified choice; nothing cascades by itself.

    `reason`: of who asked for it; `approval`: of who approved it.
    """

    id: str
    entry: EntryId
    former_post: PostNumber
    post: PostNumber | None
    choice_status: ChoiceStatus
    asked_by: PersonId
    influenced: tuple[EntryId, ...]
    approval: str = ""


class PostWithdrawn(Gesture, frozen=True, tag=True, kw_only=True):
    post: PostNumber


class PostAdded(Gesture, frozen=True, tag=True, kw_only=True):
    post: Post


# --- the engine -------------------------------------------------------------


class Frozen(Event, frozen=True, tag=True, kw_only=True):
    """`remaining`: what each turn has left, by turn id."""

    cause: str
    remaining: dict[TurnId, Millis]


class Thawed(Event, frozen=True, tag=True, kw_only=True):
    """`deadlines`: of the turns that run again; `credit_ms`: the time nobody was charged."""

    credit_ms: Millis
    deadlines: dict[TurnId, Millis]


# --- messages and what concerns one person ----------------------------------


class NoticePosted(Gesture, frozen=True, tag=True, kw_only=True):
    id: str
    text: str
    to: str


class FlagRaised(Event, frozen=True, tag=True, kw_only=True):
    entry: EntryId


class FlagLowered(Gesture, frozen=True, tag=True, kw_only=True):
    """`operator` None: by the intern who had raised it."""

    entry: EntryId


class ChoiceStatusDecided(Gesture, frozen=True, tag=True, kw_only=True):
    entry: EntryId
    accepted: bool
    choice_status: ChoiceStatus  # the one that holds from now on


class ProxyGranted(Event, frozen=True, tag=True, kw_only=True):
    entry: EntryId
    proxy: str


class ProxyAccepted(Event, frozen=True, tag=True, kw_only=True):
    entry: EntryId
    proxy: str
    holder: PersonId


class ProxyCancelled(Gesture, frozen=True, tag=True, kw_only=True):
    entry: EntryId
    proxy: str


# fmt: off
AnyEvent = (
    AmphiValidated | AmphiPublished | Rescheduled | OfferReplaced | CallListReplaced
    | SessionStarted | StartDelayed | SessionEnded | CatchUpStarted | AmphiClosed | Paused
    | Resumed | TurnStarted | TurnAttended | TurnChanged | TurnMissed | LatecomerPlaced
    | LatecomerLeft | InternPlaced | InternExcluded | InternRestored | AbsenceSet | ExtraTimeSet
    | InternServedElsewhere | PostChosen | RectificationAsked | ChoiceRectified | PostWithdrawn
    | PostAdded | Frozen | Thawed | NoticePosted | FlagRaised | FlagLowered
    | ChoiceStatusDecided | ProxyGranted | ProxyAccepted | ProxyCancelled
)
# fmt: on


class Recorded(msgspec.Struct, frozen=True):
    """An event at its place in the journal: `at` is the conductor's instant, `hash` its receipt."""

    seq: int
    at: Millis
    hash: str
    event: AnyEvent
