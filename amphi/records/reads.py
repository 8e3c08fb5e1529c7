"""What HTTP programs and gateways read: one amphi, the list of them, who is who in it.

Rows, not the live state: that is folded from the journal. Ids and words of the wire (protocol.md).
"""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.records.tables.amphis import amphis, call_list_entries, choice_sessions
from amphi.records.tables.campaigns import campaigns, offers
from amphi.records.tables.people import persons
from amphi.records.tables.proxies import proxies
from amphi.rules.choosing.state import Phase
from amphi.rules.ids import AmphiId, EntryId, OfferId, PersonId


class AmphiRow(msgspec.Struct, frozen=True):
    """A line of the list of amphis; `starts_at`, `ends_at`: planned, of its first and last session."""

    id: AmphiId
    offer: OfferId
    epoch: str
    campaign: str
    campaign_name: str
    semester: str
    territory: str
    trial: bool
    code: str
    group: str
    regime: str
    position: int
    phase: Phase
    opens_at: datetime | None
    starts_at: datetime | None
    ends_at: datetime | None
    interns: int


class SessionRow(msgspec.Struct, frozen=True):
    """A choice session with its planned times."""

    n: int
    from_rank: int
    to_rank: int
    starts_at: datetime
    ends_at: datetime | None
    state: str


class Who(msgspec.Struct, frozen=True):
    """What a person may act for in an amphi: their own entry, and the one they hold a proxy of."""

    own: EntryId | None
    held: EntryId | None


async def list_amphis(
    connection: AsyncConnection, *, campaign: str | None = None, regime: str | None = None
) -> list[AmphiRow]:
    """All of them, in the order of campaigns, offers and positions."""
    query = _amphis().order_by(offers.c.created_at, offers.c.id, amphis.c.position)
    if campaign is not None:
        query = query.where(offers.c.campaign == campaign)
    if regime is not None:
        query = query.where(amphis.c.regime == regime)
    return [_amphi(row) for row in await connection.execute(query)]


async def one_amphi(connection: AsyncConnection, amphi: AmphiId) -> AmphiRow | None:
    """The amphi with this id."""
    row = (await connection.execute(_amphis().where(amphis.c.id == amphi))).one_or_none()
    return None if row is None else _amphi(row)


async def named_amphis(connection: AsyncConnection, id_or_code: str) -> list[AmphiRow]:
    """Those that somebody may mean on the command line; a code may be used in several campaigns."""
    meant = or_(amphis.c.id == id_or_code, amphis.c.code == id_or_code)
    query = _amphis().where(meant).order_by(offers.c.created_at.desc(), amphis.c.id)
    return [_amphi(row) for row in await connection.execute(query)]


def _amphis() -> Select[Any]:
    of_this = choice_sessions.c.amphi == amphis.c.id
    first = select(func.min(choice_sessions.c.starts_at)).where(of_this)
    last = select(func.max(choice_sessions.c.ends_at)).where(of_this)
    interns = select(func.count()).where(call_list_entries.c.amphi == amphis.c.id)
    return (
        select(
            amphis,
            offers.c.epoch,
            offers.c.campaign,
            campaigns.c.name.label("campaign_name"),
            campaigns.c.semester,
            campaigns.c.territory,
            campaigns.c.trial,
            first.scalar_subquery().label("starts_at"),
            last.scalar_subquery().label("ends_at"),
            interns.scalar_subquery().label("interns"),
        )
        .join(offers, offers.c.id == amphis.c.offer)
        .join(campaigns, campaigns.c.id == offers.c.campaign)
    )


def _amphi(row: Row[Any]) -> AmphiRow:
    fields = {name: getattr(row, name) for name in AmphiRow.__struct_fields__}
    return msgspec.convert(fields, AmphiRow)


async def sessions(connection: AsyncConnection, amphi: AmphiId) -> list[SessionRow]:
    """The choice sessions, in order."""
    table = choice_sessions
    query = select(table).where(table.c.amphi == amphi).order_by(table.c.n)
    names = SessionRow.__struct_fields__
    return [
        SessionRow(*(getattr(row, name) for name in names))
        for row in await connection.execute(query)
    ]


async def who(connection: AsyncConnection, amphi: AmphiId, person: PersonId) -> Who:
    """The entries a person may act for."""
    own = select(call_list_entries.c.id).where(
        call_list_entries.c.amphi == amphi, call_list_entries.c.person == person
    )
    held = (
        select(proxies.c.entry)
        .join(call_list_entries, call_list_entries.c.id == proxies.c.entry)
        .where(call_list_entries.c.amphi == amphi)
        .where(proxies.c.holder == person, proxies.c.state == "accepted")
    )
    return Who(
        (await connection.execute(own)).scalar_one_or_none(),
        (await connection.execute(held)).scalars().first(),
    )


async def entry_of(
    connection: AsyncConnection, amphi: AmphiId, id_or_external_id: str
) -> tuple[EntryId, PersonId] | None:
    """The entry and its person, by the entry's id or the intern's id in the load file."""
    row = call_list_entries.c
    meant = or_(row.id == id_or_external_id, row.external_id == id_or_external_id)
    query = select(row.id, row.person).where(row.amphi == amphi, meant)
    found = (await connection.execute(query.order_by(row.id != id_or_external_id))).first()
    return None if found is None else (EntryId(found.id), PersonId(found.person))


async def holder_email(connection: AsyncConnection, proxy: str) -> str | None:
    """Where the grant was sent: its grantor is reminded of it (DCI §6)."""
    query = select(proxies.c.holder_email).where(proxies.c.id == proxy)
    return (await connection.execute(query)).scalar_one_or_none()


async def live_proxy(
    connection: AsyncConnection, entry: EntryId
) -> tuple[str, PersonId | None] | None:
    """The entry's grant, pending or accepted: its id, and the holder once accepted."""
    live = (proxies.c.entry == entry, proxies.c.state.in_(("pending", "accepted")))
    row = (await connection.execute(select(proxies.c.id, proxies.c.holder).where(*live))).first()
    return None if row is None else (row.id, row.holder)


async def person_name(connection: AsyncConnection, person: PersonId) -> tuple[str, str] | None:
    """First and last name."""
    query = select(persons.c.first_name, persons.c.last_name).where(persons.c.id == person)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else (row.first_name, row.last_name)
