"""The list of assignments in real time, page by page (DCI §11)."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.records.plain_text import plainly_within
from amphi.records.tables.amphis import amphis, call_list_entries
from amphi.records.tables.campaigns import campaigns, posts
from amphi.records.tables.outcomes import assignments
from amphi.records.tables.people import persons
from amphi.rules.ids import AmphiId, EntryId, PostNumber


class Place(msgspec.Struct, frozen=True, array_like=True):
    """Where a page ended: no two assignments share it."""

    made_at: datetime
    id: str


class Only(msgspec.Struct, frozen=True):
    """None: all of them. `des`: of the post; `intern_des`, `regime`, `group`: of whoever chose.

    The last four are looked for within, without case and accents: `first_name` alone, since others
    may see no more of a name than its initial.
    """

    campaign: str | None = None
    amphi: AmphiId | None = None
    des: str | None = None
    intern_des: str | None = None
    regime: str | None = None
    group: str | None = None
    department: str | None = None
    establishment: str | None = None
    service: str | None = None
    supervisor: str | None = None
    first_name: str | None = None


class AssignedRow(msgspec.Struct, frozen=True, kw_only=True):
    """Who has which post, as everybody may know it: nothing of types of choice (live-rules.md §12)."""

    id: str
    amphi: AmphiId
    code: str
    group: str
    regime: str
    semester: str
    entry: EntryId
    call_rank: int
    first_name: str
    last_name: str
    intern_des: str
    post: PostNumber
    des: str
    establishment: str
    service: str
    supervisor: str
    department: str
    made_at: datetime

    @property
    def place(self) -> Place:
        return Place(self.made_at, self.id)


async def assigned(
    connection: AsyncConnection,
    only: Only,
    after: Place | None,
    limit: int,
    *,
    newest_first: bool = False,
) -> list[AssignedRow]:
    """Live ones, in the order in which they were made, or the other way round, behind `after`."""
    row = assignments.c
    here = tuple_(row.made_at, row.id)
    query = _assigned().where(row.live, *_where(only)).limit(limit)
    if newest_first:
        query = query.order_by(row.made_at.desc(), row.id.desc())
    else:
        query = query.order_by(row.made_at, row.id)
    if after is not None:
        there = tuple_(after.made_at, after.id)
        query = query.where(here < there if newest_first else here > there)
    names = AssignedRow.__struct_fields__
    return [
        AssignedRow(**{name: getattr(each, name) for name in names})
        for each in await connection.execute(query)
    ]


def _assigned() -> Select[Any]:
    row, line = assignments.c, call_list_entries.c
    described = ("des", "establishment", "service", "supervisor", "department")
    return (
        select(
            *(row[name] for name in ("id", "entry", "post", "made_at")),
            amphis.c.id.label("amphi"),
            *(amphis.c.code, amphis.c.group, amphis.c.regime, campaigns.c.semester),
            *(line.call_rank, line.des.label("intern_des")),
            *(persons.c.first_name, persons.c.last_name),
            *(posts.c[name] for name in described),
        )
        .join(call_list_entries, line.id == row.entry)
        .join(amphis, amphis.c.id == line.amphi)
        .join(campaigns, campaigns.c.id == row.campaign)
        .join(persons, persons.c.id == row.person)
        .join(posts, (posts.c.offer == row.offer) & (posts.c.number == row.post))
    )


def _where(only: Only) -> list[ColumnElement[Any]]:
    equal: dict[ColumnElement[Any], str | None] = {
        assignments.c.campaign: only.campaign,
        amphis.c.id: only.amphi,
        amphis.c.regime: only.regime,
        amphis.c.group: only.group,
        posts.c.des: only.des,
        posts.c.department: only.department,
        call_list_entries.c.des: only.intern_des,
    }
    within: dict[ColumnElement[Any], str | None] = {
        posts.c.establishment: only.establishment,
        posts.c.service: only.service,
        posts.c.supervisor: only.supervisor,
        persons.c.first_name: only.first_name,
    }
    return [
        *(column == value for column, value in equal.items() if value is not None),
        *(plainly_within(column, value) for column, value in within.items() if value is not None),
    ]
