"""Acceptances of commands and requests for another type of choice, beside the journal."""

from collections.abc import Iterator, Sequence
from typing import Any

from amphi.verify.evidence import Line, StoredRow
from amphi.verify.problems import Finding
from amphi.verify.replay import Replay

At = tuple[int | None, Finding]
Commit = tuple[int, int]

# Two clocks, two machines: a request asked so shortly before a decision may be the next one.
CLOCKS_APART_MS = 60_000


# --- acceptances ------------------------------------------------------------


def results(found: Replay, seqs: set[int], rows: Sequence[StoredRow]) -> Iterator[At]:
    """An accepted command leads to the events of one commit, which name whoever gave it.

    And what only a person can have asked for has its acceptance (protocol.md §1: "the same `id`
    again answers the same thing"). `seqs`: every line of the journal, readable or not.
    """
    commits = {line.seq: _commit(line) for line in found.lines}
    people = _people_by_commit(found)
    for row in rows:
        if row["seq"] not in seqs:
            yield None, ("result_dangling", {"id": row["id"], "to": row["seq"]})
        elif row["seq"] in commits and row["person"] not in people[commits[row["seq"]]]:
            yield row["seq"], ("result_of_another", {"id": row["id"], "person": row["person"]})
    yield from _missing(found, {(commits.get(row["seq"]), row["person"]) for row in rows})


def _people_by_commit(found: Replay) -> dict[Commit, set[str]]:
    by_commit: dict[Commit, set[str]] = {}
    for line in found.lines:
        by_commit.setdefault(_commit(line), set()).update(found.people[line.seq])
    return by_commit


def _commit(line: Line) -> Commit:
    """Lines of one commit share their term and instant."""
    return line.term, line.at


def _missing(found: Replay, accepted: set[tuple[Commit | None, Any]]) -> Iterator[At]:
    for line in found.lines:
        authors = _authors(found, line)
        if authors and not any((_commit(line), each) in accepted for each in authors):
            yield line.seq, ("result_missing", {"kind": line.kind})


def _authors(found: Replay, line: Line) -> set[str]:
    """Who may have given the command behind this line; nobody: it can come of itself."""
    event = line.event
    if event.get("operator") is not None:
        return {event["operator"]}
    if line.kind in ("PostChosen", "ProxyAccepted"):
        return {event["person" if line.kind == "PostChosen" else "holder"]}
    by_interns = line.kind in ("FlagRaised", "FlagLowered", "ProxyGranted", "ProxyCancelled")
    return found.people[line.seq] if by_interns else set()


# --- requests for another type of choice (DCI §5) ---------------------------


def requests(offer: dict[str, Any], rows: Sequence[StoredRow]) -> Iterator[At]:
    """A request says decided what the journal decided, and none that was decided still waits."""
    for row in rows:
        amphi = _amphi_of(offer, row["entry"])
        if amphi is not None and not _as_decided(offer["decisions"], amphi, row):
            yield None, ("request_differs", {"id": row["id"], "entry": row["entry"]})


def _amphi_of(offer: dict[str, Any], entry: str) -> dict[str, Any] | None:
    found = (each for each in offer["amphis"].values() if entry in each["entries"])
    return next(found, None)


def _as_decided(decisions: list[dict[str, Any]], amphi: dict[str, Any], row: StoredRow) -> bool:
    about = [each for each in decisions if each["entry"] == row["entry"]]
    if row["state"] == "pending":
        last = max((each["decided_at"] for each in about), default=0)
        return row["decided_at"] is None and row["asked_at"] + CLOCKS_APART_MS >= last
    if row["decided_at"] is not None and row["decided_at"] < amphi["validated_at"]:
        return True  # before the journal began
    return any(all(row[key] == each[key] for key in each) for each in about)
