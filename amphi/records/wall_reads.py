"""What the wall of an amphi reads of its people: names in full, for the ARS's eyes."""

import msgspec
from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.records.tables.amphis import call_list_entries
from amphi.records.tables.people import persons
from amphi.records.tables.proxies import proxies, status_requests
from amphi.rules.choosing.facts import ChoiceStatus
from amphi.rules.ids import AmphiId, EntryId


class WallLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the call list with what an operator needs on the telephone.

    `asked`: a type of choice that waits for a decision (DCI §5); `holder`: of the live grant.
    """

    entry: EntryId
    call_rank: int
    first_name: str
    last_name: str
    email: str | None
    des: str
    choice_status: ChoiceStatus
    expected_absence: bool
    extra_seconds: int
    asked: ChoiceStatus | None
    holder: str | None


async def wall_lines(connection: AsyncConnection, amphi: AmphiId) -> list[WallLine]:
    """By call rank."""
    entry = call_list_entries.c
    live = proxies.c.state.in_(("pending", "accepted"))
    query = (
        select(
            *(entry.id.label("entry"), entry.call_rank, entry.des, entry.choice_status),
            *(entry.expected_absence, entry.extra_seconds),
            *(persons.c.first_name, persons.c.last_name, persons.c.email),
            status_requests.c.choice_status.label("asked"),
            proxies.c.holder_email.label("holder"),
        )
        .join(persons, persons.c.id == entry.person)
        .outerjoin(proxies, (proxies.c.entry == entry.id) & live)
        .outerjoin(
            status_requests,
            (status_requests.c.entry == entry.id) & (status_requests.c.state == "pending"),
        )
        .where(entry.amphi == amphi)
        .order_by(entry.call_rank)
    )
    found = await connection.execute(query)
    return [_line(row) for row in found.mappings()]


def _line(row: RowMapping) -> WallLine:
    return msgspec.convert({name: row[name] for name in WallLine.__struct_fields__}, WallLine)
