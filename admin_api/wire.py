"""What the operators' JSON says: one struct per thing, its fields the names on the wire."""

from typing import Any, Literal

import msgspec

from amphi.rules.choosing.facts import ChoiceStatus
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


class Intern(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the call list as the ARS sees it. `asked`: a type of choice waiting for a decision."""

    entry: str
    call_rank: int
    first_name: str
    last_name: str
    email: str | None
    des: str
    choice_status: ChoiceStatus
    expected_absence: bool
    extra_seconds: int
    asked: ChoiceStatus | None
    holder: str | None


class PostSheet(msgspec.Struct, frozen=True, kw_only=True):
    """A seat of the offer with its description; `open_to_amphi`: proposed to this amphi."""

    number: str
    des: str
    establishment: str
    finess: str
    service: str
    imotep: str
    supervisor: str
    department: str
    earmark: str
    reserved_for: tuple[str, ...]
    regimes: tuple[str, ...]
    groups: tuple[str, ...]
    withdrawn: bool
    open_to_amphi: bool


class JournalLine(msgspec.Struct, frozen=True, kw_only=True):
    """A gesture in an amphi (`number`: its seq) or an act elsewhere (its id in the audit).

    `name`: of the operator; `said`: in French; `whom` it concerns.
    """

    at: str
    source: Literal["amphi", "console"]
    number: int
    who: str
    name: str
    what: str
    said: str
    amphi: str | None
    whom: str | None
    why: str
    facts: dict[str, Any]


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """A turn that is over: `post` or the `reason` why there is none; `seconds` charged."""

    seq: int
    entry: str
    post: str | None
    reason: str | None
    seconds: float
