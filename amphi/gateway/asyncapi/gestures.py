"""Operators' gestures: the names and arguments of `command` frames (live-rules.md §8)."""

from typing import Any, get_args

import msgspec

from amphi.gateway.asyncapi.inline import inline
from amphi.live.orders import FROM_ROWS
from amphi.rules.choosing.commands import OperatorOrder, Order

Json = dict[str, Any]


def gesture_schemas() -> dict[str, Json]:
    """Each a form of the `command` frame."""
    return {f"command_{_name(order)}": _frame(order) for order in get_args(OperatorOrder)}


def _name(order: type[Order]) -> str:
    return str(order.__struct_config__.tag)


def _frame(order: type[Order]) -> Json:
    return {
        "type": "object",
        "properties": {"name": {"const": _name(order)}, "args": _args(order)},
        "required": ["name"],
    }


def _args(order: type[Order]) -> Json:
    """Without what the conductor freezes from the rows: a client's idea of it is thrown away."""
    hidden = FROM_ROWS.get(_name(order), ())
    fields = [field for field in msgspec.structs.fields(order) if field.name not in hidden]
    return {
        "type": "object",
        "properties": {field.encode_name: inline(field.type) for field in fields},
        "required": [field.encode_name for field in fields if field.required],
        "additionalProperties": False,
    }
