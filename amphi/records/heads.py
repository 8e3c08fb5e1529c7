"""The head-and-lease row of an offer: one row decides who writes, and behind what.

The lease is for liveness (PostgreSQL's clock), compare-and-set on (`term`, `last_seq`) for safety.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Executable, Row, Update, bindparam, func, literal, or_, select, text, update
from sqlalchemy.dialects import postgresql

from amphi.live.chain import BEFORE_THE_FIRST
from amphi.live.ports import Batch, Head, Result
from amphi.records.fact import Step
from amphi.records.tables.campaigns import offers
from amphi.records.tables.journal import offer_heads
from amphi.rules.ids import OfferId

# Above the 4 s after which its holder stops deciding by itself (live/conductor.py), and no longer than
# that needs: all of it passes before another may go on for a dead one.
LEASE = timedelta(seconds=5)

APPEND = text((Path(__file__).parent / "sql" / "append.sql").read_text("utf-8"))

_row = offer_heads.c
_expiry = func.clock_timestamp() + LEASE
_what_a_head_is = (_row.offer, _row.term, _row.last_seq, _row.head_hash)
RENEW = (
    update(offer_heads)
    .where(_row.offer == bindparam("of_offer"), _row.term == bindparam("of_term"))
    .where(_row.owner == bindparam("of_owner"))
    .values(expires_at=_expiry)
    .returning(_row.offer)
)


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


def renew(head: Head, owner: str) -> Step:
    """5 s more, if it is still this term and this owner's."""
    return RENEW, {"of_offer": head.offer, "of_term": head.term, "of_owner": owner}


def release(head: Head, owner: str) -> Executable:
    """Free at once."""
    return _of(head, owner).values(owner=None, expires_at=func.clock_timestamp())


def _of(head: Head, owner: str) -> Update:
    mine = (_row.offer == head.offer, _row.term == head.term, _row.owner == owner)
    return update(offer_heads).where(*mine)


def append(batch: Batch) -> Step:
    """Head, lines and acceptance (sql/append.sql): returns a row, or none when the head has moved."""
    records = [entry.recorded for entry in batch.entries]
    last = records[-1]
    return APPEND, {
        "offer": batch.offer,
        "term": batch.term,
        "after": batch.after,
        "last_seq": last.seq,
        "head_hash": last.hash,
        "seqs": [record.seq for record in records],
        "ats": [record.at for record in records],
        "hashes": [record.hash for record in records],
        "texts": [entry.text for entry in batch.entries],
        **_acceptance(batch.result),
    }


def _acceptance(result: Result | None) -> dict[str, Any]:
    """No result: a NULL id, which the statement writes nowhere."""
    if result is None:
        return {"person": None, "id": None, "body": None, "result_seq": None}
    person, id_ = result.key.person, result.key.id
    return {"person": person, "id": id_, "body": result.body, "result_seq": result.seq}


def locked(offer: OfferId) -> Executable:
    """The head as it stands once whoever was writing it has ended."""
    return select(*_what_a_head_is).where(_row.offer == offer).with_for_update()


def head(row: Row[Any]) -> Head:
    """A row as the conductor knows it."""
    return Head(offer=row.offer, term=row.term, last_seq=row.last_seq, head_hash=row.head_hash)
