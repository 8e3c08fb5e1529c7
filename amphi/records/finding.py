"""People found by the names that files and command lines give them."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.records.tables.amphis import amphis, call_list_entries
from amphi.records.tables.campaigns import offers
from amphi.records.tables.people import operators, persons
from amphi.rules.ids import PersonId


async def operator_named(
    connection: AsyncConnection, name: str, territory: str | None = None
) -> PersonId | None:
    """An active operator of this name, of that territory when one is given."""
    query = select(operators.c.person).where(operators.c.name == name, operators.c.active).limit(1)
    if territory is not None:
        query = query.where(operators.c.territory == territory)
    return (await connection.execute(query)).scalar_one_or_none()


async def intern_with_email(
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


async def email_of(connection: AsyncConnection, person: PersonId) -> str | None:
    """Where mails to this person go; None: nobody said."""
    query = select(persons.c.email).where(persons.c.id == person)
    return (await connection.execute(query)).scalar_one_or_none()
