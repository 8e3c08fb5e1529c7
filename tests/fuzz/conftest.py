"""The gateway's house, by both its paths; how long to go on comes from the environment."""

import os

import pytest

from tests.fuzz import ROUNDS, SEED
from tests.gateway.conftest import house, open_house, pytest_asyncio_loop_factories


@pytest.fixture
def seed() -> int:
    return int(os.environ.get(SEED, "2026"))


@pytest.fixture
def rounds() -> int:
    """Of each fuzzer. The short slice is always the same; a long run is asked for by name."""
    return int(os.environ.get(ROUNDS, "60"))


__all__ = ["house", "open_house", "pytest_asyncio_loop_factories"]
