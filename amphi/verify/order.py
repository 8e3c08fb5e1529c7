"""Who is called, when, and how often (live-rules.md §2, §3, §9.4, §9.5, §9.6, §11)."""

from typing import Any

from amphi.verify.evidence import Line
from amphi.verify.problems import Findings

Amphi = dict[str, Any]
Entry = dict[str, Any]


def is_parallel(offer: dict[str, Any]) -> bool:
    """Several turns at once, when every amphi of the offer says so."""
    return all(each["policy"]["parallel"] for each in offer["amphis"].values())


def callable_now(entry: Entry) -> bool:
    """Waits for a first call, neither excluded nor expected to be absent."""
    return entry["standing"] == "waiting" and not entry["excluded"] and not entry["expected"]


def called(offer: dict[str, Any], amphi: Amphi, line: Line) -> Findings:
    """A turn is granted, or passed at once under SKIP."""
    entry = amphi["entries"][line.event["entry"]]
    late = line.event.get("late", entry["standing"] == "late")
    yield from (_as_latecomer if late else _as_next_rank)(offer, amphi, entry)
    yield from _often(amphi, entry)


def one_turn(offer: dict[str, Any], amphi: Amphi, line: Line) -> Findings:
    """ "At most one turn per amphi (per offer when not parallel)" """
    for other in offer["amphis"].values():
        same = other is amphi or not is_parallel(offer)
        if other["turn"] is not None and same:
            yield "two_turns", {"turn": line.event["turn"], "other": other["turn"]["id"]}


def _often(amphi: Amphi, entry: Entry) -> Findings:
    """ "Nobody is called more than 1 + max_returns times, operator placements aside." """
    allowed = 1 + amphi["policy"]["max_returns"]
    calls = entry["calls"] + (0 if entry["placed"] else 1)
    if calls > allowed:
        yield "too_many_calls", {"entry": entry["id"], "calls": calls, "allowed": allowed}


def _latecomers(offer: dict[str, Any], amphi: Amphi) -> list[Entry]:
    """Who waits right behind the one choosing, first come first: earlier amphis, then this one."""
    amphis = [amphi] if is_parallel(offer) else sorted(offer["amphis"].values(), key=_position)
    return [entry for each in amphis if _calls(each) for entry in _in_late_order(each)]


def _position(amphi: Amphi) -> int:
    return int(amphi["position"])


def _calls(amphi: Amphi) -> bool:
    return amphi["phase"] in ("RUNNING", "CATCH_UP")


def _in_late_order(amphi: Amphi) -> list[Entry]:
    late = [amphi["entries"][each] for each in amphi["late"]]
    if amphi["policy"]["late_order"] == "RANK":
        late.sort(key=lambda entry: int(entry["rank"]))
    return late


def _as_latecomer(offer: dict[str, Any], amphi: Amphi, entry: Entry) -> Findings:
    if entry["standing"] != "late":
        yield "not_late", {"entry": entry["id"]}
        return
    first = _latecomers(offer, amphi)[0]
    if first is not entry:
        yield "late_order", {"entry": entry["id"], "first": first["id"]}


def _as_next_rank(offer: dict[str, Any], amphi: Amphi, entry: Entry) -> Findings:
    """ "the waiting latecomers first, by call rank; then the next call rank of the session" """
    if not callable_now(entry):
        yield "not_callable", {"entry": entry["id"], "standing": _standing(entry)}
    session = next((each for each in amphi["sessions"] if each["state"] == "running"), None)
    if session is None or not session["from_rank"] <= entry["rank"] <= session["to_rank"]:
        yield "outside_session", {"entry": entry["id"], "rank": entry["rank"]}
    for first in _latecomers(offer, amphi)[:1]:
        yield "late_order", {"entry": entry["id"], "first": first["id"]}
    if session is not None:
        yield from _nobody_before(amphi, session, entry)


def _standing(entry: Entry) -> str:
    absent = "absence prévue" if entry["expected"] else str(entry["standing"])
    return "exclu" if entry["excluded"] else absent


def _nobody_before(amphi: Amphi, session: dict[str, Any], entry: Entry) -> Findings:
    for other in amphi["entries"].values():
        if session["from_rank"] <= other["rank"] < entry["rank"] and callable_now(other):
            facts = {"entry": entry["id"], "rank": entry["rank"]}
            yield "rank_order", {**facts, "before": other["id"], "before_rank": other["rank"]}


# --- the queue --------------------------------------------------------------


def placed_late(_offer: dict[str, Any], amphi: Amphi, line: Line) -> Findings:
    """ "Missed …, then present": only whoever missed the turn, and may still be called."""
    entry = amphi["entries"][line.event["entry"]]
    if entry["standing"] != "missed" or entry["excluded"] or entry["expected"]:
        yield "not_missed", {"entry": entry["id"]}


def placed_by_operator(_offer: dict[str, Any], amphi: Amphi, line: Line) -> Findings:
    """ "only somebody already called or passed over" """
    entry = amphi["entries"][line.event["entry"]]
    passed_over = entry["standing"] == "waiting" and entry["rank"] <= amphi["reached"]
    if entry["standing"] not in ("missed", "late") and not passed_over:
        yield "not_missed", {"entry": entry["id"]}


def missed(offer: dict[str, Any], amphi: Amphi, line: Line) -> Findings:
    """The turn that is missed is the running one, or is passed without a clock under SKIP."""
    turn, event = amphi["turn"], line.event
    if turn is not None and turn["id"] == event["turn"] and turn["entry"] == event["entry"]:
        return
    if amphi["policy"]["absent_clock"] == "SKIP" and event["reason"] == "absent" and turn is None:
        yield from called(offer, amphi, line)
    else:
        yield "not_the_turn", {"entry": event["entry"], "turn": event["turn"]}


# --- after each commit ------------------------------------------------------


def settled(offer: dict[str, Any]) -> Findings:
    """ "a RUNNING amphi has exactly one turn"; of the whole offer when its amphis follow another."""
    if offer["frozen"]:
        return
    somebody = any(each["turn"] is not None for each in offer["amphis"].values())
    for amphi in offer["amphis"].values():
        alone = amphi["turn"] is None and (is_parallel(offer) or not somebody)
        if amphi["phase"] == "RUNNING" and alone:
            yield "no_turn", {"amphi": amphi["id"]}
