"""What an operator may look at: the rows of the own ARS's territory, and the own commands."""

from typing import Any

import msgspec
from sqlalchemy import Select, func, or_, select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.records.audit import Act, Audited
from amphi.records.tables.amphis import amphis, call_list_entries
from amphi.records.tables.audit import audit
from amphi.records.tables.campaigns import campaigns, offers
from amphi.records.tables.interns import interns
from amphi.records.tables.journal import command_results
from amphi.records.tables.people import operators
from amphi.records.tables.proxies import proxies, status_requests
from amphi.records.tables.rankings import perimeters, ranking_runs
from amphi.rules.ids import AmphiId, OfferId, PersonId


class Undecided(msgspec.Struct, frozen=True):
    """What of an amphi still waits for somebody."""

    status_requests: int
    proxies: int


async def accepted_at(
    connection: AsyncConnection, offer: OfferId, person: PersonId, command: str
) -> int | None:
    """The `seq` at which this person's command was accepted; None: it is not, or not yet."""
    row = command_results.c
    mine = (row.offer == offer, row.person == person, row.id == command)
    return (await connection.execute(select(row.seq).where(*mine))).scalar_one_or_none()


async def acts_in(
    connection: AsyncConnection, territory: str, *, subject: str | None, after: int, limit: int
) -> list[Audited]:
    """Acts upon what belongs to the territory, and those of its operators; oldest first."""
    agents = select(operators.c.person).where(operators.c.territory == territory)
    query = (
        select(audit)
        .where(or_(audit.c.subject.in_(_subjects(territory)), audit.c.who.in_(agents)))
        .where(audit.c.id > after)
        .order_by(audit.c.id)
        .limit(limit)
    )
    if subject is not None:
        query = query.where(audit.c.subject == subject)
    names = Act.__struct_fields__
    return [
        Audited(row.id, row.at, Act(**{name: getattr(row, name) for name in names}))
        for row in await connection.execute(query)
    ]


async def known_territories(connection: AsyncConnection) -> list[str]:
    """Those of campaigns, operators, perimeters and interns."""
    tables = (campaigns, operators, perimeters, interns)
    named = union(*(select(each.c.territory).where(each.c.territory != "") for each in tables))
    return sorted((await connection.execute(named)).scalars())


def rankings_of(territory: str) -> Any:
    """Ids of its interns, perimeters and ranking runs."""
    intern: Select[Any] = select(interns.c.person).where(interns.c.territory == territory)
    perimeter = select(perimeters.c.id).where(perimeters.c.territory == territory)
    run = (
        select(ranking_runs.c.id)
        .join(perimeters, perimeters.c.id == ranking_runs.c.perimeter)
        .where(perimeters.c.territory == territory)
    )
    return intern.union_all(perimeter, run)


def _subjects(territory: str) -> Any:
    """Ids of its campaigns, offers and amphis, and of what is ranked there."""
    here = campaigns.c.territory == territory
    campaign: Select[Any] = select(campaigns.c.id).where(here)
    offer = select(offers.c.id).join(campaigns, campaigns.c.id == offers.c.campaign).where(here)
    amphi = (
        select(amphis.c.id)
        .join(offers, offers.c.id == amphis.c.offer)
        .join(campaigns, campaigns.c.id == offers.c.campaign)
        .where(here)
    )
    return campaign.union_all(offer, amphi, rankings_of(territory))


async def undecided(connection: AsyncConnection, amphi: AmphiId) -> Undecided:
    """Requests without a decision, grants without an acceptance."""
    counts = [
        await connection.scalar(
            select(func.count())
            .select_from(table)
            .join(call_list_entries, call_list_entries.c.id == table.c.entry)
            .where(call_list_entries.c.amphi == amphi, table.c.state == "pending")
        )
        for table in (status_requests, proxies)
    ]
    return Undecided(*(int(count or 0) for count in counts))
