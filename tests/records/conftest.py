from collections.abc import AsyncIterator

import pytest

from amphi.records.database import Database
from amphi.records.journal import PostgresJournal
from tests.records.scene import Pen, Scene, a_campaign, an_offer


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """As the programs connect: in the role amphi_app."""
    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def owner(database_url: str) -> AsyncIterator[Database]:
    """As whoever owns the tables connects."""
    opened = Database(database_url, role=None)
    yield opened
    await opened.close()


@pytest.fixture
async def journal(database_url: str) -> AsyncIterator[PostgresJournal]:
    opened = PostgresJournal(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def scene(database: Database) -> Scene:
    async with database.transaction() as connection:
        return await an_offer(connection, await a_campaign(connection))


@pytest.fixture
async def pen(journal: PostgresJournal, scene: Scene) -> Pen:
    head = await journal.take(scene.offer, "me")
    assert head is not None
    return Pen(head)
