"""A house with its amphitheatre: opened by the operator when a test wants it open."""

from collections.abc import AsyncIterator

import pytest

from tests.gateway.house import House, a_house
from tests.live.amphitheatre import an_amphitheatre, conducted


@pytest.fixture
async def house(database_url: str, redis_url: str) -> AsyncIterator[House]:
    """Four interns, posts P1 to P4; nothing validated yet."""
    async with (
        an_amphitheatre(database_url, redis_url) as theatre,
        conducted(theatre),
        a_house(theatre) as house,
    ):
        yield house


@pytest.fixture
async def open_house(house: House) -> House:
    """Validated, published, started: the first intern has the turn."""
    await house.theatre.open()
    return house
