"""A small campaign in a real database, and batches as the conductor would write them."""

from itertools import count
from typing import Any

import msgspec
from sqlalchemy import Executable, text
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.live.chain import Line, recorded
from amphi.live.ports import Batch, CommandKey, Entry, Head, Result
from amphi.records.campaigns import (
    NewAmphi,
    NewEntry,
    NewPost,
    insert_amphi,
    insert_campaign,
    insert_entries,
    insert_offer,
    insert_posts,
    insert_sessions,
)
from amphi.records.database import Database
from amphi.records.people import NewPerson, insert_persons
from amphi.rules.choosing.events import AnyEvent, PostChosen
from amphi.rules.choosing.facts import ChoiceStatus, SessionFacts
from amphi.rules.ids import AmphiId, DesCode, EntryId, OfferId, PersonId, PostNumber, TurnId

NINE = 1_791_270_000_000  # 2026-10-06T07:00:00Z


class Scene(msgspec.Struct, frozen=True):
    """One offer of a campaign with one amphi; entries and persons by call rank, from 1."""

    campaign: str
    offer: OfferId
    amphi: AmphiId
    entries: dict[int, EntryId]
    persons: dict[int, PersonId]


async def a_campaign(connection: AsyncConnection, **changes: Any) -> str:
    given = {"name": "Novembre 2026", "semester": "2026-11", "territory": "Île-de-France"}
    return await insert_campaign(connection, **(given | {"trial": True} | changes))


async def an_offer(
    connection: AsyncConnection, campaign: str, *, interns: int = 4, code: str = "P01"
) -> Scene:
    """Posts P1 to P6; interns `i1`… of the campaign, the same people in each of its offers."""
    offer = await insert_offer(connection, campaign)
    await insert_posts(connection, offer, [a_post(n) for n in range(1, 7)])
    amphi = await insert_amphi(
        connection, offer, NewAmphi(code=code, group="PHARMACIE", regime="BASE", position=1)
    )
    ranks = range(1, interns + 1)
    people = await insert_persons(connection, campaign, [an_intern(rank) for rank in ranks])
    lines = [
        NewEntry(person=person, call_rank=rank, des=DesCode("P117"), external_id=f"i{rank}")
        for rank, person in zip(ranks, people, strict=True)
    ]
    entries = await insert_entries(connection, amphi, lines)
    session = SessionFacts(n=1, from_rank=1, to_rank=interns, starts_at=NINE)
    await insert_sessions(connection, amphi, [session])
    by_rank = dict(zip(ranks, entries, strict=True)), dict(zip(ranks, people, strict=True))
    return Scene(campaign, offer, amphi, *by_rank)


def a_post(n: int) -> NewPost:
    return NewPost(
        number=PostNumber(f"P{n}"),
        des=DesCode("P117"),
        establishment="BEAUJON (AP-HP)",
        finess="920100039",
        service="PHARMACIE",
        imotep=f"1100{n}",
    )


def an_intern(rank: int) -> NewPerson:
    return NewPerson(
        first_name="Émile",
        last_name=f"ZOLA {rank}",
        email=f"i{rank}@example.org",
        external_id=f"i{rank}",
    )


class Pen:
    """Writes batches one behind the other, like the conductor who took `head`."""

    def __init__(self, head: Head) -> None:
        self.head = head
        self._ids = count(1)

    def batch(self, *events: AnyEvent, private: dict[str, Any] | None = None) -> Batch:
        """The next one; the head stays where it is until `written`."""
        entries: list[Entry] = []
        before, seq = self.head.head_hash, self.head.last_seq
        for event in events:
            seq += 1
            line = Line(self.head.offer, seq, self.head.term, NINE + 1000 * seq, event)
            record, canonical = recorded(before, line)
            entries.append(Entry(record, canonical))
            before = record.hash
        return Batch(
            offer=self.head.offer,
            term=self.head.term,
            after=self.head.last_seq,
            entries=tuple(entries),
            result=Result(CommandKey(PersonId("somebody"), f"c{next(self._ids)}"), "body", seq),
            private=private or {},
        )

    def written(self, batch: Batch) -> None:
        last = batch.entries[-1].recorded
        self.head = msgspec.structs.replace(self.head, last_seq=last.seq, head_hash=last.hash)


def chosen(
    scene: Scene, rank: int, post: str, status: ChoiceStatus = ChoiceStatus.STANDARD
) -> PostChosen:
    return PostChosen(
        amphi=scene.amphi,
        turn=TurnId(f"t{rank}"),
        entry=scene.entries[rank],
        post=PostNumber(post),
        by="intern",
        person=scene.persons[rank],
        choice_status=status,
        charged_ms=1200,
    )


async def found(
    database: Database, query: str | Executable, **values: Any
) -> list[tuple[Any, ...]]:
    """The rows of a query, as tuples."""
    statement = text(query) if isinstance(query, str) else query
    async with database.transaction() as connection:
        return [tuple(row) for row in await connection.execute(statement, values)]
