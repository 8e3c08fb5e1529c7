"""Writing a campaign: its offers, posts, amphis, people, call lists; one function per kind of row.

All take the caller's connection: a load is one transaction, all of it or nothing.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from sqlalchemy import ARRAY, Text, func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.records.ids import new_id
from amphi.records.instants import moment
from amphi.records.tables.amphis import amphis, call_list_entries, choice_sessions
from amphi.records.tables.campaigns import campaigns, offers, posts
from amphi.rules.choosing.facts import ChoiceStatus, SessionFacts
from amphi.rules.choosing.policy import AmphiPolicy
from amphi.rules.ids import AmphiId, DesCode, EntryId, Millis, OfferId, PersonId, PostNumber


class NewPost(msgspec.Struct, frozen=True, kw_only=True):
    """A seat with its description (DCI §8); the fields are the columns of `posts`."""

    number: PostNumber
    des: DesCode
    establishment: str = ""
    finess: str = ""
    service: str = ""
    imotep: str = ""
    supervisor: str = ""
    department: str = ""
    earmark: str = ""
    reserved_for: tuple[DesCode, ...] = ()
    regimes: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


class NewAmphi(msgspec.Struct, frozen=True, kw_only=True):
    """`position`: its place among the amphis of the offer, from 1."""

    code: str
    group: str
    regime: str
    position: int
    policy: AmphiPolicy = AmphiPolicy()
    opens_at: Millis | None = None


class NewEntry(msgspec.Struct, frozen=True, kw_only=True):
    """`external_id`: the intern's id in the load file."""

    person: PersonId
    call_rank: int
    des: DesCode
    choice_status: ChoiceStatus = ChoiceStatus.STANDARD
    extra_seconds: int = 0
    expected_absence: bool = False
    external_id: str | None = None


async def find_campaign(
    connection: AsyncConnection, name: str, semester: str, territory: str
) -> str | None:
    """The id of the campaign of that name, semester and territory."""
    same = (
        campaigns.c.name == name,
        campaigns.c.semester == semester,
        campaigns.c.territory == territory,
    )
    return (await connection.execute(select(campaigns.c.id).where(*same))).scalar_one_or_none()


async def insert_campaign(
    connection: AsyncConnection, name: str, semester: str, territory: str, *, trial: bool
) -> str:
    """A new one. Raises Violated when there is one of that name, semester and territory."""
    row = {"name": name, "semester": semester, "territory": territory, "trial": trial}
    campaign = new_id()
    await connection.execute(insert(campaigns).values(id=campaign, **row))
    return campaign


async def insert_offer(connection: AsyncConnection, campaign: str) -> OfferId:
    """An offer without posts yet; its epoch, the lineage of its journal, is drawn here."""
    offer = OfferId(new_id())
    await connection.execute(insert(offers).values(id=offer, campaign=campaign, epoch=new_id()))
    return offer


async def insert_posts(connection: AsyncConnection, offer: OfferId, new: Iterable[NewPost]) -> None:
    """Raises Violated when the offer has a post of the same number."""
    rows = [msgspec.to_builtins(post) | {"offer": offer} for post in new]
    if rows:
        await connection.execute(insert(posts), rows)


async def insert_amphi(connection: AsyncConnection, offer: OfferId, new: NewAmphi) -> AmphiId:
    """In phase PLANNED, without a call list yet."""
    amphi = AmphiId(new_id())
    row = msgspec.to_builtins(new) | {
        "id": amphi,
        "offer": offer,
        "opens_at": None if new.opens_at is None else moment(new.opens_at),
    }
    await connection.execute(insert(amphis).values(row))
    return amphi


async def insert_sessions(
    connection: AsyncConnection, amphi: AmphiId, sessions: Iterable[SessionFacts]
) -> None:
    """The choice sessions of an amphi."""
    rows = [
        msgspec.to_builtins(each)
        | {
            "amphi": amphi,
            "starts_at": moment(each.starts_at),
            "ends_at": None if each.ends_at is None else moment(each.ends_at),
        }
        for each in sessions
    ]
    if rows:
        await connection.execute(insert(choice_sessions), rows)


async def insert_entries(
    connection: AsyncConnection, amphi: AmphiId, entries: Sequence[NewEntry]
) -> list[EntryId]:
    """The call list of an amphi; the ids come in the order of `entries`."""
    ids = [EntryId(new_id()) for _ in entries]
    rows = [
        msgspec.to_builtins(entry) | {"id": id_, "amphi": amphi}
        for id_, entry in zip(ids, entries, strict=True)
    ]
    if rows:
        await connection.execute(insert(call_list_entries), rows)
    return ids


async def name_entries(
    connection: AsyncConnection, amphi: AmphiId, names: Mapping[PersonId, str]
) -> dict[PersonId, EntryId]:
    """Gives lines the ids by which files and command lines call them; the lines, by person."""
    lines = call_list_entries.c
    rows = await connection.execute(select(lines.id, lines.person).where(lines.amphi == amphi))
    known = {PersonId(row.person): EntryId(row.id) for row in rows}
    columns = list(names), list(names.values())
    pairs = (
        func.unnest(*(literal(each, ARRAY(Text)) for each in columns))
        .table_valued("person", "name")
        .render_derived()
    )
    await connection.execute(
        update(call_list_entries)
        .where(lines.amphi == amphi, lines.person == pairs.c.person)
        .values(external_id=pairs.c.name)
    )
    return known
