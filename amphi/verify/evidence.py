"""What is looked at: an offer's rows as they stand in the database, as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Event = dict[str, Any]
StoredRow = Mapping[str, Any]


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
class Evidence:
    """All that is known of one offer.

    `tables`: by table, the rows that speak of this offer, every column that projections.py compares.
    """

    offer: str
    campaign: str
    rows: Sequence[Row]
    head: HeadRow | None
    tables: Mapping[str, Sequence[StoredRow]]


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


def evidence(offer: str, campaign: str, tables: Mapping[str, Sequence[StoredRow]]) -> Evidence:
    """From rows as a database gives them, by table; `journal` and `offer_heads` are among them.

    Columns that are not looked at may be there as well. KeyError: one that is looked at is not.
    """
    heads = [HeadRow(h["term"], h["last_seq"], h["head_hash"]) for h in tables["offer_heads"]]
    return Evidence(
        offer=offer,
        campaign=campaign,
        rows=[_row(each) for each in tables["journal"]],
        head=heads[0] if heads else None,
        tables=tables,
    )


def _row(row: StoredRow) -> Row:
    return Row(row["seq"], row["term"], row["at"], row["prev_hash"], row["hash"], row["text"])
