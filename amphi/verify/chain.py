"""The hash chain, link by link (live-rules.md §9.9), and the reading of each line's text."""

import hashlib
import json
from typing import Any

from amphi.verify.evidence import Line, Row
from amphi.verify.problems import Findings

BEFORE_THE_FIRST = "0" * 64


def canonical(value: object) -> str:
    """JSON with sorted keys, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def hash_of(previous: str, text: str) -> str:
    """SHA-256, in hex, of the previous hash, a newline and the text."""
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def link(before: Row | None, row: Row) -> Findings:
    """What is wrong between a row and the one before (None: it is the first)."""
    last_seq, last_term = (0, 0) if before is None else (before.seq, before.term)
    expected = BEFORE_THE_FIRST if before is None else before.hash
    if row.seq != last_seq + 1:
        yield "seq_gap", {"found": row.seq, "before": last_seq}
    if row.term < last_term:
        yield "term_falls", {"found": row.term, "before": last_term}
    if row.prev_hash != expected:
        yield "chain_broken", {}
    if row.hash != hash_of(row.prev_hash, row.text):
        yield "hash_wrong", {}


def parsed(row: Row) -> dict[str, Any] | None:
    """The text as a dict; None when it is no JSON object."""
    try:
        value = json.loads(row.text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def envelope(offer: str, row: Row, value: dict[str, Any]) -> Findings:
    """The text must be canonical and say of itself what its row says."""
    if canonical(value) != row.text:
        yield "text_not_canonical", {}
    for field, expected in _told(offer, row):
        if value.get(field) != expected:
            found = value.get(field)
            yield "text_disagrees", {"field": field, "found": found, "expected": expected}


def _told(offer: str, row: Row) -> tuple[tuple[str, object], ...]:
    return ("offer", offer), ("seq", row.seq), ("term", row.term), ("at", row.at)


def line(row: Row, value: dict[str, Any]) -> Line | None:
    """The line as the fold reads it; None when it holds no event or no instant."""
    event, at = value.get("event"), value.get("at")
    if not isinstance(event, dict) or not isinstance(event.get("kind"), str):
        return None
    return Line(row.seq, row.term, at, row.hash, event) if type(at) is int else None
