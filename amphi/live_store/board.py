"""Who is here, over all gateways: shown to operators, never used to decide."""

from collections.abc import Collection

import msgspec

from amphi.live_store import keys
from amphi.live_store.connection import Store
from amphi.live_store.gateways import Gateways
from amphi.rules.ids import OfferId, PersonId

_encode = msgspec.json.encode
_people = msgspec.json.Decoder(list[PersonId])


class Board:
    """Each gateway shows its own people each second. May raise StoreUnavailable."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def show(self, offer: OfferId, gateway: str, here: Collection[PersonId]) -> None:
        """Replace what this gateway showed; forgotten when not repeated within 5 s."""
        text = _encode(sorted(here))
        await self._store.call("SET", keys.here(offer, gateway), text, "EX", keys.HERE_SECONDS)

    async def here(self, offer: OfferId) -> frozenset[PersonId]:
        """Everybody shown by a gateway that lives."""
        gateways = await Gateways(self._store).with_listeners(offer)
        if not gateways:
            return frozenset()
        shown = await self._store.call("MGET", *(keys.here(offer, each) for each in gateways))
        return frozenset(person for text in shown if text for person in _people.decode(text))
