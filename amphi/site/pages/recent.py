"""What many look at in the same second is read once: rows, as JSON in `Lately`."""

from collections.abc import Awaitable, Callable, Hashable
from typing import TypeVar

import msgspec

from amphi.records.database import Connection
from amphi.records.offered_posts import OfferedPost, offered_posts
from amphi.records.reads import AmphiRow, list_amphis
from amphi.site.services import Services

Kind = TypeVar("Kind")


async def recent(
    services: Services,
    key: Hashable,
    kind: type[Kind],
    read: Callable[[Connection], Awaitable[Kind]],
) -> Kind:
    """What `read` gives, at most a second old. Raises what it raises."""

    async def made() -> bytes:
        async with services.database.connection() as connection:
            return msgspec.json.encode(await read(connection))

    return msgspec.json.decode(await services.lately.of(("page", key), made), type=kind)


async def recent_amphis(services: Services) -> list[AmphiRow]:
    """All of them."""
    return await recent(services, "amphis", list[AmphiRow], list_amphis)


async def recent_posts(services: Services) -> list[OfferedPost]:
    """All that may be seen."""
    return await recent(services, "posts", list[OfferedPost], offered_posts)
