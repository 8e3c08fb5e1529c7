"""An offer's inbox: one stream, the order of arrival. The adapter of `ports.Mailbox`."""

import asyncio
from collections import defaultdict

import msgspec

from amphi.live.letters import BeatLetter, FarewellLetter, Letter, PresenceLetter, Received
from amphi.live.ports import StoreUnavailable
from amphi.live_store import keys
from amphi.live_store.connection import CALL_SECONDS, Reply, Store
from amphi.live_store.scripts import Script
from amphi.rules.ids import OfferId

BATCH = 500

_post_sign = Script.named("post_sign")
_encode = msgspec.json.encode
_letter: msgspec.json.Decoder[Letter] = msgspec.json.Decoder(Letter)


class Inbox:
    """One per process. Letters of one process for one offer arrive in the order they were posted."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._one_at_a_time: defaultdict[OfferId, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def read(self, offer: OfferId, after: str, block_ms: int) -> list[Received]:
        """At most 500 letters behind `after`, oldest first; waits up to `block_ms` (0: not at all)."""
        waiting = ("BLOCK", block_ms) if block_ms > 0 else ()
        reply = await self._store.call(
            "XREAD", "COUNT", BATCH, *waiting, "STREAMS", keys.inbox(offer), after, wait_ms=block_ms
        )
        return [_received(entry) for entry in reply[0][1]] if reply else []

    async def post(self, offer: OfferId, letter: Letter) -> str:
        """Put a letter in; returns its id. StoreUnavailable: it may have arrived or not."""
        try:
            async with asyncio.timeout(CALL_SECONDS), self._one_at_a_time[offer]:
                at = await self._put_in(offer, letter)
        except TimeoutError as error:
            raise StoreUnavailable(
                f"{offer}: the letters before this one are not through"
            ) from error
        return str(at.decode())

    async def last(self, offer: OfferId) -> str:
        """The id of the newest letter ever posted ("0-0" when none)."""
        newest = await self._store.call("XREVRANGE", keys.inbox(offer), "+", "-", "COUNT", 1)
        return str(newest[0][0].decode()) if newest else "0-0"

    async def _put_in(self, offer: OfferId, letter: Letter) -> Reply:
        """A gateway's own letters also note that it has listeners here, or no longer has."""
        text = _encode(letter)
        if not isinstance(letter, BeatLetter | PresenceLetter | FarewellLetter):
            return await self._store.call("XADD", keys.inbox(offer), "*", "letter", text)
        lasting = "" if isinstance(letter, FarewellLetter) else keys.GATEWAY_SECONDS * 1000
        places = [keys.inbox(offer), keys.listening(offer)]
        return await self._store.run(_post_sign, places, [text, letter.gateway, lasting])


def _received(entry: Reply) -> Received:
    """An entry that cannot be read keeps its place: the conductor skips and counts it."""
    at, fields = entry
    return Received(at.decode(), _readable(fields))


def _readable(fields: list[bytes]) -> Letter | None:
    if len(fields) != 2 or fields[0] != b"letter":
        return None
    try:
        return _letter.decode(fields[1])
    except msgspec.MsgspecError:
        return None
