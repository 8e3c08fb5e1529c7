"""What `view` and `you` hold, field by field (protocol.md §1); tests compare with real ones."""

from typing import Any

from amphi.gateway.asyncapi.events import INSTANT, SESSIONS
from amphi.rules.choosing.facts import ChoiceStatus
from amphi.rules.choosing.state import Phase

Json = dict[str, Any]

TEXT: Json = {"type": "string"}
NUMBER: Json = {"type": "number"}
INTEGER: Json = {"type": "integer"}
FLAG: Json = {"type": "boolean"}
ENTRIES: Json = {"type": "array", "items": TEXT}
STATUS: Json = {"enum": [each.value for each in ChoiceStatus]}
WORDS: Json = {"enum": ["served", "missed", "expected_absence", "excluded", "late", "turn"]}


def record(*required: str, **properties: Json) -> Json:
    """An object with these fields and no others."""
    return {
        "type": "object",
        "required": list(required),
        "properties": properties,
        "additionalProperties": False,
    }


def by_name(values: Json) -> Json:
    """A map: entries or post numbers to values."""
    return {"type": "object", "additionalProperties": values}


def nullable(schema: Json) -> Json:
    """Present, but perhaps null."""
    return {"anyOf": [schema, {"type": "null"}]}


NOTICE = record("id", "text", "at", "to", id=TEXT, text=TEXT, at=INSTANT, to=TEXT)
TURN = record(
    *("id", "entry", "started_at", "seconds"),
    id=TEXT,
    entry=TEXT,
    started_at=INSTANT,
    seconds=INTEGER,
    deadline=INSTANT,
    remaining_ms=INTEGER,
    prolonged=FLAG,
)
POST = record("filled", "by", filled=FLAG, by=ENTRIES, withdrawn=FLAG, surnombre=ENTRIES)
PACE = record("median_s", "low_s", "high_s", median_s=NUMBER, low_s=NUMBER, high_s=NUMBER)


def _view() -> Json:
    return record(
        "phase",
        phase={"enum": [each.value for each in Phase]},
        opens_at=INSTANT,
        session=INTEGER,
        sessions=_sessions(),
        frozen=record("cause", "since", cause=TEXT, since=INSTANT),
        paused=record("reason", "since", reason=TEXT, since=INSTANT),
        turn=TURN,
        late=ENTRIES,
        entries=by_name(WORDS),
        posts=by_name(POST),
        notices={"type": "array", "items": NOTICE},
        pace=PACE,
        **_for_operators(),
    )


def _sessions() -> Json:
    items: Json = SESSIONS["items"]
    states: Json = {"state": {"enum": ["planned", "running", "ended"]}}
    return {"type": "array", "items": items | {"properties": items["properties"] | states}}


def _for_operators() -> dict[str, Json]:
    rectification = record("id", "entry", "reason", id=TEXT, entry=TEXT, reason=TEXT, post=TEXT)
    return {
        "choice_status": by_name(STATUS),
        "extra_seconds": by_name(INTEGER),
        "proxies": by_name({"enum": ["sent", "accepted"]}),
        "flags": by_name(INSTANT),
        "missed": by_name(TEXT),
        "rectifications": {"type": "array", "items": rectification},
    }


def _you() -> Json:
    proxy = record("state", state={"enum": ["sent", "accepted"]}, holder=nullable(TEXT))
    assignment = record("post", "seq", "receipt", post=TEXT, seq=INTEGER, receipt=TEXT)
    return record(
        "entry",
        "choice_status",
        "returns_left",
        entry=TEXT,
        choice_status=STATUS,
        extra_seconds=INTEGER,
        expected_absence=FLAG,
        excluded=FLAG,
        assignment=nullable(assignment),
        served_elsewhere=FLAG,
        missed=nullable(TEXT),
        proxy=nullable(proxy),
        flag=FLAG,
        returns_left=INTEGER,
        soon=nullable(INTEGER),
        turn=nullable(TURN),
        may_choose=nullable(by_name(TEXT)),
        notices={"type": "array", "items": NOTICE},
    )


VIEW, YOU = _view(), _you()
