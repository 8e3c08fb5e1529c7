"""The certificate of an amphi's start: which call list its first session began with."""

from typing import Any

import msgspec
from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.records.tables.amphis import amphis
from amphi.records.tables.journal import journal
from amphi.records.tables.rankings import amphi_feedings, call_lists
from amphi.rules.ids import AmphiId, Millis


class StartCertificate(msgspec.Struct, frozen=True, kw_only=True):
    """`seq`, `receipt`: the line of the journal that started session 1, and its hash.

    `amphi_version`: of the amphi's call list then, as journaled; `call_list`, `list_version`,
    `digest`: of the frozen list it came from, None when it came from a file.
    """

    amphi: AmphiId
    started_at: Millis
    seq: int
    receipt: str
    amphi_version: int
    call_list: str | None
    list_version: int | None
    digest: str | None


async def start_certificate(connection: AsyncConnection, amphi: AmphiId) -> StartCertificate | None:
    """None: session 1 has not started yet."""
    start = await _start(connection, amphi)
    if start is None:
        return None
    version = await _version(connection, amphi, start.seq)
    fed = await _fed(connection, amphi, version)
    return StartCertificate(
        amphi=amphi,
        started_at=start.at,
        seq=start.seq,
        receipt=start.hash,
        amphi_version=version,
        call_list=None if fed is None else fed.id,
        list_version=None if fed is None else fed.version,
        digest=None if fed is None else fed.digest,
    )


async def _start(connection: AsyncConnection, amphi: AmphiId) -> Row[Any] | None:
    """Its first SessionStarted."""
    event = journal.c.body["event"]
    offer = select(amphis.c.offer).where(amphis.c.id == amphi).scalar_subquery()
    query: Select[Any] = (
        select(journal.c.seq, journal.c.at, journal.c.hash)
        .where(journal.c.offer == offer, journal.c.kind == "SessionStarted")
        .where(event["amphi"].astext == amphi)
        .order_by(journal.c.seq)
        .limit(1)
    )
    found: Row[Any] | None = (await connection.execute(query)).one_or_none()
    return found


async def _version(connection: AsyncConnection, amphi: AmphiId, seq: int) -> int:
    """As the last line before the start that froze a list says."""
    event = journal.c.body["event"]
    offer = select(amphis.c.offer).where(amphis.c.id == amphi).scalar_subquery()
    query = (
        select(event.label("event"))
        .where(journal.c.offer == offer, journal.c.seq < seq)
        .where(journal.c.kind.in_(("AmphiValidated", "CallListReplaced")))
        .where(event["amphi"].astext == amphi)
        .order_by(journal.c.seq.desc())
        .limit(1)
    )
    frozen: dict[str, Any] = (await connection.execute(query)).scalar_one()
    version = frozen.get("version")
    return int(frozen["facts"].get("call_list_version", 1) if version is None else version)


async def _fed(connection: AsyncConnection, amphi: AmphiId, version: int) -> Row[Any] | None:
    query: Select[Any] = (
        select(call_lists.c.id, call_lists.c.version, call_lists.c.digest)
        .join(amphi_feedings, amphi_feedings.c.call_list == call_lists.c.id)
        .where(amphi_feedings.c.amphi == amphi, amphi_feedings.c.amphi_version <= version)
        .order_by(amphi_feedings.c.amphi_version.desc(), amphi_feedings.c.id.desc())
        .limit(1)
    )
    found: Row[Any] | None = (await connection.execute(query)).one_or_none()
    return found
