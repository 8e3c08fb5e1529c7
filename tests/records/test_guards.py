"""Journal and audit: insert and select only, by grants and by triggers; the chain, line by line."""

from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError

from amphi.live.ports import JournalUnavailable, Superseded
from amphi.records.audit import Act, acts, record
from amphi.records.database import Database
from amphi.records.journal import PostgresJournal
from amphi.records.tables.journal import journal as lines
from amphi.rules.choosing.events import CatchUpStarted
from tests.records.scene import Pen, Scene, found

CHANGES = [
    "UPDATE journal SET hash = hash",
    "DELETE FROM journal",
    "TRUNCATE journal",
    "UPDATE audit SET why = 'another'",
    "DELETE FROM audit",
    "TRUNCATE audit",
]
FORBIDDEN_TO_PROGRAMS = [
    *CHANGES,
    "DELETE FROM assignments",
    "UPDATE command_results SET body = body",
    "DELETE FROM offer_heads",
    "UPDATE movements SET why = 'another'",
    "DELETE FROM movements",
    "UPDATE choice_validations SET unserved = 0",
    "DELETE FROM choice_validations",
    "UPDATE call_lists SET digest = 'another'",
    "DELETE FROM call_list_lines",
    "UPDATE amphi_feedings SET amphi_version = 1",
    "ALTER TABLE journal DISABLE TRIGGER journal_is_final",
    "DROP TABLE journal",
    "CREATE TABLE mine (id int)",
    "SET session_replication_role = replica",
]


async def refused(database: Database, statement: str) -> str:
    """The SQLSTATE with which PostgreSQL refuses."""
    async with database.engine.connect() as connection:
        with pytest.raises(DBAPIError) as error:
            await connection.exec_driver_sql(statement)
    return str(getattr(error.value.driver_exception, "sqlstate", ""))


@pytest.mark.parametrize("statement", FORBIDDEN_TO_PROGRAMS)
async def test_programs_may_not(database: Database, statement: str) -> None:
    assert await refused(database, statement) == "42501"  # insufficient privilege


@pytest.mark.parametrize("statement", CHANGES)
async def test_even_the_owner_may_not(owner: Database, statement: str) -> None:
    assert await refused(owner, statement) == "42501"


@pytest.mark.parametrize("statement", CHANGES)
async def test_not_even_with_triggers_set_aside_as_replicas_do(
    owner: Database, statement: str
) -> None:
    async with owner.engine.connect() as connection:
        await connection.exec_driver_sql("SET session_replication_role = replica")
        with pytest.raises(DBAPIError, match="insert and select only"):
            await connection.exec_driver_sql(statement)


async def test_programs_run_as_a_role_that_owns_nothing(database: Database) -> None:
    owned = "SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = 'amphi_app'"
    assert await found(database, "SELECT current_user") == [("amphi_app",)]
    assert await found(database, owned) == [(0,)]


async def write(database: Database, pen: Pen, **changes: Any) -> None:
    """A line put in by hand, behind the conductor's back."""
    (entry,) = pen.batch(CatchUpStarted()).entries
    row = {
        "offer": pen.head.offer,
        "seq": entry.recorded.seq,
        "term": pen.head.term,
        "at": entry.recorded.at,
        "hash": entry.recorded.hash,
        "text": entry.text,
    }
    async with database.transaction() as connection:
        await connection.execute(insert(lines).values(**row | changes))


async def test_a_line_that_follows_is_taken(database: Database, pen: Pen) -> None:
    await write(database, pen)
    assert await found(database, "SELECT seq, prev_hash FROM journal") == [(1, "0" * 64)]


@pytest.mark.parametrize(
    "changes", [{"hash": "f" * 64}, {"prev_hash": "f" * 64}, {"text": '{"at":1}'}, {"seq": 2}]
)
async def test_a_line_that_does_not_follow_is_refused(
    database: Database, pen: Pen, changes: dict[str, Any]
) -> None:
    with pytest.raises(Superseded, match="does not follow"):
        await write(database, pen, **changes)


async def test_a_gap_is_refused(
    database: Database, journal: PostgresJournal, pen: Pen, scene: Scene
) -> None:
    first = pen.batch(CatchUpStarted(), CatchUpStarted())
    await journal.commit(first)
    with pytest.raises(Superseded, match="does not follow line 2"):
        await write(database, pen)


async def test_columns_cannot_say_other_than_the_text(database: Database, pen: Pen) -> None:
    with pytest.raises(Exception, match="unavailable"):
        await write(database, pen, term=7)


async def test_acts_are_recorded_with_who_what_before_after_why(database: Database) -> None:
    act = Act(who="p1", what="policy", subject="a1", before={"n": 1}, after={"n": 2}, why="vu")
    async with database.transaction() as connection:
        await record(connection, act)
        await record(connection, Act(who="p1", what="signed in"))
        every = await acts(connection)
        assert [each.act for each in every] == [act, Act(who="p1", what="signed in")]
        assert [each.act for each in await acts(connection, subject="a1")] == [act]
        assert [each.act.what for each in await acts(connection, after=every[0].id)] == [
            "signed in"
        ]


async def test_a_statement_that_takes_too_long_is_unavailable(database_url: str) -> None:
    from amphi.records.database import Limits

    hasty = Database(database_url, Limits(statement_ms=50))
    with pytest.raises(JournalUnavailable, match="57014"):
        await found(hasty, "SELECT pg_sleep(5)")
    await hasty.close()
