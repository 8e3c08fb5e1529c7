"""Which gateways live: each beats every second, for itself and for every offer it has listeners of.

The beats for an offer are letters: the inbox notes them (`inbox.py`).
"""

from amphi.live_store import keys
from amphi.live_store.connection import Store
from amphi.live_store.scripts import Script
from amphi.rules.ids import OfferId

_beat = Script.named("beat")


class Gateways:
    """The sorted set of live gateways, scored by Redis's clock: no other clock is compared."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def beat(self, gateway: str) -> None:
        """Counts as living for the next 3 s."""
        await self._store.run(_beat, [keys.GATEWAYS], [gateway, keys.GATEWAY_SECONDS * 1000])

    async def gone(self, gateway: str) -> None:
        """An orderly stop: nobody need wait for its beat."""
        await self._store.call("ZREM", keys.GATEWAYS, gateway)

    async def live(self) -> frozenset[str]:
        """Gateways that beat within the last 3 s, with or without listeners."""
        return await self._signs(keys.GATEWAYS)

    async def with_listeners(self, offer: OfferId) -> frozenset[str]:
        """Gateways with listeners of the offer that gave a sign within the last 3 s."""
        return await self._signs(keys.listening(offer))

    async def _signs(self, key: str) -> frozenset[str]:
        (seconds, micros), scored = await self._store.call_all(
            [("TIME",), ("ZRANGE", key, 0, -1, "WITHSCORES")]
        )
        since = int(seconds) * 1000 + int(micros) // 1000 - keys.GATEWAY_SECONDS * 1000
        beats = zip(scored[::2], scored[1::2], strict=True)
        return frozenset(gateway.decode() for gateway, beat in beats if float(beat) > since)
