"""The naive fold: what each event makes of the offer, in plain dicts. Believes, never judges."""

from collections.abc import Callable
from typing import Any

from amphi.verify import fold_people, fold_turns, outcomes
from amphi.verify.evidence import Event, Line

Offer = dict[str, Any]
Amphi = dict[str, Any]


def nothing(offer: str) -> Offer:
    """The offer before its first event."""
    return {
        "id": offer,
        "version": 0,
        "amphis": {},
        "posts": {},
        "frozen": False,
        **outcomes.none_yet(),
    }


def apply(offer: Offer, line: Line) -> None:
    """Change `offer` as `line` says."""
    outcomes.note(offer, line)
    step = _OF_THE_OFFER.get(line.kind)
    if step is not None:
        step(offer, line)
        return
    amphi = offer["amphis"][line.event["amphi"]]
    _OF_AN_AMPHI[line.kind](offer, amphi, line)


_FROZEN = ("id", "code", "group", "regime", "position", "policy", "opens_at", "call_list_version")


# --- the offer as a whole ---------------------------------------------------


def _validated(offer: Offer, line: Line) -> None:
    facts = line.event["facts"]
    if line.event["posts"] is not None:
        _put_posts(offer, line.event["posts"])
    offer["amphis"][facts["id"]] = {
        **{key: facts[key] for key in _FROZEN},
        "validated_at": line.at,
        "phase": "VALIDATED",
        "came_from": None,
        "sessions": [_session(each) for each in facts["sessions"]],
        "entries": {each["id"]: _entry(each) for each in facts["entries"]},
        "turn": None,
        "late": [],
        "reached": 0,
        "rectifications": {},
    }


def _session(facts: dict[str, Any]) -> dict[str, Any]:
    return {**facts, "state": "planned"}


def _entry(facts: dict[str, Any]) -> dict[str, Any]:
    return {
        **{key: facts[key] for key in ("id", "person", "des", "choice_status", "extra_seconds")},
        "rank": facts["call_rank"],
        "expected": facts["expected_absence"],
        "excluded": False,
        "proxy": facts["proxy"],
        "former_holders": set(),
        "standing": "waiting",
        "placed": False,
        "calls": 0,
        "post": None,
        "served_at": None,
        "receipt": None,
    }


def _put_posts(offer: Offer, posts: list[dict[str, Any]]) -> None:
    offer["posts"] = {each["number"]: _post(each) for each in posts}


def _post(facts: dict[str, Any]) -> dict[str, Any]:
    return {**facts, "withdrawn": False, "standard": None, "surnombre": []}


def _offer_replaced(offer: Offer, line: Line) -> None:
    offer["version"] = line.event["version"]
    _put_posts(offer, line.event["posts"])


def _post_added(offer: Offer, line: Line) -> None:
    post = line.event["post"]
    offer["posts"][post["number"]] = _post(post)


def _post_withdrawn(offer: Offer, line: Line) -> None:
    offer["posts"][line.event["post"]]["withdrawn"] = True


def _frozen(offer: Offer, line: Line) -> None:
    offer["frozen"] = True
    for amphi in offer["amphis"].values():
        turn = amphi["turn"]
        if turn is not None:
            fold_turns.hold(turn, "freeze", line.event["remaining"].get(turn["id"]))


def _thawed(offer: Offer, line: Line) -> None:
    offer["frozen"] = False
    for amphi in offer["amphis"].values():
        turn = amphi["turn"]
        if turn is not None:
            fold_turns.release(turn, "freeze", line.event["deadlines"].get(turn["id"]), line.term)


# --- one amphi --------------------------------------------------------------


def _phase(after: str) -> Callable[[Offer, Amphi, Line], None]:
    def step(_offer: Offer, amphi: Amphi, _line: Line) -> None:
        amphi["phase"] = after

    return step


def _call_list(_offer: Offer, amphi: Amphi, line: Line) -> None:
    amphi["entries"] = {each["id"]: _entry(each) for each in line.event["entries"]}
    amphi["call_list_version"] = line.event["version"]
    _rescheduled(_offer, amphi, line)


def _rescheduled(_offer: Offer, amphi: Amphi, line: Line) -> None:
    amphi["sessions"] = [_session(each) for each in line.event["sessions"]]


def _session_started(_offer: Offer, amphi: Amphi, line: Line) -> None:
    amphi["phase"] = "RUNNING"
    _set_session(amphi, line.event, "running")


def _session_ended(_offer: Offer, amphi: Amphi, line: Line) -> None:
    amphi["phase"] = "BETWEEN_SESSIONS"
    _set_session(amphi, line.event, "ended")


def _set_session(amphi: Amphi, event: Event, state: str) -> None:
    for session in amphi["sessions"]:
        if session["n"] == event["session"]:
            session["state"] = state
            if state == "ended":
                amphi["reached"] = max(amphi["reached"], session["to_rank"])


def _paused(_offer: Offer, amphi: Amphi, line: Line) -> None:
    amphi["came_from"], amphi["phase"] = amphi["phase"], "PAUSED"
    if amphi["turn"] is not None:
        fold_turns.hold(amphi["turn"], "pause", line.event["remaining_ms"])


def _resumed(_offer: Offer, amphi: Amphi, line: Line) -> None:
    amphi["phase"] = amphi["came_from"]
    if amphi["turn"] is not None:
        fold_turns.resumed(amphi["turn"], line)


def _nothing(_offer: Offer, _amphi: Amphi, _line: Line) -> None:
    """Told to people; changes nothing that is checked."""


_OF_THE_OFFER: dict[str, Callable[[Offer, Line], None]] = {
    "AmphiValidated": _validated,
    "OfferReplaced": _offer_replaced,
    "PostAdded": _post_added,
    "PostWithdrawn": _post_withdrawn,
    "Frozen": _frozen,
    "Thawed": _thawed,
}

_OF_AN_AMPHI: dict[str, Callable[[Offer, Amphi, Line], None]] = {
    "AmphiPublished": _phase("OPEN"),
    "Rescheduled": _rescheduled,
    "CallListReplaced": _call_list,
    "SessionStarted": _session_started,
    "SessionEnded": _session_ended,
    "CatchUpStarted": _phase("CATCH_UP"),
    "AmphiClosed": _phase("CLOSED"),
    "Paused": _paused,
    "Resumed": _resumed,
    "NoticePosted": _nothing,
    "FlagRaised": _nothing,
    "FlagLowered": _nothing,
    "StartDelayed": _nothing,
    **fold_turns.STEPS,
    **fold_people.STEPS,
}
