"""The fields each kind of event must have, and what they name that must exist."""

from typing import Any

from amphi.verify.evidence import Event
from amphi.verify.problems import Findings

_TURN = "turn entry"

# kind: the fields it cannot do without, beside `kind`, `v`, `amphi` (protocol.md §1)
FIELDS: dict[str, frozenset[str]] = {
    kind: frozenset(fields.split())
    for kind, fields in {
        "AmphiValidated": "facts posts",
        "AmphiPublished": "",
        "Rescheduled": "sessions",
        "OfferReplaced": "posts version",
        "CallListReplaced": "entries sessions version",
        "SessionStarted": "session",
        "StartDelayed": "session red",
        "SessionEnded": "session",
        "CatchUpStarted": "",
        "AmphiClosed": "",
        "Paused": "remaining_ms",
        "Resumed": "deadline remaining_ms budget_ms",
        "TurnStarted": f"{_TURN} deadline seconds late returning attended",
        "TurnAttended": "turn",
        "TurnChanged": "turn deadline remaining_ms budget_ms cause",
        "TurnMissed": f"{_TURN} reason charged_ms",
        "LatecomerPlaced": "entry",
        "LatecomerLeft": "entry",
        "InternPlaced": "entry",
        "InternExcluded": "entry",
        "InternRestored": "entry",
        "AbsenceSet": "entry expected",
        "ExtraTimeSet": "entry extra_seconds",
        "InternServedElsewhere": "entry offer",
        "PostChosen": f"{_TURN} post by person choice_status charged_ms",
        "RectificationAsked": "id entry post",
        "ChoiceRectified": "id entry former_post post choice_status asked_by influenced",
        "PostWithdrawn": "post",
        "PostAdded": "post",
        "Frozen": "cause remaining",
        "Thawed": "credit_ms deadlines",
        "NoticePosted": "id text to",
        "FlagRaised": "entry",
        "FlagLowered": "entry",
        "ChoiceStatusDecided": "entry accepted choice_status",
        "ProxyGranted": "entry proxy",
        "ProxyAccepted": "entry proxy holder",
        "ProxyCancelled": "entry proxy",
    }.items()
}

# Concern the offer as a whole: no amphi needed.
OF_THE_OFFER = frozenset({"Frozen", "Thawed", "OfferReplaced", "PostWithdrawn", "PostAdded"})


def shape(event: Event) -> Findings:
    """An event of a known kind with all its fields."""
    kind = event["kind"]
    if kind not in FIELDS:
        yield "unknown_kind", {"kind": kind}
        return
    missing = sorted(FIELDS[kind] - event.keys())
    if missing:
        yield "field_missing", {"kind": kind, "fields": ", ".join(missing)}


def references(offer: dict[str, Any], event: Event) -> Findings:
    """The amphi and the entry an event names must exist."""
    kind, name = event["kind"], event.get("amphi")
    if kind == "AmphiValidated":
        return
    amphi = offer["amphis"].get(name)
    if amphi is None:
        if name is not None or kind not in OF_THE_OFFER:
            yield "dangling", {"kind": kind, "what": "l'amphi", "id": name}
    elif "entry" in event and event["entry"] not in amphi["entries"]:
        yield "dangling", {"kind": kind, "what": "l'interne", "id": event["entry"]}
    if isinstance(event.get("post"), str) and event["post"] not in offer["posts"]:
        yield "dangling", {"kind": kind, "what": "le poste", "id": event["post"]}
