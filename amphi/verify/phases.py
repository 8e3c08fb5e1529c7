"""Which event may happen in which phase, and what a call list and its sessions must be (§1)."""

from itertools import pairwise
from typing import Any

from amphi.verify import order
from amphi.verify.evidence import Line
from amphi.verify.problems import Findings

_BEFORE = "VALIDATED OPEN"
_CALLING = "RUNNING CATCH_UP"
_WITH_TURN = "RUNNING PAUSED CATCH_UP"
_UNDER_WAY = "RUNNING PAUSED BETWEEN_SESSIONS CATCH_UP"

# kind: the phases in which it may happen; a kind not named may happen in any.
_ALLOWED: dict[str, frozenset[str]] = {
    kind: frozenset(phases.split())
    for kind, phases in {
        "AmphiPublished": "VALIDATED",
        "Rescheduled": _BEFORE,
        "OfferReplaced": _BEFORE,
        "CallListReplaced": _BEFORE,
        "SessionStarted": "OPEN BETWEEN_SESSIONS",
        "SessionEnded": "RUNNING",
        "CatchUpStarted": "BETWEEN_SESSIONS",
        "AmphiClosed": "CATCH_UP",
        "Paused": _CALLING,
        "Resumed": "PAUSED",
        "TurnStarted": _CALLING,
        "TurnChanged": _WITH_TURN,
        "TurnAttended": _WITH_TURN,
        "TurnMissed": _WITH_TURN,
        "LatecomerPlaced": _UNDER_WAY,
        "InternPlaced": _UNDER_WAY,
        "PostChosen": f"{_CALLING} CLOSED",
        "PostWithdrawn": "PAUSED",
        "PostAdded": "PAUSED",
    }.items()
}


def in_its_phase(amphi: dict[str, Any], line: Line) -> Findings:
    """The event is one that the amphi's phase allows."""
    allowed = _ALLOWED.get(line.kind)
    if allowed is not None and amphi["phase"] not in allowed:
        yield "wrong_phase", {"kind": line.kind, "phase": amphi["phase"]}


def lists(line: Line) -> Findings:
    """The call list and its sessions, as frozen by `validate` or replaced."""
    source = line.event["facts"] if line.kind == "AmphiValidated" else line.event
    if "entries" in source:
        yield from _call_list(source["entries"])


def _call_list(entries: list[dict[str, Any]]) -> Findings:
    for field in ("id", "person", "call_rank"):
        if len({each[field] for each in entries}) != len(entries):
            yield "bad_call_list", {}
            return


def session_started(offer: dict[str, Any], amphi: dict[str, Any], line: Line) -> Findings:
    """The next planned one; sessions cut the call list, unless an operator says why not (§1)."""
    planned = [each["n"] for each in amphi["sessions"] if each["state"] == "planned"]
    expected = min(planned, default=None)
    if line.event["session"] != expected:
        yield "wrong_session", {"session": line.event["session"], "expected": expected}
    if not line.event.get("reason") and not _is_partition(amphi):
        yield "bad_sessions", {}
    yield from _alone(offer, amphi)


def _is_partition(amphi: dict[str, Any]) -> bool:
    """Without gap or overlap, and every rank of the call list in one of them."""
    sessions = sorted(amphi["sessions"], key=lambda each: int(each["from_rank"]))
    pairs = pairwise(sessions)
    ranks = [each["rank"] for each in amphi["entries"].values()]
    covered = not ranks or (
        bool(sessions)
        and sessions[0]["from_rank"] <= min(ranks)
        and max(ranks) <= sessions[-1]["to_rank"]
    )
    return covered and all(b["from_rank"] == a["to_rank"] + 1 for a, b in pairs)


def _alone(offer: dict[str, Any], amphi: dict[str, Any]) -> Findings:
    """ "the next may start once the one before is in CATCH_UP or CLOSED" (§11)"""
    if order.is_parallel(offer):
        return
    for other in offer["amphis"].values():
        before = other["position"] < amphi["position"] and not _has_begun(amphi)
        if other is not amphi and not _is_done(other) and (before or _has_begun(other)):
            yield "two_amphis_running", {"amphi": amphi["id"], "other": other["id"]}


def _is_done(amphi: dict[str, Any]) -> bool:
    paused = amphi["phase"] == "PAUSED" and amphi["came_from"] == "CATCH_UP"
    return paused or amphi["phase"] in ("CATCH_UP", "CLOSED")


def _has_begun(amphi: dict[str, Any]) -> bool:
    return any(each["state"] != "planned" for each in amphi["sessions"])


def session_ended(_offer: dict[str, Any], amphi: dict[str, Any], line: Line) -> Findings:
    """ "RUNNING ends when no rank of the session remains and no latecomer waits." """
    session = next((each for each in amphi["sessions"] if each["state"] == "running"), None)
    if session is None or session["n"] != line.event["session"]:
        expected = None if session is None else session["n"]
        yield "wrong_session", {"session": line.event["session"], "expected": expected}
        return
    ranks = range(session["from_rank"], session["to_rank"] + 1)
    for entry in amphi["entries"].values():
        waits = entry["rank"] in ranks and order.callable_now(entry)
        if waits or entry["standing"] in ("late", "choosing"):
            yield "session_unfinished", {"entry": entry["id"]}
