"""What a gesture of an operator is to the console: a button, a dialog, an address (live-rules.md §8)."""

from typing import Literal, get_args

import msgspec

from amphi.rules.choosing.commands import OperatorOrder, Order
from amphi.rules.choosing.phases import OK, REFUSED_IN
from amphi.rules.choosing.state import Phase

Kind = Literal[
    "text", "long", "number", "entry", "post", "choice", "codes", "to", "sessions", "rectification"
]
About = Literal["preparation", "course", "turn", "intern", "offer", "message", "rectification"]

# The orders by their name on the wire.
ORDERS: dict[str, type[Order]] = {
    str(order.__struct_config__.tag): order for order in get_args(OperatorOrder)
}


class Field(msgspec.Struct, frozen=True):
    """One argument. `name` with a dot is a field of an argument; `options`: of a `choice`.

    `json`: the options are JSON values (true, false), not words.
    """

    name: str
    label: str
    kind: Kind = "text"
    required: bool = True
    hint: str = ""
    value: str = ""
    options: tuple[tuple[str, str], ...] = ()
    json: bool = False
    suggestions: tuple[str, ...] = ()


class Gesture(msgspec.Struct, frozen=True):
    """`does`: what is said before it is done; `key`: its shortcut on the wall."""

    name: str
    label: str
    icon: str
    about: About
    does: str
    fields: tuple[Field, ...] = ()
    key: str = ""
    danger: bool = False

    @property
    def order(self) -> type[Order]:
        return ORDERS[self.name]

    @property
    def phases(self) -> tuple[Phase, ...]:
        """In which it may be tried."""
        return tuple(phase for phase, code in REFUSED_IN[self.order].items() if code == OK)
