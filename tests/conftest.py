"""What every test may ask for."""

from tests.servers import database_url, empty_database_url, redis_url, servers, template

__all__ = ["database_url", "empty_database_url", "redis_url", "servers", "template"]
