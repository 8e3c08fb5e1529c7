"""Administrative requests that were accepted, by their key: sent again, they are answered the same."""

from typing import Any

import msgspec
from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.records.tables.work import accepted_requests
from amphi.rules.ids import PersonId


class AcceptedRequest(msgspec.Struct, frozen=True):
    """`body`: a digest of what was asked; `answer`: plain JSON."""

    body: str
    status: int
    answer: Any


async def accepted_request(
    connection: AsyncConnection, person: PersonId, key: str
) -> AcceptedRequest | None:
    """Whoever brings the same key at the same time waits until this transaction ends."""
    name = func.hashtextextended(f"{person} {key}", 0)
    await connection.execute(select(func.pg_advisory_xact_lock(name)))
    row = accepted_requests.c
    query = select(row.body, row.status, row.answer).where(row.person == person, row.key == key)
    found = (await connection.execute(query)).one_or_none()
    return None if found is None else AcceptedRequest(*found)


async def remember_request(
    connection: AsyncConnection, person: PersonId, key: str, accepted: AcceptedRequest
) -> None:
    """In the transaction of what it did."""
    row = {"person": person, "key": key, **msgspec.structs.asdict(accepted)}
    await connection.execute(insert(accepted_requests).values(row))
