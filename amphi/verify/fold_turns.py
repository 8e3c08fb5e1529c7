"""The naive fold of turns and of the queue behind them (live-rules.md §2, §3)."""

from collections.abc import Callable
from typing import Any

from amphi.verify.evidence import Line

Step = Callable[[dict[str, Any], dict[str, Any], Line], None]


def hold(turn: dict[str, Any], by: str, remaining: int | None) -> None:
    """The clock stands still for one more reason."""
    turn["holds"].add(by)
    turn["deadline"] = None
    if remaining is not None:
        turn["remaining"] = remaining


def release(turn: dict[str, Any], by: str, deadline: int | None, term: int) -> None:
    """One reason less; with the last one gone the clock runs to `deadline` of this term's clock."""
    turn["holds"].discard(by)
    if deadline is not None:
        _run(turn, deadline, term)


def _run(turn: dict[str, Any], deadline: int, term: int) -> None:
    turn.update(deadline=deadline, term=term, remaining=None, holds=set())


def resumed(turn: dict[str, Any], line: Line) -> None:
    """`Resumed` gives the deadline, or what remains while something else holds the clock."""
    event = line.event
    release(turn, "pause", event["deadline"], line.term)
    if event["deadline"] is None and event["remaining_ms"] is not None:
        turn["remaining"] = event["remaining_ms"]
    if event["budget_ms"] is not None:
        turn["budget"] = event["budget_ms"]


def _started(_offer: dict[str, Any], amphi: dict[str, Any], line: Line) -> None:
    event = line.event
    entry = amphi["entries"][event["entry"]]
    amphi["turn"] = {
        "id": event["turn"],
        "entry": event["entry"],
        "started_at": line.at,
        "deadline": event["deadline"],
        "term": line.term,
        "remaining": None,
        "holds": set(),
        "budget": event["seconds"] * 1000,
        "attended": event["attended"],
    }
    _called(amphi, entry, late=event["late"])
    entry.update(standing="choosing", placed=False)
    _leave(amphi, event["entry"])


def _called(amphi: dict[str, Any], entry: dict[str, Any], *, late: bool) -> None:
    """A call counts unless an operator placed the intern (live-rules.md §9.6)."""
    if not entry["placed"]:
        entry["calls"] += 1
    if not late:
        amphi["reached"] = max(amphi["reached"], entry["rank"])


def _attended(_offer: dict[str, Any], amphi: dict[str, Any], _line: Line) -> None:
    amphi["turn"]["attended"] = True


def _changed(_offer: dict[str, Any], amphi: dict[str, Any], line: Line) -> None:
    turn, event = amphi["turn"], line.event
    turn["budget"] = event["budget_ms"]
    if event["cause"] == "gateway_lost":
        hold(turn, "gateway", event["remaining_ms"])
    elif event["deadline"] is not None:
        _run(turn, event["deadline"], line.term)
    else:
        if event["cause"] == "gateway_back":
            turn["holds"].discard("gateway")
        turn["remaining"] = event["remaining_ms"]


def _missed(_offer: dict[str, Any], amphi: dict[str, Any], line: Line) -> None:
    event = line.event
    entry = amphi["entries"][event["entry"]]
    turn = amphi["turn"]
    if turn is not None and turn["id"] == event["turn"]:
        amphi["turn"] = None
    else:  # passed at once, without a clock (policy absent_clock SKIP)
        _called(amphi, entry, late=entry["standing"] == "late")
        _leave(amphi, entry["id"])
    entry.update(standing="missed", reason=event["reason"], placed=False)


# --- the queue --------------------------------------------------------------


def _leave(amphi: dict[str, Any], entry: str) -> None:
    amphi["late"] = [each for each in amphi["late"] if each != entry]


def _late(_offer: dict[str, Any], amphi: dict[str, Any], line: Line) -> None:
    name = line.event["entry"]
    _leave(amphi, name)
    amphi["late"].append(name)
    amphi["entries"][name]["standing"] = "late"


def _placed(offer: dict[str, Any], amphi: dict[str, Any], line: Line) -> None:
    """An operator's placement overrules an expected absence or an exclusion."""
    _late(offer, amphi, line)
    amphi["entries"][line.event["entry"]].update(placed=True, excluded=False, expected=False)


def _left(_offer: dict[str, Any], amphi: dict[str, Any], line: Line) -> None:
    _leave(amphi, line.event["entry"])
    amphi["entries"][line.event["entry"]].update(standing="missed", placed=False)


STEPS: dict[str, Step] = {
    "TurnStarted": _started,
    "TurnAttended": _attended,
    "TurnChanged": _changed,
    "TurnMissed": _missed,
    "LatecomerPlaced": _late,
    "LatecomerLeft": _left,
    "InternPlaced": _placed,
}
