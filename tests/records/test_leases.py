"""architecture.md: "The lease is for liveness (PostgreSQL's clock …), compare-and-set for safety"."""

import asyncio

import pytest

from amphi.live.chain import BEFORE_THE_FIRST
from amphi.live.ports import Head, Superseded
from amphi.records.database import Database
from amphi.records.journal import PostgresJournal
from amphi.rules.choosing.events import CatchUpStarted
from amphi.rules.ids import OfferId
from tests.records.scene import Pen, Scene, found

EXPIRE = "UPDATE offer_heads SET expires_at = clock_timestamp() RETURNING 1"


async def test_the_first_to_take_an_offer_starts_term_1_before_the_first_line(
    journal: PostgresJournal, scene: Scene
) -> None:
    head = await journal.take(scene.offer, "me")
    assert head == Head(offer=scene.offer, term=1, last_seq=0, head_hash=BEFORE_THE_FIRST)


async def test_an_offer_nobody_has_heard_of_cannot_be_taken(journal: PostgresJournal) -> None:
    assert await journal.take(OfferId("nowhere"), "me") is None


async def test_of_many_who_take_at_once_one_gets_it(journal: PostgresJournal, scene: Scene) -> None:
    heads = await asyncio.gather(*(journal.take(scene.offer, f"owner {n}") for n in range(8)))
    assert [head.term for head in heads if head is not None] == [1]


async def test_a_lease_that_runs_is_nobody_elses(journal: PostgresJournal, pen: Pen) -> None:
    assert await journal.take(pen.head.offer, "another") is None
    assert await journal.take(pen.head.offer, "me") is None


async def test_an_expired_lease_is_taken_with_a_higher_term(
    journal: PostgresJournal, database: Database, pen: Pen
) -> None:
    await found(database, EXPIRE)
    head = await journal.take(pen.head.offer, "another")
    assert head is not None
    assert head.term == 2
    assert not await journal.renew(pen.head, "me")
    assert await journal.renew(head, "another")


async def test_a_lease_lasts_five_seconds_more_each_time_it_is_renewed(
    journal: PostgresJournal, database: Database, pen: Pen
) -> None:
    await found(database, EXPIRE)
    assert await journal.renew(pen.head, "me")
    left = "SELECT extract(epoch FROM expires_at - clock_timestamp())::float FROM offer_heads"
    ((seconds,),) = await found(database, left)
    assert 4 < seconds <= 5


async def test_a_released_offer_can_be_taken_at_once(journal: PostgresJournal, pen: Pen) -> None:
    await journal.release(pen.head, "me")
    head = await journal.take(pen.head.offer, "another")
    assert head is not None
    assert head.term == 2


async def test_a_zombie_releases_nothing_and_writes_nothing(
    journal: PostgresJournal, database: Database, pen: Pen
) -> None:
    await found(database, EXPIRE)
    successor = await journal.take(pen.head.offer, "another")
    assert successor is not None
    with pytest.raises(Superseded):
        await journal.commit(pen.batch(CatchUpStarted()))
    await journal.release(pen.head, "me")
    assert await journal.renew(successor, "another")
    assert await journal.read(pen.head.offer) == []


async def test_offers_without_an_owner_are_listed_until_taken(
    journal: PostgresJournal, database: Database, scene: Scene
) -> None:
    assert await journal.unowned() == [scene.offer]
    assert await journal.owned() == []
    head = await journal.take(scene.offer, "me")
    assert head is not None
    assert await journal.unowned() == []
    assert await journal.owned() == [scene.offer]
    await found(database, EXPIRE)
    assert await journal.unowned() == [scene.offer]
    await found(database, "UPDATE campaigns SET ended_at = clock_timestamp() RETURNING 1")
    assert await journal.unowned() == []
