"""From a letter's name and arguments to an order: parsed once, trusted inside."""

import hashlib
from typing import Any, get_args

import msgspec

from amphi.live.letters import CommandLetter
from amphi.live.ports import Rows
from amphi.rules.choosing import commands as c
from amphi.rules.refusals import Refusal

_BY_ROLE: dict[str, Any] = {"intern": c.PersonalOrder, "operator": c.OperatorOrder}
_canonical = msgspec.json.Encoder(order="sorted")

# What the conductor freezes from the rows; a client's own idea of them is thrown away.
FROM_ROWS: dict[str, tuple[str, ...]] = {
    "validate": ("facts", "posts"),
    "replace_offer": ("posts",),
    "replace_call_list": ("entries", "sessions"),
}


def order_of(letter: CommandLetter, rows: Rows | None) -> c.AnyOrder | Refusal:
    """The order a letter gives, or `bad_command` with what is wrong with it."""
    orders = _BY_ROLE.get(letter.role)
    if orders is None or letter.name not in names_of(orders):
        return Refusal("bad_command", {"name": letter.name, "why": "unknown_name"})
    try:
        order: c.AnyOrder = msgspec.convert({**letter.args, "name": letter.name}, type=orders)
    except msgspec.ValidationError as wrong:
        return Refusal("bad_command", {"name": letter.name, "why": str(wrong)})
    return order if rows is None else with_rows(order, rows)


def names_of(orders: Any) -> frozenset[str]:
    """The names on the wire of a union of orders."""
    return frozenset(each.__struct_config__.tag for each in get_args(orders))


def with_rows(order: c.AnyOrder, rows: Rows) -> c.AnyOrder:
    """ "`validate` freezes the rows into the first event" (architecture.md)"""
    listed = rows.next_list or rows.facts
    known = {
        "facts": rows.facts,
        "posts": rows.posts,
        "entries": listed.entries,
        "sessions": listed.sessions,
    }
    fields = FROM_ROWS[str(order.__struct_config__.tag)]
    return msgspec.structs.replace(order, **{field: known[field] for field in fields})


def body_of(letter: CommandLetter) -> str:
    """What makes two letters with one id the same command; another body is `id_reused`."""
    body = (letter.role, letter.amphi, letter.name, letter.args)
    return hashlib.sha256(_canonical.encode(body)).hexdigest()
