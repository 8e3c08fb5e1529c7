"""Taking everything of an offer out of Redis: after a rehearsal, never otherwise."""

from amphi.live_store.connection import Store
from amphi.rules.ids import OfferId

BATCH = 500


async def forget(store: Store, offer: OfferId) -> int:
    """How many keys were deleted. May raise StoreUnavailable."""
    deleted, cursor = 0, b"0"
    while True:
        cursor, found = await store.call(
            "SCAN", cursor, "MATCH", f"amphi:{{{offer}}}:*", "COUNT", BATCH
        )
        if found:
            deleted += await store.call("DEL", *found)
        if cursor == b"0":
            return deleted
