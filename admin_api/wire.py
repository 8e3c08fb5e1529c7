"""What the operators' JSON says: one struct per thing, its fields the names on the wire."""

from typing import Any, Literal

import msgspec

from amphi.rules.choosing.state import Phase


class Amphi(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the list of amphis."""

    id: str
    offer: str
    code: str
    group: str
    regime: str
    position: int
    campaign: str
    campaign_name: str
    semester: str
    trial: bool
    phase: Phase
    opens_at: str | None
    starts_at: str | None
    interns: int


class Line(msgspec.Struct, frozen=True):
    """A line of the readiness list: red blocks a start, unless overruled with a reason."""

    code: str
    level: Literal["red", "warn"]
    text: str
    facts: dict[str, Any]


class Readiness(msgspec.Struct, frozen=True):
    """`ready`: no red line."""

    ready: bool
    lines: list[Line]


class Act(msgspec.Struct, frozen=True):
    """One line of the audit (records.audit)."""

    id: int
    at: str
    who: str
    what: str
    subject: str
    before: Any
    after: Any
    why: str


class Me(msgspec.Struct, frozen=True):
    """The agent who is signed in."""

    name: str
    territory: str
