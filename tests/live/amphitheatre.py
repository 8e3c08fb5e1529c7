"""A small campaign on real servers, a supervisor in this process, and people who post letters."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

from amphi.live.letters import BeatLetter, CommandLetter, PresenceLetter
from amphi.live.notes import AnswerNote
from amphi.live.supervisor import Supervisor
from amphi.live.world import AnchoredClock, World
from amphi.live_store.connection import Store
from amphi.live_store.feed import Feed
from amphi.live_store.gateways import Gateways
from amphi.live_store.inbox import Inbox
from amphi.live_store.voice import Voice
from amphi.records import campaigns, people
from amphi.records.database import Database
from amphi.records.journal import PostgresJournal
from amphi.rules.choosing.events import Event
from amphi.rules.choosing.evolve import fold
from amphi.rules.choosing.facts import SessionFacts
from amphi.rules.choosing.policy import AmphiPolicy
from amphi.rules.choosing.state import Amphi, OfferState
from amphi.rules.ids import AmphiId, DesCode, EntryId, OfferId, PersonId, PostNumber

GATEWAY = "gateway-of-the-test"
OPERATOR = PersonId("operator")
ORDINARY = AmphiPolicy()
ids = (f"c{n}" for n in count())


class Amphitheatre:
    """One offer, one amphi of `interns` ranks with as many posts P1, P2, …"""

    def __init__(self, database_url: str, redis_url: str) -> None:
        self.journal = PostgresJournal(database_url)
        self.database = Database(database_url)
        self.store = Store.at(redis_url)
        self.inbox = Inbox(self.store)
        self.feed = Feed(self.store, self.inbox)
        self.gateways = Gateways(self.store)
        self.offer = OfferId("")
        self.amphi = AmphiId("")
        self.entries: list[EntryId] = []
        self.persons: list[PersonId] = []
        self.operator = OPERATOR

    def supervisor(self, owner: str, inbox: Inbox | None = None) -> Supervisor:
        world = World(self.journal, inbox or self.inbox, Voice(self.store), AnchoredClock())
        return Supervisor(world, f"{owner}-{os.getpid()}")

    async def close(self) -> None:
        await self.journal.close()
        await self.database.close()
        await self.store.close()

    async def found(self, interns: int, policy: AmphiPolicy) -> None:
        """Write the rows: a campaign, an offer, posts, people, an amphi."""
        async with self.database.transaction() as connection:
            campaign = await campaigns.insert_campaign(
                connection, "Essai", "2026-11", "Île-de-France", trial=True
            )
            self.offer = await campaigns.insert_offer(connection, campaign)
            await campaigns.insert_posts(connection, self.offer, _posts(interns))
            new = campaigns.NewAmphi(
                code="P01", group="PHARMACIE", regime="BASE", position=1, policy=policy
            )
            self.amphi = await campaigns.insert_amphi(connection, self.offer, new)
            self.persons = await _people(connection, campaign, interns)
            entries = [
                campaigns.NewEntry(person=person, call_rank=rank, des=DesCode("P117"))
                for rank, person in enumerate(self.persons, start=1)
            ]
            self.entries = await campaigns.insert_entries(connection, self.amphi, entries)
            session = SessionFacts(n=1, from_rank=1, to_rank=interns, starts_at=0)
            await campaigns.insert_sessions(connection, self.amphi, [session])

    # --- what people do ---

    async def gesture(self, name: str, **args: Any) -> AnswerNote:
        return await self.ask(self.operator, "operator", name, args)

    async def ask(
        self, person: PersonId, role: Any, name: str, args: dict[str, Any], command: str = ""
    ) -> AnswerNote:
        letter = CommandLetter(
            id=command or next(ids),
            person=person,
            role=role,
            amphi=self.amphi,
            name=name,
            args=args,
            gateway=GATEWAY,
        )
        answer = await self.feed.ask(self.offer, letter, 20)
        assert answer is not None, f"no answer to {name}"
        return answer

    async def choose(self, rank: int, post: str, turn: str | None = None) -> AnswerNote:
        turn = turn or (await self.turn()).id
        person = self.persons[rank - 1]
        return await self.ask(person, "intern", "choose", {"turn": turn, "post": post})

    async def come(self, *ranks: int, gateway: str = GATEWAY) -> None:
        here = tuple(self.persons[rank - 1] for rank in ranks)
        await self.inbox.post(self.offer, PresenceLetter(gateway=gateway, here=here, full=True))

    async def beat(self, gateway: str = GATEWAY) -> None:
        await self.inbox.post(self.offer, BeatLetter(gateway=gateway))

    # --- what is on record ---

    async def state(self) -> OfferState:
        return fold(OfferState(self.offer), await self.journal.read(self.offer))

    async def events(self, kind: type[Event]) -> list[Any]:
        """All events of a kind."""
        records = await self.journal.read(self.offer)
        return [each.event for each in records if isinstance(each.event, kind)]

    async def now(self) -> Amphi:
        return (await self.state()).amphis[self.amphi]

    async def turn(self) -> Any:
        turn = (await self.now()).turn
        assert turn is not None, "nobody has the turn"
        return turn

    async def kinds(self) -> list[str]:
        records = await self.journal.read(self.offer)
        return [type(each.event).__name__ for each in records]

    async def until(self, holds: Callable[[Amphi], bool], seconds: float = 15) -> Amphi:
        async with asyncio.timeout(seconds):
            while True:
                amphi = await self.now()
                if holds(amphi):
                    return amphi
                await asyncio.sleep(0.02)

    async def until_presence_is_known(self) -> None:
        """Asked 1.5 s after a conductor begins, and looked at each second."""
        await asyncio.sleep(3)

    async def open(self) -> None:
        for name in ("validate", "publish", "start"):
            answer = await self.gesture(name)
            assert answer.code is None, answer


def _posts(count: int) -> list[campaigns.NewPost]:
    return [
        campaigns.NewPost(number=PostNumber(f"P{n}"), des=DesCode("P117"), imotep=f"S{n}")
        for n in range(1, count + 1)
    ]


async def _people(connection: Any, campaign: str, count: int) -> list[PersonId]:
    new = [
        people.NewPerson(
            first_name=f"Prénom{n}",
            last_name=f"NOM{n}",
            email=f"i{n}@example.org",
            external_id=f"i{n}",
        )
        for n in range(1, count + 1)
    ]
    return await people.insert_persons(connection, campaign, new)


@asynccontextmanager
async def an_amphitheatre(
    database_url: str,
    redis_url: str,
    interns: int = 4,
    policy: AmphiPolicy = ORDINARY,
) -> AsyncIterator[Amphitheatre]:
    """Founded, nobody conducting."""
    theatre = Amphitheatre(database_url, redis_url)
    try:
        await theatre.found(interns, policy)
        yield theatre
    finally:
        await theatre.close()


@asynccontextmanager
async def conducted(
    theatre: Amphitheatre, owner: str = "test", inbox: Inbox | None = None
) -> AsyncIterator[Supervisor]:
    """While a supervisor of this process conducts."""
    supervisor = theatre.supervisor(owner, inbox)
    running = asyncio.create_task(supervisor.run())
    try:
        async with asyncio.timeout(10):
            while theatre.offer not in supervisor.conducted:  # noqa: ASYNC110 - what is polled is another task's
                await asyncio.sleep(0.02)
        yield supervisor
    finally:
        supervisor.stop()
        await running
