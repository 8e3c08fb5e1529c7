"""A house with its amphitheatre: opened by the operator when a test wants it open."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
import uvloop

from tests.gateway.house import House, a_house
from tests.live.amphitheatre import an_amphitheatre, conducted


def pytest_asyncio_loop_factories(
    item: pytest.Item,
) -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Whatever knocks at a house is tried by both paths, the fast one under its own event loop."""
    plain = {"plain": asyncio.new_event_loop}
    knocks = hasattr(getattr(item, "module", None), "House")
    return plain | {"fast": uvloop.new_event_loop} if knocks else plain


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
