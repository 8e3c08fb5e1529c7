"""What an independent check looks at: an offer's rows as stored, as plain values.

Imports neither the rules nor the engine: whoever checks must not share their faults.
"""

from typing import Any

from sqlalchemy import ColumnElement, Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.records.tables.amphis import amphis, call_list_entries, choice_sessions
from amphi.records.tables.campaigns import offers, posts
from amphi.records.tables.journal import command_results, journal, offer_heads
from amphi.records.tables.mails import mails
from amphi.records.tables.outcomes import assignments
from amphi.records.tables.proxies import proxies, status_requests

PAGE = 5000


async def offers_with_a_journal(connection: AsyncConnection) -> list[str]:
    """In the order in which they were made."""
    query = (
        select(offers.c.id)
        .join(offer_heads, offer_heads.c.offer == offers.c.id)
        .order_by(offers.c.created_at, offers.c.id)
    )
    return list((await connection.execute(query)).scalars())


async def campaign_of(connection: AsyncConnection, offer: str) -> str | None:
    """The offer's campaign; None: there is no such offer."""
    query = select(offers.c.campaign).where(offers.c.id == offer)
    return (await connection.execute(query)).scalar_one_or_none()


async def lines(connection: AsyncConnection, offer: str, after: int = 0) -> list[dict[str, Any]]:
    """Up to PAGE lines of the journal behind `after`: seq, term, at, kind, prev_hash, hash, text."""
    row = journal.c
    query = (
        select(row.seq, row.term, row.at, row.kind, row.prev_hash, row.hash, row.text)
        .where(row.offer == offer, row.seq > after)
        .order_by(row.seq)
        .limit(PAGE)
    )
    return await _rows(connection, query)


async def head(connection: AsyncConnection, offer: str) -> dict[str, Any] | None:
    """The head row: term, last_seq, head_hash, owner."""
    row = offer_heads.c
    query = select(row.term, row.last_seq, row.head_hash, row.owner).where(row.offer == offer)
    found = await _rows(connection, query)
    return found[0] if found else None


async def projected(connection: AsyncConnection, offer: str) -> dict[str, list[dict[str, Any]]]:
    """By table: the rows that follow from the offer's journal, or were frozen into it."""
    return {
        table.name: await _rows(connection, select(table).where(mine))
        for table, mine in _projections(offer)
    }


def _projections(offer: str) -> list[tuple[Table, ColumnElement[bool]]]:
    halls = select(amphis.c.id).where(amphis.c.offer == offer)
    lines_ = select(call_list_entries.c.id).where(call_list_entries.c.amphi.in_(halls))
    of_the_offer = [
        (each, each.c.offer == offer)
        for each in (amphis, posts, assignments, mails, command_results)
    ]
    of_its_amphis = [
        (each, each.c.amphi.in_(halls)) for each in (choice_sessions, call_list_entries)
    ]
    of_its_lines = [(each, each.c.entry.in_(lines_)) for each in (proxies, status_requests)]
    return [(offers, offers.c.id == offer), *of_the_offer, *of_its_amphis, *of_its_lines]


async def assigned_elsewhere(connection: AsyncConnection, offer: str) -> list[dict[str, Any]]:
    """Live assignments, in other offers of the campaign, of people who have an entry in this one."""
    people = (
        select(call_list_entries.c.person)
        .join(amphis, amphis.c.id == call_list_entries.c.amphi)
        .where(amphis.c.offer == offer)
    )
    campaign = select(offers.c.campaign).where(offers.c.id == offer).scalar_subquery()
    row = assignments.c
    query = select(assignments).where(
        row.campaign == campaign, row.offer != offer, row.live, row.person.in_(people)
    )
    return await _rows(connection, query)


async def _rows(connection: AsyncConnection, query: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in (await connection.execute(query)).mappings()]
