"""The hot state as lobby pages and other programs read it, without folding a journal."""

from typing import Any

import msgspec

from amphi.live_store import keys
from amphi.live_store.connection import Store
from amphi.rules.ids import AmphiId, EntryId, Millis, OfferId


class HotState:
    """For display only: it may be gone, or a moment behind the journal."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def amphis(self, offer: OfferId) -> dict[AmphiId, dict[str, Any]]:
        """Each amphi of the offer as its conductor last showed it; empty when lost."""
        flat = await self._store.call("HGETALL", keys.hot(offer))
        pairs = zip(flat[::2], flat[1::2], strict=True)
        return {AmphiId(amphi.decode()): msgspec.json.decode(text) for amphi, text in pairs}

    async def queue(self, offer: OfferId, amphi: AmphiId, first: int) -> list[EntryId]:
        """The `first` entries of the turn queue, next first."""
        entries = await self._store.call("LRANGE", keys.queue(offer, amphi), 0, first - 1)
        return [EntryId(entry.decode()) for entry in entries]

    async def deadlines(self, offer: OfferId) -> dict[AmphiId, Millis]:
        """The instant at which each running turn is over, grace included."""
        flat = await self._store.call("ZRANGE", keys.deadlines(offer), 0, -1, "WITHSCORES")
        pairs = zip(flat[::2], flat[1::2], strict=True)
        return {AmphiId(amphi.decode()): round(float(instant)) for amphi, instant in pairs}
