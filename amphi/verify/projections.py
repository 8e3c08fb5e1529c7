"""What other tables say of the same facts: assignments, command results, head row, mails."""

from collections.abc import Iterator
from typing import Any

from amphi.verify.evidence import AssignmentRow, Evidence, Line
from amphi.verify.problems import Finding
from amphi.verify.replay import Replay

At = tuple[int | None, Finding]

_COMPARED = ("person", "post", "choice_status", "seq", "receipt")


def served(offer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Every live assignment that the journal makes, by entry."""
    return {
        entry["id"]: _assignment(entry)
        for amphi in offer["amphis"].values()
        for entry in amphi["entries"].values()
        if entry["standing"] == "served"
    }


def _assignment(entry: dict[str, Any]) -> dict[str, Any]:
    return {
        "person": entry["person"],
        "post": entry["post"],
        "choice_status": entry["served_as"],
        "seq": entry["served_at"],
        "receipt": entry["receipt"],
    }


def compared(found: Replay, evidence: Evidence) -> Iterator[At]:
    """Everything in which another table disagrees with the journal, as (seq, finding)."""
    yield from _head(evidence)
    yield from _assignments(found, evidence)
    yield from _results(found, evidence)
    yield from _mails(found, evidence)


def _head(evidence: Evidence) -> Iterator[At]:
    """The head-and-lease row names the last line, under its term or a later one."""
    if not evidence.rows:
        if evidence.head is not None and evidence.head.last_seq != 0:
            yield None, ("head_differs", {"found": evidence.head.last_seq, "expected": 0})
        return
    last, head = evidence.rows[-1], evidence.head
    if head is None:
        yield None, ("head_missing", {})
    elif (head.last_seq, head.head_hash) != (last.seq, last.hash) or head.term < last.term:
        facts = {
            "found": f"{head.last_seq} {head.head_hash[:8]}",
            "expected": f"{last.seq} {last.hash[:8]}",
        }
        yield last.seq, ("head_differs", facts)


def _assignments(found: Replay, evidence: Evidence) -> Iterator[At]:
    expected = served(found.offer)
    rows = [each for each in evidence.assignments if each.live]
    seen = {each.entry for each in rows}
    for row in rows:
        yield from _assignment_row(expected.get(row.entry), row)
    for entry, choice in expected.items():
        if entry not in seen:
            yield choice["seq"], ("assignment_missing", {"entry": entry, "post": choice["post"]})


def _assignment_row(choice: dict[str, Any] | None, row: AssignmentRow) -> Iterator[At]:
    if choice is None:
        yield row.seq, ("assignment_extra", {"entry": row.entry, "post": row.post})
        return
    differing = [each for each in _COMPARED if getattr(row, each) != choice[each]]
    if differing:
        yield (
            choice["seq"],
            ("assignment_differs", {"entry": row.entry, "fields": ", ".join(differing)}),
        )


def _results(found: Replay, evidence: Evidence) -> Iterator[At]:
    """An accepted command leads to the events of one commit, which name whoever gave it."""
    people = _people_by_commit(found)
    seqs = {each.seq for each in evidence.rows}
    for result in evidence.results:
        if result.seq not in seqs:
            yield None, ("result_dangling", {"id": result.id, "to": result.seq})
        elif result.seq in people and result.person not in people[result.seq]:
            yield result.seq, ("result_of_another", {"id": result.id, "person": result.person})


def _people_by_commit(found: Replay) -> dict[int, set[str]]:
    by_commit: dict[tuple[int, int], set[str]] = {}
    for line in found.lines:
        by_commit.setdefault(_commit(line), set()).update(found.people[line.seq])
    return {line.seq: by_commit[_commit(line)] for line in found.lines}


def _commit(line: Line) -> tuple[int, int]:
    """Lines of one commit share their term and instant."""
    return line.term, line.at


def _mails(found: Replay, evidence: Evidence) -> Iterator[At]:
    """ "In one transaction: the event, the assignment, the confirmation mail" (live-rules.md §7)"""
    announced = set(evidence.mails)
    for line in found.lines:
        if line.kind in ("PostChosen", "ChoiceRectified") and line.seq not in announced:
            yield line.seq, ("mail_missing", {"kind": line.kind, "entry": line.event["entry"]})
