"""What HTTP programs read of an offer: its posts, its call lists, who has which post."""

from datetime import datetime
from typing import Any, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Row, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.records.tables.amphis import amphis, call_list_entries
from amphi.records.tables.campaigns import posts
from amphi.records.tables.outcomes import assignments
from amphi.records.tables.people import persons
from amphi.rules.choosing.facts import ChoiceStatus
from amphi.rules.ids import AmphiId, EntryId, OfferId, PersonId, PostNumber
from amphi.rules.names import initial

Line = TypeVar("Line", bound=msgspec.Struct)


class PostRow(msgspec.Struct, frozen=True):
    """A seat with its description (DCI §8)."""

    number: PostNumber
    des: str
    establishment: str
    finess: str
    service: str
    imotep: str
    supervisor: str
    department: str
    earmark: str
    reserved_for: tuple[str, ...]
    regimes: tuple[str, ...]
    groups: tuple[str, ...]
    withdrawn: bool


class CallListRow(msgspec.Struct, frozen=True):
    """A line of the call list as everybody sees it (DCI §7): nothing of type of choice or extra time.

    `expected_absence` is public, its reason never (live-rules.md §12).
    """

    entry: EntryId
    call_rank: int
    first_name: str
    last_name: str
    des: str
    expected_absence: bool


class AssignmentRow(msgspec.Struct, frozen=True, kw_only=True):
    """Who has which post, live ones only. `choice_status`: for the ARS's eyes."""

    amphi: AmphiId
    entry: EntryId
    person: PersonId
    first_name: str
    last_name: str
    post: PostNumber
    choice_status: ChoiceStatus
    seq: int
    receipt: str
    made_at: datetime


async def posts_of(connection: AsyncConnection, offer: OfferId) -> list[PostRow]:
    """All of them, withdrawn ones too, by number."""
    query = select(posts).where(posts.c.offer == offer).order_by(posts.c.number)
    return [_as(PostRow, row) for row in await connection.execute(query)]


async def one_post(
    connection: AsyncConnection, offer: OfferId, number: PostNumber
) -> PostRow | None:
    """A post's sheet."""
    query = select(posts).where(posts.c.offer == offer, posts.c.number == number)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _as(PostRow, row)


async def call_list(
    connection: AsyncConnection, amphi: AmphiId, *, full_names: bool
) -> list[CallListRow]:
    """By call rank; `full_names` False: the first name as an initial, as the ARS lets others see it."""
    entry = call_list_entries.c
    query = (
        select(call_list_entries, entry.id.label("entry"), persons)
        .join(persons, persons.c.id == entry.person)
        .where(entry.amphi == amphi)
        .order_by(entry.call_rank)
    )
    lines = [_as(CallListRow, row) for row in await connection.execute(query)]
    return lines if full_names else [_shortened(line) for line in lines]


def _shortened(line: CallListRow) -> CallListRow:
    return msgspec.structs.replace(line, first_name=initial(line.first_name))


async def assignments_of_offer(connection: AsyncConnection, offer: OfferId) -> list[AssignmentRow]:
    """In the order in which they were made."""
    query = _assignments(assignments.c.offer == offer)
    return [_as(AssignmentRow, row) for row in await connection.execute(query)]


async def assignments_of_campaign(
    connection: AsyncConnection, campaign: str, *, after: datetime | None = None, limit: int = 1000
) -> list[AssignmentRow]:
    """In the order in which they were made, behind the instant `after`."""
    query = _assignments(assignments.c.campaign == campaign).limit(limit)
    if after is not None:
        query = query.where(assignments.c.made_at > after)
    return [_as(AssignmentRow, row) for row in await connection.execute(query)]


def _assignments(which: ColumnElement[bool]) -> Select[Any]:
    return (
        select(assignments, amphis.c.id.label("amphi"), persons.c.first_name, persons.c.last_name)
        .join(call_list_entries, call_list_entries.c.id == assignments.c.entry)
        .join(amphis, amphis.c.id == call_list_entries.c.amphi)
        .join(persons, persons.c.id == assignments.c.person)
        .where(which, assignments.c.live)
        .order_by(assignments.c.made_at, assignments.c.seq)
    )


def _as(kind: type[Line], row: Row[Any]) -> Line:
    return msgspec.convert(
        {name: getattr(row, name) for name in kind.__struct_fields__}, kind, strict=False
    )
