"""One PostgreSQL and one Valkey for the whole run; a fresh database for each test."""

import asyncio
import tempfile
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import pytest
import redis

from amphi import embedded

TEMPLATE = "amphi_template"
LOGICAL_DATABASES = 16
Got = TypeVar("Got")
numbers = count()


@pytest.fixture(scope="session")
def servers() -> Iterator[embedded.Servers]:
    """Ours, whatever DATABASE_URL says: tests create and drop databases."""
    with tempfile.TemporaryDirectory(prefix="amphi-tests-") as made:
        Path(made).chmod(0o711)  # unpredictable, and `nobody` may pass
        data = Path(made) / "data"
        with embedded.start(data, environment={}) as running:
            yield running
        embedded.remove(data)


@pytest.fixture(scope="session")
def template(servers: embedded.Servers) -> str:
    """The name of a migrated database that nobody connects to."""
    from amphi.records.migrate import migrate

    outside_the_loop(execute(servers, f"CREATE DATABASE {TEMPLATE}"))
    outside_the_loop(migrate(servers.postgres.url(TEMPLATE)))
    return TEMPLATE


@pytest.fixture
def database_url(servers: embedded.Servers, template: str) -> Iterator[str]:
    """The owner's address of a migrated database of this test's own."""
    yield from a_database(servers, template)


@pytest.fixture
def empty_database_url(servers: embedded.Servers) -> Iterator[str]:
    """The owner's address of a database with nothing in it."""
    yield from a_database(servers, "template1")


@pytest.fixture
def redis_url(servers: embedded.Servers) -> str:
    """A logical database of Valkey, emptied."""
    url = servers.valkey.url(next(numbers) % LOGICAL_DATABASES)
    with redis.Redis.from_url(url) as client:
        client.flushdb()
    return url


def a_database(servers: embedded.Servers, template: str) -> Iterator[str]:
    name = f"amphi_{next(numbers)}"
    outside_the_loop(execute(servers, f"CREATE DATABASE {name} TEMPLATE {template}"))
    yield servers.postgres.url(name)
    outside_the_loop(execute(servers, f"DROP DATABASE {name} WITH (FORCE)"))


async def execute(servers: embedded.Servers, statement: str) -> None:
    connection = await asyncpg.connect(servers.postgres.url().replace("+asyncpg", ""))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def outside_the_loop(work: Coroutine[Any, Any, Got]) -> Got:
    """Run it in a thread of its own: the test's event loop is not disturbed."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()
