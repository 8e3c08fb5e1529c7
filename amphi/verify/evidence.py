"""What is looked at: an offer's rows as they stand in the database, as plain values."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the journal as stored: `text` is canonical and is what the hash covers."""

    seq: int
    term: int
    prev_hash: str
    hash: str
    text: str


@dataclass(frozen=True, slots=True)
class HeadRow:
    """The head-and-lease row of the offer."""

    term: int
    last_seq: int
    head_hash: str


@dataclass(frozen=True, slots=True)
class AssignmentRow:
    """An assignment that came out of this offer; `receipt` is the hash of its event."""

    person: str
    entry: str
    post: str
    choice_status: str
    seq: int
    receipt: str
    live: bool


@dataclass(frozen=True, slots=True)
class ResultRow:
    """An accepted command and the event it led to."""

    person: str
    id: str
    seq: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known of one offer. `mails`: the `seq` of every mail that announces something."""

    offer: str
    campaign: str
    rows: Sequence[Row]
    head: HeadRow | None
    assignments: Sequence[AssignmentRow]
    results: Sequence[ResultRow]
    mails: Sequence[int]


@dataclass(frozen=True, slots=True)
class Line:
    """One journal line, read: `at` in milliseconds of the conductor's clock of that `term`."""

    seq: int
    term: int
    at: int
    hash: str
    event: Event

    @property
    def kind(self) -> str:
        return str(self.event["kind"])
