"""The schema is the sum of the migrations, and what the tables declare."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, Connection, inspect

from amphi.records.database import Database
from amphi.records.jobs import SETTINGS
from amphi.records.migrate import migrate
from amphi.records.tables import METADATA
from tests.records.scene import found

TRIGGERS = """
    SELECT tgrelid::regclass::text, tgname, tgenabled::text FROM pg_trigger
    WHERE NOT tgisinternal ORDER BY 1, 2
"""
CHECKS = """
    SELECT conrelid::regclass::text, conname FROM pg_constraint
    WHERE contype = 'c' AND connamespace = 'public'::regnamespace
"""
PARTIAL = """
    SELECT indexname, split_part(indexdef, ' WHERE ', 2) FROM pg_indexes
    WHERE indexname LIKE 'uq%' AND indexdef LIKE '%WHERE%'
"""
GENERATED = """
    SELECT attname, pg_get_expr(adbin, adrelid) FROM pg_attribute
    JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    WHERE attrelid = 'journal'::regclass AND attgenerated = 's' ORDER BY 1
"""


@pytest.fixture
async def empty(empty_database_url: str) -> AsyncIterator[Database]:
    opened = Database(empty_database_url, role=None)
    yield opened
    await opened.close()


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_server_default": True})
    return list(compare_metadata(context, METADATA))


async def test_an_empty_database_migrated_is_what_the_tables_declare(empty: Database) -> None:
    await migrate(empty.url)
    async with empty.transaction() as connection:
        assert await connection.run_sync(differences) == []


async def test_each_check_of_the_tables_is_in_the_database(owner: Database) -> None:
    declared = {
        (table.name, str(constraint.name))
        for table in METADATA.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }
    assert set(await found(owner, CHECKS)) == declared


async def test_partial_indexes_hold_where_they_were_declared_to(owner: Database) -> None:
    partial = {row[0]: row[1] for row in await found(owner, PARTIAL)}
    assert partial == {
        "uq_assignments_campaign_person": "live",
        "uq_assignments_seat": "(live AND (choice_status = 'STANDARD'::text))",
        "uq_proxies_campaign_holder": "(state = ANY (ARRAY['pending'::text, 'accepted'::text]))",
        "uq_proxies_live_entry": "(state = ANY (ARRAY['pending'::text, 'accepted'::text]))",
        "uq_ranking_runs_present": "(superseded_at IS NULL)",
        "uq_status_requests_pending_entry": "(state = 'pending'::text)",
    }


async def test_journal_and_audit_have_their_triggers_and_nothing_sets_them_aside(
    owner: Database,
) -> None:
    ours = [row for row in await found(owner, TRIGGERS) if not row[0].startswith("jobs.")]
    assert ours == [
        ("audit", "audit_is_final", "A"),
        ("journal", "journal_follows", "A"),
        ("journal", "journal_is_final", "A"),
    ]


async def test_what_queries_read_of_a_line_is_generated_from_its_text(owner: Database) -> None:
    assert await found(owner, GENERATED) == [
        ("body", "(text)::jsonb"),
        ("kind", "(((text)::jsonb -> 'event'::text) ->> 'kind'::text)"),
    ]


async def test_migrating_again_changes_nothing(empty: Database) -> None:
    await migrate(empty.url)
    before = await found(empty, "SELECT version_num FROM alembic_version")
    await migrate(empty.url)
    assert await found(empty, "SELECT version_num FROM alembic_version") == before


async def test_programs_that_migrate_at_once_wait_for_each_other(empty: Database) -> None:
    await asyncio.gather(*(migrate(empty.url) for _ in range(3)))
    assert len(await found(empty, "SELECT * FROM alembic_version")) == 1


async def test_the_queue_of_jobs_has_a_schema_of_its_own(owner: Database) -> None:
    def tables(connection: Connection) -> set[str]:
        return set(inspect(connection).get_table_names(schema="jobs"))

    async with owner.transaction() as connection:
        assert SETTINGS.queue_table in await connection.run_sync(tables)
