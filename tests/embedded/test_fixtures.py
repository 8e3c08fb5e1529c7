"""What tests get from tests/servers.py."""

import asyncpg
import redis


async def names(database_url: str) -> set[str]:
    connection = await asyncpg.connect(database_url.replace("+asyncpg", ""))
    try:
        rows = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    finally:
        await connection.close()
    return {row["tablename"] for row in rows}


async def test_a_test_gets_a_migrated_database(database_url: str) -> None:
    assert "offer_heads" in await names(database_url)


async def test_an_empty_database_has_no_table(empty_database_url: str) -> None:
    assert await names(empty_database_url) == set()


async def test_what_one_test_writes_no_other_reads(
    database_url: str, empty_database_url: str
) -> None:
    connection = await asyncpg.connect(empty_database_url.replace("+asyncpg", ""))
    await connection.execute("CREATE TABLE only_here ()")
    await connection.close()
    assert "only_here" not in await names(database_url)


def test_a_test_gets_an_empty_logical_database(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
