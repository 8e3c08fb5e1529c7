"""Every column that a projection writes is compared with the journal, and a changed one is found."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.cli.verify import evidence_in
from amphi.records.database import Database
from amphi.records.projections import Fact, following
from amphi.records.tables import METADATA
from amphi.rules.ids import OfferId
from amphi.verify.compared_tables import TABLES
from amphi.verify.offer import verify_offer
from tests.rules.choosing.builders import OFFER
from tests.rules.choosing.story import whole_morning
from tests.verify.stored_story import stored_story

# Written with the lines themselves (records/sql/append.sql), not by a projection.
WITH_THE_LINES = {"journal", "offer_heads", "command_results"}


def written_tables() -> set[str]:
    """By the statements that follow from a morning with every kind of event."""
    records = [record for _, records in whole_morning().commits for record in records]
    private = {"holder_email": "holder@example.org"}
    steps = [step for each in records for step in following(Fact(OFFER, each, private))]
    return {table_of(statement) for statement, _ in steps}


def table_of(statement: Any) -> str:
    table: Table = statement.table
    return table.name


def test_every_column_of_a_projection_is_compared_or_named_with_a_reason() -> None:
    tables = written_tables() | WITH_THE_LINES
    assert tables <= TABLES.keys()
    for name, table in TABLES.items():
        columns = {column.name for column in METADATA.tables[name].columns}
        assert columns == {*table.key, *table.columns, *table.beside}, name
        assert all(table.beside.values())
        assert not set(table.beside) & {*table.key, *table.columns}


def test_a_morning_with_every_kind_of_event_leaves_rows_that_agree(
    database_url: str,
) -> None:
    """Its freeze charges a turn more than has passed, which is the one thing to be found."""
    asyncio.run(stored_story(database_url))
    assert asyncio.run(checks(database_url, "SELECT 1")) == ["turn_shortened"]


async def checks(url: str, *statements: str) -> list[str]:
    """What is found after `statements`, which are taken back."""
    owner = Database(url, role=None)
    try:
        async with owner.connection() as connection:
            return [check for check, _ in await findings(connection, OFFER, *statements)]
    finally:
        await owner.close()


async def findings(
    connection: AsyncConnection, offer: OfferId, *statements: str
) -> list[tuple[str, str]]:
    for statement in statements:
        await connection.exec_driver_sql(statement)
    report = verify_offer(await evidence_in(connection, offer))
    await connection.rollback()
    return [(each.check, each.sentence) for each in report.problems]


# One statement per compared column, by somebody who owns the database; `WHERE`: one row that agrees.
E1, S1, P5 = "id = 'e1'", "amphi = 'amphi-1' AND n = 1", "number = 'P5'"
DOCTORED: dict[str, dict[str, str]] = {
    "offers": {"version": "UPDATE offers SET version = 9"},
    "amphis": {
        column: f"UPDATE amphis SET {change} WHERE id = 'amphi-1'"
        for column, change in {
            "code": "code = 'X'",
            "group": "\"group\" = 'X'",
            "regime": "regime = 'OLD'",
            "position": "position = 7",
            "policy": "policy = policy || '{\"turn_seconds\": 1}'",
            "phase": "phase = 'RUNNING'",
            "opens_at": "opens_at = '2026-01-01T00:00:00Z'",
            "call_list_version": "call_list_version = 9",
        }.items()
    },
    "choice_sessions": {
        column: f"UPDATE choice_sessions SET {change} WHERE {S1}"
        for column, change in {
            "from_rank": "from_rank = 2",
            "to_rank": "to_rank = 9",
            "starts_at": "starts_at = starts_at + interval '1 ms'",
            "ends_at": "ends_at = starts_at",
            "state": "state = 'planned'",
        }.items()
    },
    "call_list_entries": {
        column: f"UPDATE call_list_entries SET {change} WHERE {E1}"
        for column, change in {
            "amphi": "amphi = 'amphi-2', call_rank = 99, person = 'person-holder'",
            "person": "person = 'person-holder'",
            "call_rank": "call_rank = 99",
            "des": "des = 'X'",
            "choice_status": "choice_status = 'SURNOMBRE_VALIDANT'",
            "extra_seconds": "extra_seconds = 5",
            "expected_absence": "expected_absence = true",
            "excluded": "excluded = true",
        }.items()
    },
    "posts": {
        column: f"UPDATE posts SET {change} WHERE {P5}"
        for column, change in {
            "des": "des = 'X'",
            "regimes": "regimes = '{OLD}'",
            "groups": "groups = '{CHIRURGIE}'",
            "reserved_for": "reserved_for = '{X}'",
            "withdrawn": "withdrawn = true",
            "imotep": "imotep = 'X'",
        }.items()
    },
    "assignments": {
        column: f"UPDATE assignments SET {change} WHERE live AND entry = 'e1'"
        for column, change in {
            "post": "post = 'P6'",
            "person": "person = 'person-holder'",
            "entry": "entry = 'e2'",
            "choice_status": "choice_status = 'SURNOMBRE_VALIDANT'",
            "receipt": "receipt = 'x'",
            "live": "live = false",
            "made_at": "made_at = made_at + interval '1 ms'",
        }.items()
    }
    | {"origin": "UPDATE assignments SET origin = 'by_hand' WHERE entry = 'e1'"},
    "mails": {
        column: f"UPDATE mails SET {change} WHERE kind = 'status_decided'"
        for column, change in {
            "seq": "seq = 1",
            "kind": "kind = 'assignment'",
            "person": "person = 'person-holder'",
            "facts": "facts = facts || '{\"accepted\": false}'",
        }.items()
    },
    "proxies": {
        column: f"UPDATE proxies SET {change}"
        for column, change in {
            "entry": "entry = 'e1'",
            "holder": "holder = NULL",
            "state": "state = 'ended'",
            "created_at": "created_at = created_at + interval '1 ms'",
            "ended_at": "ended_at = NULL",
        }.items()
    },
    "status_requests": {
        column: f"UPDATE status_requests SET {change}"
        for column, change in {
            "entry": "entry = 'e1'",
            "state": "state = 'refused'",
            "decided_at": "decided_at = decided_at + interval '1 ms'",
            "decided_by": "decided_by = 'person-holder'",
            "asked_at": "state = 'pending', decided_at = NULL, asked_at = '2026-01-01'",
        }.items()
    },
    "command_results": {
        "seq": "UPDATE command_results SET seq = 999 WHERE id = 'command-1'",
        "rows": "DELETE FROM command_results WHERE person = 'person-e1'",
    },
}

# Their only other value would be another offer's or campaign's: the row is no longer among ours.
ELSEWHERE = {
    ("amphis", "offer"),
    ("assignments", "campaign"),
    ("mails", "offer"),
    ("proxies", "campaign"),
}


def doctored() -> Iterator[tuple[str, str]]:
    for table, columns in DOCTORED.items():
        for column, statement in columns.items():
            yield f"{table}.{column}", statement


def test_every_compared_column_is_doctored_below() -> None:
    tried = {(table, column) for table, columns in DOCTORED.items() for column in columns}
    for name in TABLES.keys() - {"journal", "offer_heads"}:  # doctored in test_doctored_journals
        compared = {(name, column) for column in TABLES[name].columns}
        assert compared <= tried | ELSEWHERE


def test_whatever_is_changed_in_another_table_is_found(database_url: str) -> None:
    asyncio.run(stored_story(database_url))
    assert asyncio.run(overlooked(database_url)) == []


async def overlooked(url: str) -> list[str]:
    """The changes after which nothing more was found than before."""
    owner = Database(url, role=None)
    try:
        async with owner.connection() as connection:
            before = await findings(connection, OFFER, "SELECT 1")
            return [
                name
                for name, statement in doctored()
                if await findings(connection, OFFER, statement) == before
            ]
    finally:
        await owner.close()


GONE = sorted(TABLES.keys() - {"status_requests", "offers", "journal"})


@pytest.mark.parametrize("table", GONE)
def test_rows_that_are_gone_are_found(database_url: str, table: str) -> None:
    """Without the references between tables. A missing line: test_doctored_journals."""
    asyncio.run(stored_story(database_url))
    gone = f"DELETE FROM {table}"
    assert (
        len(asyncio.run(checks(database_url, "SET session_replication_role = replica", gone))) > 1
    )
