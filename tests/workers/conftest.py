from collections.abc import AsyncIterator

import pytest

from tests.workers.postoffice import Works


@pytest.fixture
async def works(database_url: str) -> AsyncIterator[Works]:
    made = Works(database_url)
    await made.begin()
    yield made
    await made.close()
