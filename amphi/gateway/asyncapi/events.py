"""Every event kind with every field that somebody may hear of it, from the allow-list itself."""

from typing import Any

import msgspec

from amphi.gateway.asyncapi.inline import inline
from amphi.rules.choosing import events as e
from amphi.rules.choosing.public import CONCERNED, HEARD

Json = dict[str, Any]

INSTANT: Json = {"type": "string", "format": "date-time"}
POST_NUMBER: Json = {"type": "string"}
SESSIONS: Json = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["n", "from", "to", "starts_at"],
        "properties": {
            "n": {"type": "integer"},
            "from": {"type": "integer"},
            "to": {"type": "integer"},
            "starts_at": INSTANT,
            "ends_at": INSTANT,
        },
    },
}

# Fields whose form on the wire is not the struct's own (public.py).
_ON_THE_WIRE: dict[tuple[str, str], Json] = {
    ("PostAdded", "post"): POST_NUMBER,
    ("Rescheduled", "sessions"): SESSIONS,
    **{(kind.__name__, "deadline"): INSTANT for kind in HEARD},
}


def event_schemas() -> dict[str, Json]:
    """By kind, as in the `events` of an event frame."""
    return {kind.__name__: _event(kind) for kind in HEARD}


def _event(kind: type[e.Event]) -> Json:
    line = HEARD[kind]
    everybody, operators = line.everybody or (), line.operators
    alone = next((fields for each, fields in CONCERNED.items() if each is kind), ())
    names = dict.fromkeys((*everybody, *operators, *alone))
    return {
        "type": "object",
        "description": _heard_by(line.everybody, operators, alone),
        "required": ["kind", "v", "amphi"],
        "properties": {
            "kind": {"const": kind.__name__},
            "v": {"type": "integer"},
            "amphi": {"type": ["string", "null"]},
            **{name: _field(kind, name) for name in names},
        },
        "additionalProperties": False,
    }


def _heard_by(
    everybody: tuple[str, ...] | None, operators: tuple[str, ...], alone: tuple[str, ...]
) -> str:
    """Who hears which fields, in words."""
    said = [] if everybody is None else [f"everybody: {', '.join(everybody) or 'the kind alone'}"]
    said += [f"operators besides: {', '.join(operators)}"] if operators else []
    said += [f"whom it concerns: {', '.join(alone)}"] if alone else []
    return "; ".join(said)


def _field(kind: type[e.Event], name: str) -> Json:
    special = _ON_THE_WIRE.get((kind.__name__, name))
    if special is not None:
        return special
    types = {field.name: field.type for field in msgspec.structs.fields(kind)}
    return inline(types[name])
