"""What each audience hears of an event: one allow-list, one line per kind (protocol.md §1).

Who clicked, which operator, what was charged, the type of choice, extra time, the reason of an
absence stay in the journal (live-rules.md §12). A person's account is never on the wire, not even
for operators: people appear by entry.
"""

from typing import Any

import msgspec

from amphi.rules.choosing import events as e
from amphi.rules.choosing.facts import Post, SessionFacts
from amphi.rules.choosing.instants import iso
from amphi.rules.choosing.ordinary_time import extra_ms
from amphi.rules.choosing.state import OfferState
from amphi.rules.choosing.views import Audience, hears
from amphi.rules.ids import AmphiId, EntryId, Millis

Json = dict[str, Any]


class Line(msgspec.Struct, frozen=True):
    """The fields beside `kind`, `v`, `amphi`: for everybody (None: not heard), more for the ARS."""

    everybody: tuple[str, ...] | None
    operators: tuple[str, ...] = ()


def _all(*fields: str, operators: tuple[str, ...] = ()) -> Line:
    return Line(fields, operators)


def _operators(*fields: str) -> Line:
    return Line(None, fields)


_why = ("reason",)

HEARD: dict[type[e.Event], Line] = {
    e.AmphiValidated: _all(operators=_why),
    e.AmphiPublished: _all(operators=_why),
    e.Rescheduled: _all("sessions", operators=_why),
    e.OfferReplaced: _all("version", operators=_why),
    e.CallListReplaced: _all("version", operators=_why),
    e.SessionStarted: _all("session", operators=_why),
    e.StartDelayed: _operators("session", "red"),
    e.SessionEnded: _all("session"),
    e.CatchUpStarted: _all(),
    e.AmphiClosed: _all(operators=_why),
    e.Paused: _all("reason", "remaining_ms"),
    e.Resumed: _all("deadline", "remaining_ms", operators=_why),
    e.TurnStarted: _all(
        "turn", "entry", "deadline", "seconds", "late", operators=("returning", "attended")
    ),
    e.TurnAttended: _operators("turn"),
    e.TurnChanged: _all("turn", "deadline", "remaining_ms", "cause", operators=_why),
    e.TurnMissed: _all("turn", "entry", "reason", operators=("why",)),
    e.LatecomerPlaced: _all("entry"),
    e.LatecomerLeft: _all("entry"),
    e.InternPlaced: _all("entry", operators=_why),
    e.InternExcluded: _all("entry", operators=_why),
    e.InternRestored: _all("entry", operators=_why),
    e.AbsenceSet: _all("entry", "expected", operators=_why),
    e.ExtraTimeSet: _operators("entry", "extra_seconds", "reason"),
    e.InternServedElsewhere: _all("entry", operators=("offer",)),
    e.PostChosen: _all("turn", "entry", "post", "by", operators=("choice_status", "reason")),
    e.RectificationAsked: _operators("id", "entry", "post", "reason"),
    e.ChoiceRectified: _all(
        "id",
        "entry",
        "former_post",
        "post",
        operators=("choice_status", "influenced", "reason", "approval"),
    ),
    e.PostWithdrawn: _all("post", operators=_why),
    e.PostAdded: _all("post", operators=_why),
    e.Frozen: _all("cause"),
    e.Thawed: _all("credit_ms"),
    e.NoticePosted: _all("id", "text", "to"),
    e.FlagRaised: _operators("entry"),
    e.FlagLowered: _operators("entry", "reason"),
    e.ChoiceStatusDecided: _operators("entry", "accepted", "choice_status", "reason"),
    e.ProxyGranted: _operators("entry", "proxy"),
    e.ProxyAccepted: _operators("entry", "proxy"),
    e.ProxyCancelled: _operators("entry", "proxy", "reason"),
}

# "to those concerned alone" (protocol.md §1): what the entry itself hears besides.
Concerning = (
    e.ExtraTimeSet
    | e.FlagRaised
    | e.FlagLowered
    | e.ChoiceStatusDecided
    | e.ProxyGranted
    | e.ProxyAccepted
    | e.ProxyCancelled
)
CONCERNED: dict[type[Concerning], tuple[str, ...]] = {
    e.ExtraTimeSet: ("entry", "extra_seconds"),
    e.FlagRaised: ("entry",),
    e.FlagLowered: ("entry",),
    e.ChoiceStatusDecided: ("entry", "accepted", "choice_status"),
    e.ProxyGranted: ("entry", "proxy"),
    e.ProxyAccepted: ("entry", "proxy"),
    e.ProxyCancelled: ("entry", "proxy"),
}

# "Listeners of each hear of every post taken" (live-rules.md §11); the rest stays in its amphi.
HEARD_IN_ALL_AMPHIS = (
    e.PostChosen,
    e.ChoiceRectified,
    e.OfferReplaced,
    e.PostWithdrawn,
    e.PostAdded,
)

_NEVER_NULL = ("deadline", "remaining_ms")  # one of the two is given, the other is absent


def visible(
    event: e.AnyEvent, state: OfferState, amphi_id: AmphiId, audience: Audience
) -> Json | None:
    """What listeners of `amphi_id` hear of `event`; None: nothing.

    `state` is the state right after this very event, from which the extra time of the turn is
    known, which others must not see.
    """
    fields = _fields(event, audience)
    if fields is None or not _is_about(event, amphi_id):
        return None
    hidden = 0 if audience is Audience.OPERATOR else _hidden(event, state)
    return _named(event, fields, hidden)


def personal(event: e.AnyEvent) -> tuple[EntryId, Json] | None:
    """Whom alone an event concerns, and what they hear of it; None: nobody in particular."""
    if isinstance(event, e.NoticePosted) and event.to.startswith("entry:"):
        return EntryId(event.to.removeprefix("entry:")), _named(event, ("id", "text", "to"), 0)
    if not isinstance(event, Concerning):
        return None
    return event.entry, _named(event, CONCERNED[type(event)], 0)


def _fields(event: e.AnyEvent, audience: Audience) -> tuple[str, ...] | None:
    line = HEARD[type(event)]
    if isinstance(event, e.NoticePosted) and not hears(event.to, audience):
        return None
    if audience is Audience.OPERATOR:
        return (*(line.everybody or ()), *line.operators)
    return line.everybody


def _is_about(event: e.AnyEvent, amphi_id: AmphiId) -> bool:
    return event.amphi in (None, amphi_id) or isinstance(event, HEARD_IN_ALL_AMPHIS)


def _hidden(event: e.AnyEvent, state: OfferState) -> Millis:
    amphi = None if event.amphi is None else state.amphis.get(event.amphi)
    return 0 if amphi is None else extra_ms(amphi)


def _named(event: e.AnyEvent, fields: tuple[str, ...], hidden: Millis) -> Json:
    shown = {name: _plain(name, getattr(event, name), hidden) for name in fields}
    head: Json = {"kind": type(event).__name__, "v": event.v, "amphi": event.amphi}
    return head | {k: v for k, v in shown.items() if v is not None or k not in _NEVER_NULL}


def _plain(name: str, value: Any, hidden: Millis) -> Any:
    """The wire's form of a field: an instant, a span without extra time, a post's number."""
    match name, value:
        case "deadline", int():
            return iso(value - hidden)
        case "remaining_ms", int():
            return max(0, value - hidden)
        case "seconds", int():
            return value - hidden // 1000
        case _, Post():
            return value.number
        case "sessions", _:
            return [_session(each) for each in value]
    return list(value) if isinstance(value, tuple) else value


def _session(facts: SessionFacts) -> Json:
    planned = {"starts_at": facts.starts_at, "ends_at": facts.ends_at}
    ranks: Json = {"n": facts.n, "from": facts.from_rank, "to": facts.to_rank}
    return ranks | {name: iso(at) for name, at in planned.items() if at is not None}
