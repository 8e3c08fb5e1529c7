"""architecture.md, "Unknown commit": the head row tells what became of it."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from amphi.live.ports import CommitUnknown, JournalUnavailable, Superseded
from amphi.records.database import Database
from amphi.records.journal import PostgresJournal
from amphi.rules.choosing.events import CatchUpStarted
from tests.records.cable import Cable, Cut
from tests.records.scene import Pen, Scene, chosen, found


@pytest.fixture
async def cable(database_url: str) -> AsyncIterator[Cable]:
    async with Cable.laid(database_url) as laid:
        yield laid


@pytest.fixture
async def journal(cable: Cable) -> AsyncIterator[PostgresJournal]:
    """Its connections go through the cable; those of `database` do not."""
    opened = PostgresJournal(cable.url)
    yield opened
    await opened.close()


async def settled(journal: PostgresJournal, pen: Pen, batch: object) -> bool:
    """As the conductor does it: again and again until PostgreSQL answers."""
    for _ in range(50):
        try:
            return await journal.settle(batch)  # type: ignore[arg-type]
        except JournalUnavailable:
            await asyncio.sleep(0.1)
    raise AssertionError("never settled")


async def test_a_line_cut_before_commit_was_sent_wrote_nothing(
    journal: PostgresJournal, cable: Cable, pen: Pen, scene: Scene
) -> None:
    batch = pen.batch(chosen(scene, 1, "P1"))
    await journal.read(scene.offer)
    cable.cut(Cut.BEFORE, b"PostChosen")
    with pytest.raises(JournalUnavailable):
        await journal.commit(batch)
    await journal.commit(batch)  # the next connection is a new one
    assert len(await journal.read(scene.offer)) == 1


async def test_a_commit_that_never_arrived_is_settled_as_not_committed(
    journal: PostgresJournal, cable: Cable, pen: Pen, scene: Scene
) -> None:
    batch = pen.batch(chosen(scene, 1, "P1"))
    cable.cut(Cut.BEFORE, b"COMMIT")
    with pytest.raises(CommitUnknown):
        await journal.commit(batch)
    assert not await settled(journal, pen, batch)
    await journal.commit(batch)
    assert await journal.settle(batch)


async def test_a_commit_whose_answer_was_lost_is_settled_as_committed(
    journal: PostgresJournal, cable: Cable, pen: Pen, scene: Scene
) -> None:
    batch = pen.batch(chosen(scene, 1, "P1"))
    cable.cut(Cut.AFTER, b"COMMIT")
    with pytest.raises(CommitUnknown):
        await journal.commit(batch)
    assert await settled(journal, pen, batch)
    assert [record.seq for record in await journal.read(scene.offer)] == [1]


async def test_a_swallowed_commit_is_unknown_in_two_seconds_and_settled_when_its_lock_is_gone(
    journal: PostgresJournal, cable: Cable, pen: Pen, scene: Scene
) -> None:
    batch = pen.batch(chosen(scene, 1, "P1"))
    cable.cut(Cut.SWALLOW, b"COMMIT")
    started = time.monotonic()
    with pytest.raises(CommitUnknown):
        await journal.commit(batch)
    assert time.monotonic() - started < 3
    assert not await settled(journal, pen, batch)


async def test_as_long_as_the_lost_transaction_holds_its_lock_nothing_is_known(
    journal: PostgresJournal, database: Database, pen: Pen, scene: Scene
) -> None:
    batch = pen.batch(chosen(scene, 1, "P1"))
    async with database.transaction() as connection:
        await connection.exec_driver_sql("SELECT 1 FROM offer_heads FOR UPDATE")
        with pytest.raises(JournalUnavailable):
            await journal.settle(batch)
    assert not await journal.settle(batch)


async def test_a_head_that_somebody_else_moved_means_stepping_down(
    journal: PostgresJournal, database: Database, pen: Pen, scene: Scene
) -> None:
    batch = pen.batch(chosen(scene, 1, "P1"))
    await found(database, "UPDATE offer_heads SET expires_at = clock_timestamp() RETURNING 1")
    successor = await journal.take(scene.offer, "another")
    assert successor is not None
    with pytest.raises(Superseded):
        await journal.settle(batch)
    await journal.commit(Pen(successor).batch(CatchUpStarted(amphi=scene.amphi)))
    with pytest.raises(Superseded):
        await journal.settle(batch)


async def test_my_commit_is_mine_even_when_a_successor_has_taken_the_offer_since(
    journal: PostgresJournal, cable: Cable, database: Database, pen: Pen, scene: Scene
) -> None:
    batch = pen.batch(chosen(scene, 1, "P1"))
    cable.cut(Cut.AFTER, b"COMMIT")
    with pytest.raises(CommitUnknown):
        await journal.commit(batch)
    await found(database, "UPDATE offer_heads SET expires_at = clock_timestamp() RETURNING 1")
    assert await journal.take(scene.offer, "another") is not None
    assert await journal.settle(batch)


async def test_a_postgresql_that_hangs_is_unavailable_in_two_seconds(
    journal: PostgresJournal, cable: Cable, pen: Pen
) -> None:
    cable.cut(Cut.SWALLOW, b"UPDATE offer_heads")
    started = time.monotonic()
    with pytest.raises(JournalUnavailable):
        await journal.renew(pen.head, "me")
    assert time.monotonic() - started < 3
    assert await journal.renew(pen.head, "me")


async def test_a_terminated_backend_costs_at_most_one_commit(
    journal: PostgresJournal, owner: Database, pen: Pen, scene: Scene
) -> None:
    await journal.read(scene.offer)
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    await found(owner, others + " AND datname = current_database()")
    await asyncio.sleep(0.1)  # the end of the line arrives
    await journal.commit(pen.batch(chosen(scene, 1, "P1")))
    assert len(await journal.read(scene.offer)) == 1


async def test_with_nobody_at_the_other_end_every_method_says_unavailable(scene: Scene) -> None:
    nowhere = PostgresJournal("postgresql+asyncpg://amphi:x@127.0.0.1:1/amphi")
    with pytest.raises(JournalUnavailable):
        await nowhere.take(scene.offer, "me")
    with pytest.raises(JournalUnavailable):
        await nowhere.read(scene.offer)
    await nowhere.close()
