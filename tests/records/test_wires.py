"""The connections of decisions: in order, bounded, with nothing left begun."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import (
    Column,
    Integer,
    MetaData,
    Table,
    Text,
    TextClause,
    bindparam,
    insert,
    select,
    text,
)
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg

from amphi.live.ports import JournalUnavailable, Superseded, Violated
from amphi.records.database import Database, Limits
from amphi.records.tables.campaigns import offers
from amphi.records.wires import Wires
from amphi.records.wording import worded
from tests.records.scene import Scene, found

HURRIED = Limits(connect_ms=1000, statement_ms=5000, work_ms=600, connections=2)
SLEEPS = text("SELECT pg_sleep(30)")
VERSION = text("SELECT version FROM offers")
RAISE = text("UPDATE offers SET version = version + 1 RETURNING version")


@pytest.fixture
async def hurried(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url, HURRIED)
    yield opened
    await opened.close()


@pytest.fixture
async def wires(hurried: Database) -> AsyncIterator[Wires]:
    opened = Wires(hurried, 1)
    yield opened
    await opened.close()


async def _begun(wires: Wires, statement: TextClause) -> None:
    async with wires.one() as wire:
        await wire.say("BEGIN")
        await wire.run(statement)


async def _superseded(wires: Wires) -> None:
    async with wires.one() as wire:
        await wire.say("BEGIN")
        await wire.run(RAISE)
        raise Superseded


async def test_what_was_begun_and_not_committed_is_rolled_back_and_the_wire_goes_on(
    wires: Wires, scene: Scene
) -> None:
    async with wires.one() as wire:
        first = wire.raw
        await wire.say("BEGIN")
        assert [row["version"] for row in await wire.run(RAISE)] == [1]
    async with wires.one() as wire:
        assert wire.raw is first
        assert [row["version"] for row in await wire.run(VERSION)] == [0]


async def test_what_was_committed_stays(wires: Wires, scene: Scene) -> None:
    async with wires.one() as wire:
        await wire.say("BEGIN")
        await wire.run(RAISE)
        await wire.say("COMMIT")
    async with wires.one() as wire:
        assert [row["version"] for row in await wire.run(VERSION)] == [1]


async def test_an_exception_of_ours_passes_and_takes_its_work_with_it(
    wires: Wires, scene: Scene
) -> None:
    with pytest.raises(Superseded):
        await _superseded(wires)
    async with wires.one() as wire:
        assert [row["version"] for row in await wire.run(VERSION)] == [0]


async def test_a_constraint_that_says_no_is_a_refusal_and_the_wire_goes_on(
    wires: Wires, scene: Scene
) -> None:
    async with wires.one() as wire:
        first = wire.raw
    twice = text("INSERT INTO offers SELECT * FROM offers")
    with pytest.raises(Violated) as violated:
        await _begun(wires, twice)
    assert violated.value.facts == {"constraint": "pk_offers"}
    async with wires.one() as wire:
        assert wire.raw is first


async def test_who_waits_is_served_in_order(wires: Wires, scene: Scene) -> None:
    served = []

    async def one(number: int) -> None:
        async with wires.one() as wire:
            await wire.run(VERSION)
            served.append(number)

    await asyncio.gather(*(one(number) for number in range(20)))
    assert served == list(range(20))


async def test_who_waits_too_long_is_told_that_nothing_can_be_written(
    database_url: str, scene: Scene
) -> None:
    database = Database(database_url, Limits(connect_ms=300, work_ms=20_000))
    wires = Wires(database, 1)
    async with wires.one():
        with pytest.raises(JournalUnavailable):
            async with wires.one():
                raise AssertionError("two have the same wire")
    async with wires.one() as wire:
        assert await wire.run(VERSION)
    await wires.close()
    await database.close()


async def test_work_that_takes_too_long_is_cut_and_the_next_has_a_new_wire(
    wires: Wires, scene: Scene
) -> None:
    started = time.monotonic()
    with pytest.raises(JournalUnavailable):
        async with wires.one() as wire:
            await wire.run(SLEEPS)
    assert time.monotonic() - started < 5
    async with wires.one() as wire:
        assert await wire.run(VERSION)


async def test_a_wire_that_broke_while_nobody_had_it_is_not_given_out(
    wires: Wires, owner: Database, scene: Scene
) -> None:
    async with wires.one() as wire:
        raw = wire.raw
        (mine,) = await wire.run(text("SELECT pg_backend_pid() AS pid"))
    await found(owner, f"SELECT pg_terminate_backend({mine['pid']})")
    async with asyncio.timeout(10):
        while not raw.is_closed():  # noqa: ASYNC110 - the end of the line arrives
            await asyncio.sleep(0.01)
    async with wires.one() as wire:
        assert await wire.run(VERSION)


async def test_who_is_cancelled_leaves_a_wire_that_works(wires: Wires, scene: Scene) -> None:
    begun = asyncio.Event()

    async def sleeps() -> None:
        async with wires.one() as wire:
            await wire.say("BEGIN")
            await wire.run(RAISE)
            begun.set()
            await wire.run(SLEEPS)

    sleeping = asyncio.create_task(sleeps())
    await begun.wait()
    sleeping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sleeping
    async with wires.one() as wire:
        assert [row["version"] for row in await wire.run(VERSION)] == [0]


async def test_the_others_are_opened_as_soon_as_the_first_was_asked_for(
    hurried: Database, owner: Database, scene: Scene
) -> None:
    wires = Wires(hurried, 3)
    async with wires.one() as wire:
        assert await wire.run(VERSION)
    mine = "SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT version FROM offers'"
    asked: set[int] = set()
    async with asyncio.timeout(20):
        while len(asked) < 3:
            async with wires.one() as wire:
                asked.add(id(wire.raw))
                await wire.run(VERSION)
    assert await found(owner, mine) == [(3,)]
    await wires.close()


async def test_a_wire_is_ready_for_what_it_will_be_asked(hurried: Database, scene: Scene) -> None:
    wires = Wires(hurried, 1, [RAISE, "SELECT epoch FROM offers"])
    async with wires.one() as wire:
        known = await wire.run(text("SELECT statement FROM pg_prepared_statements"))
        assert {RAISE.text, "SELECT epoch FROM offers"} <= {row["statement"] for row in known}
    await wires.close()


async def test_a_wire_that_waits_for_work_holds_no_transaction_open(
    database_url: str, owner: Database, scene: Scene
) -> None:
    """PostgreSQL would cut it off by the statement timeout, with its locks held until then."""
    database = Database(database_url, Limits(statement_ms=300, connections=2))
    wires = Wires(database, 3, [RAISE, "SELECT epoch FROM offers"])
    asked: set[int] = set()
    async with asyncio.timeout(20):
        while len(asked) < 3:
            async with wires.one() as wire:
                asked.add(id(wire.raw))
            await asyncio.sleep(0.01)
    begun = "SELECT pid FROM pg_stat_activity WHERE xact_start IS NOT NULL AND usename <> ''"
    assert await found(owner, begun + " AND pid <> pg_backend_pid()") == []
    await asyncio.sleep(0.5)
    for _ in range(3):
        async with wires.one() as wire:
            assert await wire.run(VERSION)
    await wires.close()
    await database.close()


async def test_a_failure_to_connect_leaves_the_place_to_the_next() -> None:
    database = Database("postgresql+asyncpg://amphi:x@127.0.0.1:1/amphi")
    wires = Wires(database, 1)
    for _ in range(3):
        with pytest.raises(JournalUnavailable):
            async with wires.one():
                raise AssertionError("nobody is there")
    await database.close()


# --- wording -----------------------------------------------------------------


def test_values_stand_where_the_driver_wants_them() -> None:
    query = select(offers.c.id).where(
        offers.c.campaign == bindparam("of_campaign"), offers.c.version == 7
    )
    wording = worded(query, PGDialect_asyncpg())  # type: ignore[no-untyped-call]
    assert "$1" in wording.text
    assert wording.values({"of_campaign": "c"}) == ["c", 7]
    assert wording.values({"of_campaign": "d"}) == ["d", 7]
    with pytest.raises(KeyError):
        wording.values({})


def test_a_list_of_alternatives_is_spelled_out() -> None:
    query = select(offers.c.id).where(offers.c.id.in_(["a", "b"]))
    wording = worded(query, PGDialect_asyncpg())  # type: ignore[no-untyped-call]
    assert wording.values({}) == ["a", "b"]
    assert "$2" in wording.text


def test_a_column_that_python_would_fill_in_is_refused() -> None:
    table = Table("t", MetaData(), Column("a", Text), Column("b", Integer, default=lambda: 3))
    with pytest.raises(TypeError):
        worded(insert(table).values(a="x"), PGDialect_asyncpg())  # type: ignore[no-untyped-call]
