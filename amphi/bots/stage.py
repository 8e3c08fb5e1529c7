"""One amphi as the bots find it: its call list, its posts, where its gateway listens."""

from collections.abc import Awaitable, Callable
from typing import Literal, NamedTuple

Ticket = Callable[[str], Awaitable[str]]


class Part(NamedTuple):
    """One line of the call list, and who plays it. `person` is what tickets are asked for."""

    entry: str
    rank: int
    name: str
    person: str
    as_: Literal["intern", "proxy"] = "intern"
    comes: bool = True  # False: an expected absence


class Stage(NamedTuple):
    """`free_for_all`: posts without reservation, for an operator who chooses for somebody.

    `for_people`: entries that people play; then the first session waits `opens_in_s` for them, and
    everything but starting sessions is left to an operator who is one of them.
    """

    amphi: str
    code: str
    addresses: tuple[str, ...]
    turn_seconds: float
    parts: tuple[Part, ...]
    free_for_all: tuple[str, ...]
    operator: str  # person
    ticket: Callable[[str, str, bool], Awaitable[str]]  # amphi, person, operator
    seed: int = 2026
    hurried: bool = False
    for_people: frozenset[str] = frozenset()
    opens_in_s: float = 0.0

    def address(self, n: int) -> str:
        """Gateways share the people."""
        return self.addresses[n % len(self.addresses)]
