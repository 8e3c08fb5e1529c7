"""What is looked at: an offer's rows as they stand in the database, as plain values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the journal as stored: `text` is canonical and is what the hash covers."""

    seq: int
    term: int
    at: int
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


Rows = Iterable[Mapping[str, Any]]


def evidence(offer: str, campaign: str, tables: Mapping[str, Rows]) -> Evidence:
    """From rows as a database gives them: `journal head assignments results mails`, by name.

    Columns that are not looked at may be there as well. KeyError: one that is looked at is not.
    """
    heads = [HeadRow(h["term"], h["last_seq"], h["head_hash"]) for h in tables["head"]]
    return Evidence(
        offer=offer,
        campaign=campaign,
        rows=[_row(each) for each in tables["journal"]],
        head=heads[0] if heads else None,
        assignments=[_assignment(each) for each in tables["assignments"]],
        results=[ResultRow(each["person"], each["id"], each["seq"]) for each in tables["results"]],
        mails=[each["seq"] for each in tables["mails"]],
    )


def _row(row: Mapping[str, Any]) -> Row:
    return Row(row["seq"], row["term"], row["at"], row["prev_hash"], row["hash"], row["text"])


def _assignment(row: Mapping[str, Any]) -> AssignmentRow:
    names = ("person", "entry", "post", "choice_status", "seq", "receipt", "live")
    return AssignmentRow(**{name: row[name] for name in names})
