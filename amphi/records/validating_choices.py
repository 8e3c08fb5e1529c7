"""The end of a semester's choices: who is left without a post, and what ends with the last perimeter."""

from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.records.tables.amphis import amphis, call_list_entries
from amphi.records.tables.campaigns import campaigns, offers
from amphi.records.tables.interns import interns
from amphi.records.tables.outcomes import assignments
from amphi.records.tables.proxies import proxies
from amphi.records.tables.rankings import (
    amphi_feedings,
    call_lists,
    choice_validations,
    ranking_runs,
)
from amphi.rules.choosing.facts import ChoiceStatus
from amphi.rules.choosing.state import Phase
from amphi.rules.ids import PersonId


async def unserved_in(connection: AsyncConnection, halls: list[str]) -> list[PersonId]:
    """Called in one of these amphis, and without a post of the campaign; the absent are expected."""
    served = exists().where(
        assignments.c.person == call_list_entries.c.person,
        assignments.c.campaign == offers.c.campaign,
        assignments.c.live,
    )
    query = (
        select(call_list_entries.c.person)
        .join(amphis, amphis.c.id == call_list_entries.c.amphi)
        .join(offers, offers.c.id == amphis.c.offer)
        .where(amphis.c.id.in_(halls), ~served)
        .where(call_list_entries.c.expected_absence.is_(False))
        .where(call_list_entries.c.excluded.is_(False))
        .order_by(amphis.c.position, call_list_entries.c.call_rank)
    )
    return [PersonId(person) for person in (await connection.execute(query)).scalars()]


async def campaigns_over(connection: AsyncConnection, halls: list[str]) -> list[str]:
    """Of these amphis' campaigns, those under way with no amphi left whose choices are not over.

    An amphi that no ranking feeds has no perimeter to be validated: it is over once it is closed.
    """
    mine = select(offers.c.campaign).join(amphis, amphis.c.offer == offers.c.id)
    unfed = ~exists().where(amphi_feedings.c.amphi == amphis.c.id)
    over = _validated() | (unfed & (amphis.c.phase == Phase.CLOSED))
    left = (
        select(amphis.c.id)
        .join(offers, offers.c.id == amphis.c.offer)
        .where(offers.c.campaign == campaigns.c.id, ~over)
    )
    query = select(campaigns.c.id).where(
        campaigns.c.id.in_(mine.where(amphis.c.id.in_(halls))),
        campaigns.c.ended_at.is_(None),
        ~left.exists(),
    )
    return list((await connection.execute(query)).scalars())


def _validated() -> ColumnElement[bool]:
    """The perimeter and semester that fed the amphi last are."""
    table, later = choice_validations.c, amphi_feedings.alias("later").c
    same = (table.perimeter == ranking_runs.c.perimeter) & (
        table.semester == ranking_runs.c.semester
    )
    fed: Select[Any] = (
        select(amphi_feedings.c.amphi)
        .join(call_lists, call_lists.c.id == amphi_feedings.c.call_list)
        .join(ranking_runs, ranking_runs.c.id == call_lists.c.run)
        .join(choice_validations, same)
        .where(amphi_feedings.c.amphi == amphis.c.id)
        .where(
            ~exists().where(later.amphi == amphi_feedings.c.amphi, later.id > amphi_feedings.c.id)
        )
        .correlate(amphis)
    )
    return fed.exists()


async def end_campaign(connection: AsyncConnection, campaign: str) -> None:
    """ "every ChoiceStatus back to STANDARD, proxies ended" (live-rules.md §1)"""
    over = func.clock_timestamp()
    await connection.execute(
        update(campaigns).where(campaigns.c.id == campaign).values(ended_at=over)
    )
    live = proxies.c.state.in_(("pending", "accepted"))
    await connection.execute(
        update(proxies)
        .where(proxies.c.campaign == campaign, live)
        .values(state="ended", ended_at=over)
    )
    called = (
        select(call_list_entries.c.person)
        .join(amphis, amphis.c.id == call_list_entries.c.amphi)
        .join(offers, offers.c.id == amphis.c.offer)
        .where(offers.c.campaign == campaign)
    )
    await connection.execute(
        update(interns)
        .where(interns.c.person.in_(called))
        .values(choice_status=ChoiceStatus.STANDARD)
    )
