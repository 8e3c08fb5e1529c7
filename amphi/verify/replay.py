"""The journal, line by line: read, judged on the state before it, folded (live-rules.md §9)."""

from collections.abc import Callable, Sequence
from typing import Any

from amphi.verify import chain, choices, clock, fold, order, phases, shapes
from amphi.verify.evidence import Line, Row
from amphi.verify.problems import Findings, Problem, problem

REPORT_EVERY = 500

Progress = Callable[[int], None]


class Replay:
    """One offer's journal, read row by row: the fold so far, and what was found wrong."""

    def __init__(self, offer: str) -> None:
        self.offer = fold.nothing(offer)
        self.lines: list[Line] = []
        self.people: dict[int, set[str]] = {}
        self.problems: list[Problem] = []
        self._before: Row | None = None

    def read(self, row: Row) -> None:
        """One more row: its link, its text, then what it says."""
        self._note(row.seq, chain.link(self._before, row))
        self._before = row
        value = chain.parsed(row)
        line = None if value is None else chain.line(row, value)
        if value is None or line is None:
            self._note(row.seq, iter([("unreadable", {})]))
            return
        self._note(row.seq, chain.envelope(self.offer["id"], row, value))
        self._close_commit(line)
        self._note(row.seq, self._judged_and_folded(line))

    def finish(self) -> None:
        """The last commit is complete: it too must have left everything settled."""
        self._close_commit(None)

    def _note(self, seq: int, findings: Findings) -> None:
        self.problems += [problem(self.offer["id"], seq, each) for each in findings]

    def _close_commit(self, line: Line | None) -> None:
        """Lines of one commit share their term and instant; `line` may open the next one."""
        last = self.lines[-1] if self.lines else None
        if last is not None and (line is None or (line.term, line.at) != (last.term, last.at)):
            self._note(last.seq, order.settled(self.offer))

    def _judged_and_folded(self, line: Line) -> Findings:
        faults = list(shapes.shape(line.event)) or list(shapes.references(self.offer, line.event))
        yield from faults
        if faults:
            return
        try:
            findings = list(_judged(self.offer, line))
            fold.apply(self.offer, line)
            self.people[line.seq] = _people(self.offer, line)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            yield "not_replayable", {"kind": line.kind, "error": f"{type(error).__name__}: {error}"}
        else:
            self.lines.append(line)
            yield from findings


def replay(offer: str, rows: Sequence[Row], progress: Progress | None = None) -> Replay:
    """Fold `rows` from the start; every finding keeps its `seq`. `progress`: lines done."""
    found = Replay(offer)
    for done, row in enumerate(rows, start=1):
        found.read(row)
        if progress is not None and done % REPORT_EVERY == 0:
            progress(done)
    found.finish()
    return found


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
        named |= {entry["person"], (entry["proxy"] or {}).get("holder"), *entry["former_holders"]}
    return {each for each in named if isinstance(each, str)}
