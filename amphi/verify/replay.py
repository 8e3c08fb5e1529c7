"""The journal, line by line: read, judged on the state before it, folded (live-rules.md §9)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from amphi.verify import chain, choices, clock, fold, order, phases, shapes
from amphi.verify.evidence import Line, Row
from amphi.verify.problems import Finding, Findings, Problem, problem

Progress = Callable[[int], None]
At = tuple[int | None, Finding]

REPORT_EVERY = 500


@dataclass(slots=True)
class Replay:
    """What a replay leaves: the offer, what was found, and who each line is about."""

    offer: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    people: dict[int, set[str]] = field(default_factory=dict)


def replay(offer: str, rows: Sequence[Row], progress: Progress | None = None) -> Replay:
    """Fold `rows` from the start; every finding keeps its `seq`. `progress`: lines done."""
    found = Replay(fold.nothing(offer))
    found.problems += [problem(offer, seq, finding) for seq, finding in chain.links(rows)]
    for done, row in enumerate(rows, start=1):
        found.problems += [problem(offer, seq, finding) for seq, finding in _one(found, row)]
        if progress is not None and done % REPORT_EVERY == 0:
            progress(done)
    found.problems += [problem(offer, seq, finding) for seq, finding in _settled(found, None)]
    found.problems.sort(key=lambda each: each.seq or 0)
    return found


def _one(found: Replay, row: Row) -> Iterator[At]:
    value = chain.parsed(row)
    line = None if value is None else chain.line(row, value)
    if value is None or line is None:
        yield row.seq, ("unreadable", {})
        return
    yield from ((row.seq, each) for each in chain.envelope(found.offer["id"], row, value))
    yield from _settled(found, line)
    yield from ((row.seq, each) for each in _judged_and_folded(found, line))


def _settled(found: Replay, line: Line | None) -> Iterator[At]:
    """When `line` opens another commit, the one before it must have left everything settled."""
    last = found.lines[-1] if found.lines else None
    if last is None or (line is not None and (line.term, line.at) == (last.term, last.at)):
        return
    for finding in order.settled(found.offer):
        yield last.seq, finding


def _judged_and_folded(found: Replay, line: Line) -> Findings:
    faults = list(shapes.shape(line.event))
    if not faults:
        faults = _referred(found.offer, line)
    yield from faults
    if faults:
        return
    try:
        findings = list(_judged(found.offer, line))
        fold.apply(found.offer, line)
        found.people[line.seq] = _people(found.offer, line)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        yield "not_replayable", {"kind": line.kind, "error": f"{type(error).__name__}: {error}"}
    else:
        found.lines.append(line)
        yield from findings


def _referred(offer: dict[str, Any], line: Line) -> list[Finding]:
    return list(shapes.references(offer, line.event))


def _judged(offer: dict[str, Any], line: Line) -> Findings:
    if line.kind in ("AmphiValidated", "CallListReplaced"):
        yield from phases.lists(line)
    if line.kind in clock.OF_THE_OFFER:
        yield from clock.OF_THE_OFFER[line.kind](offer, line)
    amphi = offer["amphis"].get(line.event.get("amphi"))
    if amphi is None or line.kind == "AmphiValidated":
        return
    yield from phases.in_its_phase(amphi, line)
    for judge in _JUDGES.get(line.kind, ()):
        yield from judge(offer, amphi, line)


_JUDGES: dict[str, tuple[clock.Judge, ...]] = {
    "SessionStarted": (phases.session_started,),
    "SessionEnded": (phases.session_ended,),
    "TurnStarted": (order.one_turn, order.called, clock.started),
    "TurnMissed": (order.missed, clock.missed),
    "LatecomerPlaced": (order.placed_late,),
    "InternPlaced": (order.placed_by_operator,),
    "PostChosen": (choices.chosen,),
    "ChoiceRectified": (choices.rectified,),
    **{
        kind: (judge,)
        for kind, judge in clock.OF_AN_AMPHI.items()
        if kind not in ("TurnStarted", "TurnMissed")
    },
}


def _people(offer: dict[str, Any], line: Line) -> set[str]:
    """Every person the event names, or whose line of the call list it names."""
    event = line.event
    named = {event.get(each) for each in ("operator", "person", "holder", "asked_by")}
    amphi = offer["amphis"].get(event.get("amphi"))
    if amphi is not None and "entry" in event:
        entry = amphi["entries"][event["entry"]]
        named |= {entry["person"], (entry["proxy"] or {}).get("holder")}
    return {each for each in named if isinstance(each, str)}
