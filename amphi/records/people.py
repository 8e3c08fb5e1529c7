"""Persons: one per human being, found again by the names that others give them."""

import msgspec
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.records.ids import new_id
from amphi.records.tables.people import identities, operators, persons
from amphi.records.tables.proxies import proxies
from amphi.rules.ids import EntryId, PersonId
from amphi.rules.names import sort_key


class NewPerson(msgspec.Struct, frozen=True, kw_only=True):
    """`external_id`: the id in a load file; the same id in the same campaign is the same person."""

    first_name: str
    last_name: str
    email: str | None = None
    external_id: str | None = None


class NewProxy(msgspec.Struct, frozen=True, kw_only=True):
    """A grant made before the amphi is validated (DCI §6); accepted when `holder` is known."""

    email: str
    phone: str = ""
    first_name: str = ""
    last_name: str = ""
    holder: PersonId | None = None


async def insert_persons(
    connection: AsyncConnection, campaign: str, people: list[NewPerson]
) -> list[PersonId]:
    """Their ids, in the order given; those the campaign knows already are found, not made anew.

    `external_id` may be None (nobody is found then), but not twice the same in `people`.
    """
    known = await known_persons(connection, campaign)
    ids = [_id_of(person, known) for person in people]
    fresh = [
        (id_, person)
        for id_, person in zip(ids, people, strict=True)
        if person.external_id not in known
    ]
    await _insert(connection, campaign, fresh)
    return ids


async def known_persons(connection: AsyncConnection, campaign: str) -> dict[str, PersonId]:
    """The persons of a campaign by their id in the load files."""
    query = select(identities.c.value, identities.c.person).where(
        identities.c.kind == "file", identities.c.scope == campaign
    )
    return {value: PersonId(person) for value, person in await connection.execute(query)}


def _id_of(person: NewPerson, known: dict[str, PersonId]) -> PersonId:
    found = known.get(person.external_id) if person.external_id is not None else None
    return found or PersonId(new_id())


async def _insert(
    connection: AsyncConnection, campaign: str, fresh: list[tuple[PersonId, NewPerson]]
) -> None:
    if not fresh:
        return
    await connection.execute(
        insert(persons),
        [
            {
                "id": id_,
                "first_name": person.first_name,
                "last_name": person.last_name,
                "email": person.email or None,
                "sort_key": sort_key(person.last_name, person.first_name),
            }
            for id_, person in fresh
        ],
    )
    named = [
        {"kind": "file", "scope": campaign, "value": person.external_id, "person": id_}
        for id_, person in fresh
        if person.external_id is not None
    ]
    if named:
        await connection.execute(insert(identities), named)


async def insert_person(
    connection: AsyncConnection, first_name: str, last_name: str, email: str | None = None
) -> PersonId:
    """Somebody who is on no call list: a proxy holder, an operator."""
    person = PersonId(new_id())
    new = NewPerson(first_name=first_name, last_name=last_name, email=email)
    await _insert(connection, "", [(person, new)])
    return person


async def insert_operator(
    connection: AsyncConnection, person: PersonId, name: str, territory: str
) -> None:
    """Makes a person an agent of the ARS of that territory."""
    row = {"person": person, "name": name, "territory": territory}
    await connection.execute(insert(operators).values(**row))


async def insert_proxy(
    connection: AsyncConnection, campaign: str, entry: EntryId, new: NewProxy
) -> str:
    """Its id. Raises Violated: the holder has a grant in this campaign, or the entry has one.

    Only before the amphi is validated: afterwards a grant is a command (architecture.md).
    """
    proxy = new_id()
    row = {
        "holder_email": new.email,
        "holder_phone": new.phone,
        "holder_first_name": new.first_name,
        "holder_last_name": new.last_name,
        "holder": new.holder,
        "state": "pending" if new.holder is None else "accepted",
    }
    await connection.execute(
        insert(proxies).values(id=proxy, campaign=campaign, entry=entry, **row)
    )
    return proxy
