"""The rows that the conductor freezes into the journal, and what it asks about other offers."""

from typing import Any

import msgspec
from sqlalchemy import Row, bindparam, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.live.ports import Rows, ServedPerson
from amphi.records.fact import Step
from amphi.records.feeding import staged_list
from amphi.records.instants import millis
from amphi.records.tables.amphis import amphis, call_list_entries, choice_sessions
from amphi.records.tables.campaigns import campaigns, offers, posts
from amphi.records.tables.journal import offer_heads
from amphi.records.tables.outcomes import assignments
from amphi.records.tables.proxies import proxies
from amphi.rules.choosing.facts import AmphiFacts, EntryFacts, Post, Proxy, SessionFacts
from amphi.rules.choosing.policy import AmphiPolicy
from amphi.rules.ids import AmphiId, OfferId, PersonId


async def rows(connection: AsyncConnection, amphi: AmphiId) -> Rows:
    """What `validate`, `replace_offer`, `replace_call_list` freeze. Raises LookupError: no such amphi."""
    row = (await connection.execute(select(amphis).where(amphis.c.id == amphi))).one_or_none()
    if row is None:
        raise LookupError(amphi)
    facts = AmphiFacts(
        id=row.id,
        code=row.code,
        group=row.group,
        regime=row.regime,
        position=row.position,
        policy=msgspec.convert(row.policy, AmphiPolicy),
        sessions=await _sessions(connection, amphi),
        entries=await _entries(connection, amphi),
        opens_at=None if row.opens_at is None else millis(row.opens_at),
        call_list_version=row.call_list_version,
    )
    return Rows(
        facts=facts,
        posts=await _posts(connection, row.offer),
        next_list=await staged_list(connection, facts),
    )


async def _sessions(connection: AsyncConnection, amphi: AmphiId) -> tuple[SessionFacts, ...]:
    table = choice_sessions
    query = select(table).where(table.c.amphi == amphi).order_by(table.c.n)
    return tuple(_session(row) for row in await connection.execute(query))


def _session(row: Row[Any]) -> SessionFacts:
    return SessionFacts(
        n=row.n,
        from_rank=row.from_rank,
        to_rank=row.to_rank,
        starts_at=millis(row.starts_at),
        ends_at=None if row.ends_at is None else millis(row.ends_at),
    )


async def _entries(connection: AsyncConnection, amphi: AmphiId) -> tuple[EntryFacts, ...]:
    live = proxies.c.state.in_(("pending", "accepted"))
    query = (
        select(call_list_entries, proxies.c.id.label("proxy"), proxies.c.holder)
        .outerjoin(proxies, (proxies.c.entry == call_list_entries.c.id) & live)
        .where(call_list_entries.c.amphi == amphi)
        .order_by(call_list_entries.c.call_rank)
    )
    return tuple(_entry(row) for row in await connection.execute(query))


def _entry(row: Row[Any]) -> EntryFacts:
    facts = {
        "id": row.id,
        "person": row.person,
        "call_rank": row.call_rank,
        "des": row.des,
        "choice_status": row.choice_status,
        "extra_seconds": row.extra_seconds,
        "expected_absence": row.expected_absence,
        "proxy": None if row.proxy is None else Proxy(row.proxy, row.holder),
    }
    return msgspec.convert(facts, EntryFacts)


async def _posts(connection: AsyncConnection, offer: OfferId) -> tuple[Post, ...]:
    offered = (posts.c.offer == offer, posts.c.withdrawn.is_(False))
    query = select(posts).where(*offered).order_by(posts.c.number)
    return tuple(_post(row) for row in await connection.execute(query))


def _post(row: Row[Any]) -> Post:
    """A service without a number is known by its establishment and its name."""
    facts = {
        "number": row.number,
        "des": row.des,
        "service": row.imotep or f"{row.finess or row.establishment}/{row.service}",
        "reserved_for": row.reserved_for,
        "regimes": row.regimes,
        "groups": row.groups,
    }
    return msgspec.convert(facts, Post)


async def served_elsewhere(connection: AsyncConnection, offer: OfferId) -> list[ServedPerson]:
    """Who of this offer's interns has a live assignment in another offer of the campaign."""
    here, there = call_list_entries, assignments
    query = (
        select(here.c.amphi, here.c.id, there.c.offer)
        .join(amphis, amphis.c.id == here.c.amphi)
        .join(offers, offers.c.id == amphis.c.offer)
        .join(there, (there.c.person == here.c.person) & (there.c.campaign == offers.c.campaign))
        .where(amphis.c.offer == offer, there.c.live, there.c.offer != offer)
        .order_by(amphis.c.position, here.c.call_rank)
    )
    return [ServedPerson(*row) for row in await connection.execute(query)]


_here = offers.alias("here")
SIBLINGS = (
    select(offers.c.id)
    .join(_here, _here.c.campaign == offers.c.campaign)
    .join(amphis, amphis.c.offer == offers.c.id)
    .join(call_list_entries, call_list_entries.c.amphi == amphis.c.id)
    .where(_here.c.id == bindparam("of_offer"), offers.c.id != bindparam("of_offer"))
    .where(call_list_entries.c.person == bindparam("of_person"))
    .distinct()
    .order_by(offers.c.id)
)


def siblings(offer: OfferId, person: PersonId) -> Step:
    """Other offers of the campaign in which this person has an entry."""
    return SIBLINGS, {"of_offer": offer, "of_person": person}


async def unowned(connection: AsyncConnection) -> list[OfferId]:
    """Offers of campaigns under way that no conductor holds, by PostgreSQL's clock.

    A closed amphi is conducted too, until the campaign ends: operators may still choose for the
    unserved (live-rules.md §1).
    """
    free = or_(offer_heads.c.owner.is_(None), offer_heads.c.expires_at <= func.clock_timestamp())
    query = (
        select(offers.c.id)
        .join(campaigns, campaigns.c.id == offers.c.campaign)
        .outerjoin(offer_heads, offer_heads.c.offer == offers.c.id)
        .where(campaigns.c.ended_at.is_(None), free)
        .where(exists().where(amphis.c.offer == offers.c.id))
        .order_by(offers.c.created_at, offers.c.id)
    )
    return [OfferId(found) for found in (await connection.execute(query)).scalars()]


async def owned(connection: AsyncConnection) -> list[OfferId]:
    """Offers that a conductor holds, by PostgreSQL's clock."""
    held = offer_heads.c.owner.is_not(None) & (offer_heads.c.expires_at > func.clock_timestamp())
    query = select(offer_heads.c.offer).where(held).order_by(offer_heads.c.offer)
    return [OfferId(found) for found in (await connection.execute(query)).scalars()]
