"""The head-and-lease row of an offer: one row decides who writes, and behind what.

The lease is for liveness (PostgreSQL's clock), compare-and-set on (`term`, `last_seq`) for safety.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import Executable, Row, Update, func, insert, literal, or_, select, update
from sqlalchemy.dialects import postgresql

from amphi.live.chain import BEFORE_THE_FIRST
from amphi.live.ports import Batch, Head
from amphi.records.tables.campaigns import offers
from amphi.records.tables.journal import command_results, journal, offer_heads
from amphi.rules.ids import OfferId

LEASE = timedelta(seconds=6)

_row = offer_heads.c
_expiry = func.clock_timestamp() + LEASE
_what_a_head_is = (_row.offer, _row.term, _row.last_seq, _row.head_hash)


def take(offer: OfferId, owner: str) -> Executable:
    """The row, with a higher term, if it was free, expired or not there yet; nothing otherwise."""
    first = select(
        offers.c.id, literal(1), literal(0), literal(BEFORE_THE_FIRST), literal(owner), _expiry
    ).where(offers.c.id == offer)
    columns = ["offer", "term", "last_seq", "head_hash", "owner", "expires_at"]
    return (
        postgresql.insert(offer_heads)
        .from_select(columns, first)
        .on_conflict_do_update(
            index_elements=["offer"],
            set_={"term": _row.term + 1, "owner": owner, "expires_at": _expiry},
            where=or_(_row.owner.is_(None), _row.expires_at <= func.clock_timestamp()),
        )
        .returning(*_what_a_head_is)
    )


def renew(head: Head, owner: str) -> Executable:
    """6 s more, if it is still this term and this owner's."""
    return _of(head, owner).values(expires_at=_expiry).returning(_row.offer)


def release(head: Head, owner: str) -> Executable:
    """Free at once."""
    return _of(head, owner).values(owner=None, expires_at=func.clock_timestamp())


def _of(head: Head, owner: str) -> Update:
    mine = (_row.offer == head.offer, _row.term == head.term, _row.owner == owner)
    return update(offer_heads).where(*mine)


def advance(batch: Batch) -> Executable:
    """The compare-and-set: returns a row, or none when the head is not where we left it."""
    expected = (_row.offer == batch.offer, _row.term == batch.term, _row.last_seq == batch.after)
    last = batch.entries[-1].recorded
    return (
        update(offer_heads)
        .where(*expected)
        .values(last_seq=last.seq, head_hash=last.hash)
        .returning(_row.offer)
    )


def lines(batch: Batch) -> tuple[Executable, list[dict[str, Any]]]:
    """`prev_hash` is filled in, and the hash checked, by the journal's own trigger."""
    common = {"offer": batch.offer, "term": batch.term}
    return insert(journal), [
        common
        | {
            "seq": entry.recorded.seq,
            "at": entry.recorded.at,
            "hash": entry.recorded.hash,
            "text": entry.text,
        }
        for entry in batch.entries
    ]


def acceptance(batch: Batch) -> Executable | None:
    """The command's result, when a command led to this batch."""
    if batch.result is None:
        return None
    key = batch.result.key
    return insert(command_results).values(
        offer=batch.offer,
        person=key.person,
        id=key.id,
        body=batch.result.body,
        seq=batch.result.seq,
    )


def locked(offer: OfferId) -> Executable:
    """The head as it stands once whoever was writing it has ended."""
    return select(*_what_a_head_is).where(_row.offer == offer).with_for_update()


def head(row: Row[Any]) -> Head:
    """A row as the conductor knows it."""
    return Head(offer=row.offer, term=row.term, last_seq=row.last_seq, head_hash=row.head_hash)
