"""What every test may ask for, and what each leaves behind as it was."""

from collections.abc import Iterator

import pytest
import structlog

from tests.servers import database_url, empty_database_url, redis_url, servers, template


@pytest.fixture(autouse=True)
def _logs_as_they_were() -> Iterator[None]:
    """A command run in this process sets up logs for a terminal that is gone afterwards."""
    yield
    structlog.reset_defaults()


__all__ = ["database_url", "empty_database_url", "redis_url", "servers", "template"]
