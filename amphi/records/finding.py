"""Amphis, entries and operators found by the names that people type on a command line."""

import msgspec
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.records.tables.amphis import amphis, call_list_entries
from amphi.records.tables.campaigns import campaigns, offers
from amphi.records.tables.people import operators, persons
from amphi.records.tables.proxies import proxies
from amphi.rules.choosing.state import Phase
from amphi.rules.ids import AmphiId, EntryId, OfferId, PersonId


class FoundAmphi(msgspec.Struct, frozen=True):
    """`trial`: of a campaign made from a file, whose people are fictional."""

    id: AmphiId
    code: str
    phase: Phase
    offer: OfferId
    campaign: str
    trial: bool


class FoundEntry(msgspec.Struct, frozen=True):
    """`proxy`: the live grant, if any; `holder`: known from its acceptance on."""

    id: EntryId
    person: PersonId
    proxy: str | None
    holder: PersonId | None


async def amphis_named(connection: AsyncConnection, name: str) -> list[FoundAmphi]:
    """The amphi with this id, or all those with this code."""
    found = await _amphis(connection, amphis.c.id == name)
    return found or await _amphis(connection, amphis.c.code == name)


async def amphis_of(connection: AsyncConnection, campaign: str | None = None) -> list[FoundAmphi]:
    """All of a campaign, or of the installation; by offer, in the order in which they choose."""
    return await _amphis(connection, *([] if campaign is None else [offers.c.campaign == campaign]))


async def _amphis(connection: AsyncConnection, *where: ColumnElement[bool]) -> list[FoundAmphi]:
    query = (
        select(
            amphis.c.id,
            amphis.c.code,
            amphis.c.phase,
            amphis.c.offer,
            offers.c.campaign,
            campaigns.c.trial,
        )
        .join(offers, offers.c.id == amphis.c.offer)
        .join(campaigns, campaigns.c.id == offers.c.campaign)
        .where(*where)
        .order_by(offers.c.created_at, offers.c.id, amphis.c.position)
    )
    return [
        FoundAmphi(
            AmphiId(row.id), row.code, Phase(row.phase), OfferId(row.offer), row.campaign, row.trial
        )
        for row in await connection.execute(query)
    ]


async def entry_named(connection: AsyncConnection, amphi: AmphiId, name: str) -> FoundEntry | None:
    """The line of this amphi with this id, or with this intern's id in the load file."""
    live = proxies.c.state.in_(("pending", "accepted"))
    query = (
        select(
            call_list_entries.c.id,
            call_list_entries.c.person,
            proxies.c.id.label("proxy"),
            proxies.c.holder,
        )
        .outerjoin(proxies, (proxies.c.entry == call_list_entries.c.id) & live)
        .where(
            call_list_entries.c.amphi == amphi,
            (call_list_entries.c.id == name) | (call_list_entries.c.external_id == name),
        )
        # An entry's own id comes before another's id in a file that happens to read the same.
        .order_by((call_list_entries.c.id == name).desc())
        .limit(1)
    )
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else FoundEntry(EntryId(row.id), row.person, row.proxy, row.holder)


async def operator_named(connection: AsyncConnection, name: str) -> PersonId | None:
    """An active operator of this name."""
    query = select(operators.c.person).where(operators.c.name == name, operators.c.active).limit(1)
    return (await connection.execute(query)).scalar_one_or_none()


async def person_with_email(
    connection: AsyncConnection, campaign: str, email: str
) -> PersonId | None:
    """An intern of the campaign with this address: a holder may be one (live-rules.md §6)."""
    query = (
        select(persons.c.id)
        .join(call_list_entries, call_list_entries.c.person == persons.c.id)
        .join(amphis, amphis.c.id == call_list_entries.c.amphi)
        .join(offers, offers.c.id == amphis.c.offer)
        .where(offers.c.campaign == campaign, func.lower(persons.c.email) == email.lower())
        .limit(1)
    )
    return (await connection.execute(query)).scalar_one_or_none()


async def campaign_names(connection: AsyncConnection) -> list[str]:
    """Of all campaigns of the installation, oldest first."""
    query = select(campaigns.c.name).order_by(campaigns.c.created_at)
    return list((await connection.execute(query)).scalars())
