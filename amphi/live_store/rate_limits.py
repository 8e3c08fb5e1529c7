"""Rate limits shared by all programs: so many a period per address, account or person."""

import msgspec

from amphi.live_store import keys
from amphi.live_store.connection import Store
from amphi.live_store.scripts import Script
from amphi.rules.ids import Millis

_allow = Script.named("allow")


class RateLimit(msgspec.Struct, frozen=True):
    """`many` per `seconds`, all of them at once after a rest, then evenly spread."""

    what: str  # names what is limited, in the key
    many: int
    seconds: int


class RateLimits:
    """May raise StoreUnavailable: the caller decides whether that means no or yes."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def wait(self, limit: RateLimit, subject: str) -> Millis:
        """0: go on, and it is counted. Otherwise how long `subject` has to wait; nothing counted."""
        key = keys.rate(limit.what, subject)
        async with self._store.in_line():
            return int(await self._store.run(_allow, [key], [limit.many, limit.seconds * 1000]))
