"""What people (and the engine) ask for: imperatives. One struct per gesture, its name the tag.

The names and arguments of operators' gestures are those of the wire (protocol.md §1).
"""

from typing import Annotated, Literal

import msgspec

from amphi.rules.choosing.facts import AmphiFacts, ChoiceStatus, EntryFacts, Post, SessionFacts
from amphi.rules.ids import AmphiId, EntryId, Millis, OfferId, PersonId, PostNumber, TurnId

Reason = Annotated[str, msgspec.Meta(max_length=500)]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]


class Order(msgspec.Struct, frozen=True, tag_field="name", forbid_unknown_fields=True):
    """Any command's arguments."""


# --- interns and proxy holders ----------------------------------------------


class Choose(Order, frozen=True, tag="choose"):
    turn: TurnId
    post: PostNumber


class Ready(Order, frozen=True, tag="ready"):
    """ "Je suis prêt": back in the queue (live-rules.md §3)."""


class Help(Order, frozen=True, tag="help"):
    """Raises or lowers my flag on the operators' wall."""


class GrantProxy(Order, frozen=True, tag="grant_proxy"):
    proxy: str  # id of the grant; the holder's address stays in its row


class AcceptProxy(Order, frozen=True, tag="accept_proxy"):
    proxy: str


class CancelProxy(Order, frozen=True, tag="cancel_proxy"):
    entry: EntryId | None = None  # an operator says whose; the grantor does not
    reason: Reason = ""  # an operator's


# --- operators (live-rules.md §8) -------------------------------------------


class Validate(Order, frozen=True, tag="validate"):
    """`facts` and `posts` are frozen from the rows by the conductor, never sent by a client."""

    reason: Reason = ""
    facts: AmphiFacts | None = None
    posts: tuple[Post, ...] = ()


class Publish(Order, frozen=True, tag="publish"):
    reason: Reason = ""


class Start(Order, frozen=True, tag="start"):
    """`session` None: the next one. `override`: why a red line of the readiness list is overruled."""

    session: int | None = None
    override: Reason = ""


class Pause(Order, frozen=True, tag="pause"):
    reason: Reason = ""


class Resume(Order, frozen=True, tag="resume"):
    reason: Reason = ""


class Close(Order, frozen=True, tag="close"):
    reason: Reason = ""


class Reschedule(Order, frozen=True, tag="reschedule"):
    sessions: tuple[SessionFacts, ...]
    reason: Reason = ""


class ReplaceOffer(Order, frozen=True, tag="replace_offer"):
    """`posts` from the rows, as for `validate`."""

    reason: Reason = ""
    posts: tuple[Post, ...] = ()


class ReplaceCallList(Order, frozen=True, tag="replace_call_list"):
    """`entries` and `sessions` from the rows, as for `validate`."""

    reason: Reason = ""
    entries: tuple[EntryFacts, ...] = ()
    sessions: tuple[SessionFacts, ...] = ()


class AddTime(Order, frozen=True, tag="add_time"):
    """`turn`: the one that is meant, so that the gesture cannot hit the next; None: whichever."""

    seconds: Annotated[int, msgspec.Meta(ge=1, le=3600)]
    reason: Reason = ""
    turn: TurnId | None = None


class RestartTurn(Order, frozen=True, tag="restart_turn"):
    """`turn`: as for `add_time`."""

    reason: Reason = ""
    turn: TurnId | None = None


class EndTurn(Order, frozen=True, tag="end_turn"):
    """`turn`: as for `add_time`."""

    reason: Reason = ""
    turn: TurnId | None = None


class Place(Order, frozen=True, tag="place"):
    entry: EntryId
    reason: Reason = ""


class Exclude(Order, frozen=True, tag="exclude"):
    entry: EntryId
    reason: Reason = ""


class Restore(Order, frozen=True, tag="restore"):
    entry: EntryId
    reason: Reason = ""


class SetAbsence(Order, frozen=True, tag="set_absence"):
    entry: EntryId
    expected: bool
    reason: Reason = ""


class SetExtraTime(Order, frozen=True, tag="set_extra_time"):
    entry: EntryId
    extra_seconds: Annotated[int, msgspec.Meta(ge=0, le=3600)]
    reason: Reason = ""


class DecideStatusRequest(Order, frozen=True, tag="decide_status_request"):
    """Accepts or refuses; `choice_status` is what was asked for (DCI §5)."""

    entry: EntryId
    accepted: bool
    choice_status: ChoiceStatus
    reason: Reason = ""


class ChooseFor(Order, frozen=True, tag="choose_for"):
    """After checking the caller's secret answer or support code (DCI §10.3)."""

    entry: EntryId
    post: PostNumber
    reason: Reason = ""


class WithdrawPost(Order, frozen=True, tag="withdraw_post"):
    post: PostNumber
    reason: Reason = ""


class AddPost(Order, frozen=True, tag="add_post"):
    post: Post
    reason: Reason = ""


class PostNotice(Order, frozen=True, tag="notice"):
    """`to`: `all`, `session:n` or `entry:id`."""

    text: Text
    to: Annotated[str, msgspec.Meta(pattern=r"^(all|session:[1-9][0-9]*|entry:.+)$")] = "all"


class Rectify(Order, frozen=True, tag="rectify"):
    """`post` None: the choice is taken back and the intern may be placed again."""

    entry: EntryId
    reason: Reason
    post: PostNumber | None = None


class ApproveRectification(Order, frozen=True, tag="approve_rectification"):
    id: str
    reason: Reason = ""


class LowerFlag(Order, frozen=True, tag="lower_flag"):
    entry: EntryId
    reason: Reason = ""


# --- the engine's own -------------------------------------------------------


class Tick(Order, frozen=True, tag="tick"):
    """Time passed, or presence changed. `read_at`: when the last read of the inbox to its end was
    issued; a turn expires only if that was after its deadline + grace. None: now.
    """

    read_at: Millis | None = None


class Freeze(Order, frozen=True, tag="freeze"):
    """`charged`: what each turn was charged, by turn id; a turn not named starts afresh."""

    cause: str
    charged: dict[TurnId, Millis]


class Thaw(Order, frozen=True, tag="thaw"):
    credit_ms: Millis


class HoldTurn(Order, frozen=True, tag="hold_turn"):
    """The gateway of whoever has the turn is gone: the clock stops (architecture.md)."""

    turn: TurnId
    charged_ms: Millis


class ReleaseTurn(Order, frozen=True, tag="release_turn"):
    turn: TurnId


class CreditTurns(Order, frozen=True, tag="credit_turns"):
    """The loop stood still for `credit_ms`: nobody is charged for it."""

    credit_ms: Millis


class MarkServedElsewhere(Order, frozen=True, tag="mark_served_elsewhere"):
    entry: EntryId
    offer: OfferId


PersonalOrder = Choose | Ready | Help | GrantProxy | AcceptProxy | CancelProxy
OperatorOrder = (
    Validate
    | Publish
    | Start
    | Pause
    | Resume
    | Close
    | Reschedule
    | ReplaceOffer
    | ReplaceCallList
    | AddTime
    | RestartTurn
    | EndTurn
    | Place
    | Exclude
    | Restore
    | SetAbsence
    | SetExtraTime
    | DecideStatusRequest
    | ChooseFor
    | WithdrawPost
    | AddPost
    | PostNotice
    | Rectify
    | ApproveRectification
    | LowerFlag
    | CancelProxy
)
EngineOrder = Tick | Freeze | Thaw | HoldTurn | ReleaseTurn | CreditTurns | MarkServedElsewhere
AnyOrder = PersonalOrder | OperatorOrder | EngineOrder

Role = Literal["intern", "operator", "engine"]


class Command(msgspec.Struct, frozen=True):
    """An order with who gives it and where. `intern` covers proxy holders: one account, two roles."""

    role: Role
    order: AnyOrder
    amphi: AmphiId | None = None
    person: PersonId | None = None


class Presence(msgspec.Struct, frozen=True):
    """Who has an open connection. `known` False: after a take-over, and unknown is never absent."""

    here: frozenset[PersonId] = frozenset()
    known: bool = True
