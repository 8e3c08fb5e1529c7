from collections.abc import AsyncIterator

import pytest

from tests.actions.ward import ward
from tests.workers.postoffice import Works

__all__ = ["ward", "works"]


@pytest.fixture
async def works(database_url: str) -> AsyncIterator[Works]:
    made = Works(database_url)
    await made.begin()
    yield made
    await made.close()
