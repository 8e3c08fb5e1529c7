"""The time of a turn: nobody's is shortened, none ends early (live-rules.md §2, §9.7, §9.11)."""

from collections.abc import Callable
from typing import Any

from amphi.verify.evidence import Line
from amphi.verify.problems import Findings

# A choice counts when it stands in the inbox by deadline + grace; the read that finds it there is
# issued after that instant, so its line may be this much younger.
READING_MS = 2_000

_TIMES = ("remaining_ms", "deadline")


def turn_of(amphi: dict[str, Any], line: Line) -> dict[str, Any] | None:
    """The amphi's turn when it is the one the event names."""
    turn: dict[str, Any] | None = amphi["turn"]
    return turn if turn is not None and turn["id"] == line.event.get("turn") else None


def left(turn: dict[str, Any], line: Line) -> int | None:
    """Milliseconds from `line` to the deadline, negative behind it; None: no common clock."""
    if turn["holds"]:
        return int(turn["remaining"])
    return turn["deadline"] - line.at if turn["term"] == line.term else None


def _given(line: Line) -> int | None:
    remaining, deadline = (line.event[each] for each in _TIMES)
    if deadline is not None:
        return int(deadline) - line.at
    return None if remaining is None else int(remaining)


def _shortened(turn: dict[str, Any], line: Line, given: int | None) -> Findings:
    """A stall forgiven longer than the turn has lasted leaves more than its budget: not owed."""
    remaining = left(turn, line)
    owed = None if remaining is None else min(remaining, turn["budget"])
    if owed is not None and max(0, given or 0) < max(0, owed):
        yield "turn_shortened", {"owed": owed, "given": given}


def started(offer: dict[str, Any], amphi: dict[str, Any], line: Line) -> Findings:
    """ "It lasts turn_seconds (+ the entry's extra_seconds)" """
    event = line.event
    expected = amphi["policy"]["turn_seconds"] + amphi["entries"][event["entry"]]["extra_seconds"]
    if event["seconds"] != expected:
        yield "turn_length", {"found": event["seconds"], "expected": expected}
    given, owed = event["deadline"] - line.at, event["seconds"] * 1000
    if given < owed:
        yield "turn_shortened", {"owed": owed, "given": given}
    if offer["frozen"]:
        yield "turn_granted_while_suspended", {}


def changed(_offer: dict[str, Any], amphi: dict[str, Any], line: Line) -> Findings:
    """Never less time than was left; the budget grows by an operator's gesture only."""
    turn = turn_of(amphi, line)
    if turn is None:
        yield "not_the_turn", {"entry": "?", "turn": line.event["turn"]}
        return
    yield from _shortened(turn, line, _given(line))
    budget, cause = line.event["budget_ms"], line.event["cause"]
    grows = budget >= turn["budget"] and cause in ("time_added", "restarted")
    if budget != turn["budget"] and not grows:
        yield "budget_wrong", {"found": budget, "expected": turn["budget"]}


def attended(_offer: dict[str, Any], amphi: dict[str, Any], line: Line) -> Findings:
    """Somebody came during the turn that is named."""
    if turn_of(amphi, line) is None:
        yield "not_the_turn", {"entry": "?", "turn": line.event["turn"]}


def paused(_offer: dict[str, Any], amphi: dict[str, Any], line: Line) -> Findings:
    """What remains is what was left."""
    if amphi["turn"] is not None:
        yield from _shortened(amphi["turn"], line, line.event["remaining_ms"])


def resumed(_offer: dict[str, Any], amphi: dict[str, Any], line: Line) -> Findings:
    """The clock goes on from what remained, or starts afresh (policy pause_resumes)."""
    turn = amphi["turn"]
    if turn is None:
        return
    yield from _shortened(turn, line, _given(line))
    budget, kept = line.event["budget_ms"], amphi["policy"]["pause_resumes"] == "REMAINING"
    if budget is not None and (budget < turn["budget"] or (kept and budget != turn["budget"])):
        yield "budget_wrong", {"found": budget, "expected": turn["budget"]}


def frozen(offer: dict[str, Any], line: Line) -> Findings:
    """Nothing may be charged for what comes: every turn keeps what it has left."""
    if offer["frozen"]:
        yield "freeze_twice", {}
    for turn in _turns(offer):
        given = line.event["remaining"].get(turn["id"])
        if given is None:
            yield "freeze_forgets_turn", {"turn": turn["id"]}
        else:
            yield from _shortened(turn, line, given)


def thawed(offer: dict[str, Any], line: Line) -> Findings:
    """Every turn held by the freeze alone runs again, with all it had left."""
    if not offer["frozen"]:
        yield "freeze_twice", {}
    for turn in _turns(offer):
        deadline = line.event["deadlines"].get(turn["id"])
        if deadline is not None:
            yield from _shortened(turn, line, deadline - line.at)
        elif turn["holds"] == {"freeze"}:
            yield "freeze_forgets_turn", {"turn": turn["id"]}


def _turns(offer: dict[str, Any]) -> list[dict[str, Any]]:
    return [each["turn"] for each in offer["amphis"].values() if each["turn"] is not None]


def charged(amphi: dict[str, Any], turn: dict[str, Any], line: Line) -> Findings:
    """ "The time charged to a turn ≤ its budget + grace"; and never more than has passed."""
    ms, grace = line.event["charged_ms"], amphi["policy"]["grace_ms"]
    if ms is None:
        return
    remaining = left(turn, line)
    passed = ms if remaining is None else max(0, turn["budget"] - remaining)
    if ms > min(turn["budget"] + grace, passed):
        yield "overcharged", {"charged": ms, "budget": turn["budget"], "grace": grace}


def in_time(amphi: dict[str, Any], turn: dict[str, Any], line: Line) -> Findings:
    """ "received … no later than the deadline plus grace_ms" """
    remaining, grace = left(turn, line), amphi["policy"]["grace_ms"]
    if remaining is not None and remaining + grace + READING_MS < 0:
        yield "too_late", {"ms": -remaining - grace}


def missed(offer: dict[str, Any], amphi: dict[str, Any], line: Line) -> Findings:
    """Not before its time, and never while the clock stood still."""
    turn = turn_of(amphi, line)
    if turn is None:
        return
    yield from charged(amphi, turn, line)
    if line.event["reason"] == "ended_by_operator":
        return
    if turn["holds"] or offer["frozen"]:
        yield "missed_while_held", {}
    else:
        yield from _not_before_its_time(amphi, turn, line)


def _not_before_its_time(amphi: dict[str, Any], turn: dict[str, Any], line: Line) -> Findings:
    remaining = left(turn, line)
    if remaining is None:
        return
    due = remaining + amphi["policy"]["grace_ms"]
    if line.event["reason"] == "absent" and not turn["attended"]:
        due = min(due, remaining - turn["budget"] + _time_for_the_absent(amphi, turn))
    if due > 0:
        yield "missed_early", {"ms": due}


def _time_for_the_absent(amphi: dict[str, Any], turn: dict[str, Any]) -> int:
    """ "FULL: the 90 s run all the same; GRACE n: after n seconds; SKIP: at once" """
    word, _, seconds = str(amphi["policy"]["absent_clock"]).partition(" ")
    full = int(turn["budget"]) + int(amphi["policy"]["grace_ms"])
    return {"FULL": full, "SKIP": 0}.get(word, int(seconds or 0) * 1000)


Judge = Callable[[dict[str, Any], dict[str, Any], Line], Findings]

OF_AN_AMPHI: dict[str, Judge] = {
    "TurnStarted": started,
    "TurnChanged": changed,
    "TurnAttended": attended,
    "TurnMissed": missed,
    "Paused": paused,
    "Resumed": resumed,
}

OF_THE_OFFER: dict[str, Callable[[dict[str, Any], Line], Findings]] = {
    "Frozen": frozen,
    "Thawed": thawed,
}
