"""What a person sees of themselves: their lines of call lists, their proxies, their assignment."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.records.tables.amphis import amphis, call_list_entries, choice_sessions
from amphi.records.tables.campaigns import campaigns, offers
from amphi.records.tables.outcomes import assignments
from amphi.records.tables.people import persons
from amphi.records.tables.proxies import proxies
from amphi.rules.choosing.facts import ChoiceStatus
from amphi.rules.choosing.state import Phase
from amphi.rules.ids import AmphiId, EntryId, OfferId, PersonId, PostNumber

_LIVE = ("pending", "accepted")


class GrantRow(msgspec.Struct, frozen=True):
    """A live grant: `holder` is known from the acceptance on."""

    id: str
    state: str
    holder_email: str
    holder: PersonId | None


class EntryRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a call list with all that its own person may know, and nobody else."""

    amphi: AmphiId
    code: str
    campaign_name: str
    semester: str
    phase: Phase
    offer: OfferId
    entry: EntryId
    person: PersonId
    first_name: str
    last_name: str
    call_rank: int
    session: int | None
    des: str
    choice_status: ChoiceStatus
    expected_absence: bool
    extra_seconds: int
    grant: GrantRow | None
    post: PostNumber | None
    seq: int | None
    receipt: str | None


class OfferedGrant(msgspec.Struct, frozen=True):
    """A grant as its holder finds it by the mailed link."""

    state: str
    holder_email: str
    holder_first_name: str
    holder_last_name: str
    campaign: str
    amphi: AmphiId
    offer: OfferId


async def entries_of(connection: AsyncConnection, person: PersonId) -> list[EntryRow]:
    """The person's own, newest campaign first."""
    query = _entries().where(call_list_entries.c.person == person)
    return [_entry(row) for row in await connection.execute(query)]


async def entries_held_by(connection: AsyncConnection, person: PersonId) -> list[EntryRow]:
    """Those that the person holds an accepted proxy of."""
    query = _entries().where(proxies.c.holder == person, proxies.c.state == "accepted")
    return [_entry(row) for row in await connection.execute(query)]


async def offered_grant(connection: AsyncConnection, proxy: str) -> OfferedGrant | None:
    """The grant with this id, live or not."""
    query = (
        select(proxies, amphis.c.id.label("amphi"), amphis.c.offer)
        .join(call_list_entries, call_list_entries.c.id == proxies.c.entry)
        .join(amphis, amphis.c.id == call_list_entries.c.amphi)
        .where(proxies.c.id == proxy)
    )
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _filled(OfferedGrant, row)


def _entries() -> Select[Any]:
    line = call_list_entries.c
    session = (
        select(choice_sessions.c.n)
        .where(choice_sessions.c.amphi == line.amphi)
        .where(line.call_rank.between(choice_sessions.c.from_rank, choice_sessions.c.to_rank))
        .limit(1)
        .scalar_subquery()
    )
    made = (assignments.c.entry == line.id) & assignments.c.live
    live = (proxies.c.entry == line.id) & proxies.c.state.in_(_LIVE)
    return (
        select(
            call_list_entries,
            line.id.label("entry"),
            session.label("session"),
            *_columns(amphis.c, "code", "phase", "offer"),
            campaigns.c.name.label("campaign_name"),
            campaigns.c.semester,
            *_columns(persons.c, "first_name", "last_name"),
            *(proxies.c[name].label(f"grant_{name}") for name in GrantRow.__struct_fields__),
            *_columns(assignments.c, "post", "seq", "receipt"),
        )
        .join(amphis, amphis.c.id == line.amphi)
        .join(offers, offers.c.id == amphis.c.offer)
        .join(campaigns, campaigns.c.id == offers.c.campaign)
        .join(persons, persons.c.id == line.person)
        .outerjoin(proxies, live)
        .outerjoin(assignments, made)
        .order_by(campaigns.c.created_at.desc(), amphis.c.position)
    )


def _columns(of: Any, *names: str) -> Sequence[Any]:
    return [of[name] for name in names]


def _entry(row: Row[Any]) -> EntryRow:
    names = GrantRow.__struct_fields__
    grant = None
    if row.grant_id is not None:
        grant = GrantRow(*(getattr(row, f"grant_{name}") for name in names))
    fields = {name: getattr(row, name) for name in EntryRow.__struct_fields__ if name != "grant"}
    return msgspec.convert(fields | {"grant": grant}, EntryRow, from_attributes=True)


def _filled(kind: Any, row: Row[Any]) -> Any:
    return msgspec.convert({name: getattr(row, name) for name in kind.__struct_fields__}, kind)
