"""Fixtures shared by the tests of the HTTP programs."""

from collections.abc import AsyncIterator

import pytest

from tests.http.house import House
from tests.live.amphitheatre import Amphitheatre, an_amphitheatre, conducted


@pytest.fixture
async def theatre(database_url: str, redis_url: str) -> AsyncIterator[Amphitheatre]:
    """Nobody conducts."""
    async with an_amphitheatre(database_url, redis_url) as founded:
        yield founded


@pytest.fixture
async def house(theatre: Amphitheatre) -> House:
    return House(theatre)


@pytest.fixture
async def lively(theatre: Amphitheatre) -> AsyncIterator[House]:
    """A conductor conducts."""
    async with conducted(theatre):
        yield House(theatre)
