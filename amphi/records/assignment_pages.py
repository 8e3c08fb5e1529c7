"""The list of assignments in real time, page by page (DCI §11)."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.records.tables.amphis import amphis, call_list_entries
from amphi.records.tables.campaigns import posts
from amphi.records.tables.outcomes import assignments
from amphi.records.tables.people import persons
from amphi.rules.ids import AmphiId, EntryId, PostNumber


class Place(msgspec.Struct, frozen=True, array_like=True):
    """Where a page ended: no two assignments share it."""

    made_at: datetime
    id: str


class Only(msgspec.Struct, frozen=True):
    """None: all of them."""

    campaign: str | None = None
    amphi: AmphiId | None = None
    des: str | None = None


class AssignedRow(msgspec.Struct, frozen=True, kw_only=True):
    """Who has which post, as everybody may know it: nothing of types of choice (live-rules.md §12)."""

    id: str
    amphi: AmphiId
    code: str
    entry: EntryId
    call_rank: int
    first_name: str
    last_name: str
    post: PostNumber
    des: str
    establishment: str
    service: str
    department: str
    made_at: datetime

    @property
    def place(self) -> Place:
        return Place(self.made_at, self.id)


async def assigned(
    connection: AsyncConnection, only: Only, after: Place | None, limit: int
) -> list[AssignedRow]:
    """Live ones, in the order in which they were made, behind `after`."""
    row = assignments.c
    query = (
        select(
            *(row[name] for name in ("id", "entry", "post", "made_at")),
            amphis.c.id.label("amphi"),
            *(amphis.c.code, call_list_entries.c.call_rank),
            *(persons.c.first_name, persons.c.last_name),
            *(posts.c[name] for name in ("des", "establishment", "service", "department")),
        )
        .join(call_list_entries, call_list_entries.c.id == row.entry)
        .join(amphis, amphis.c.id == call_list_entries.c.amphi)
        .join(persons, persons.c.id == row.person)
        .join(posts, (posts.c.offer == row.offer) & (posts.c.number == row.post))
        .where(row.live, *_where(only))
        .order_by(row.made_at, row.id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(tuple_(row.made_at, row.id) > tuple_(after.made_at, after.id))
    names = AssignedRow.__struct_fields__
    return [
        AssignedRow(**{name: getattr(each, name) for name in names})
        for each in await connection.execute(query)
    ]


def _where(only: Only) -> list[ColumnElement[Any]]:
    asked = {
        assignments.c.campaign: only.campaign,
        amphis.c.id: only.amphi,
        posts.c.des: only.des,
    }
    return [column == value for column, value in asked.items() if value is not None]
