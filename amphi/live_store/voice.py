"""The conductor's voice: its feed, its hot state, its charged time. The adapter of `ports.Voice`."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Sequence

import msgspec
from msgspec import structs
from redis.exceptions import ResponseError

from amphi.live.notes import CommitNote, Note
from amphi.live.ports import Charge, HigherTerm, Publication, StoreLost, StoreUnavailable
from amphi.live_store import keys
from amphi.live_store.connection import Store
from amphi.live_store.gateways import Gateways
from amphi.live_store.scripts import Script
from amphi.live_store.writing import Mode, Writing, arguments_of, keys_of
from amphi.rules.ids import Millis, OfferId

_publish = Script.named("publish")
_encode = msgspec.json.encode
_charge = msgspec.json.Decoder(Charge)


class Voice:
    """One per process, for all its offers. A conductor that takes over an offer rebuilds first.

    A publication with commits is written whole or, when its newest commit is in the feed already,
    not at all. One without commits is appended each time it is published.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._newest: dict[OfferId, int] = {}  # the last line that we know to be in each store
        self._one_at_a_time: defaultdict[OfferId, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._order = 0

    async def publish(self, publication: Publication) -> None:
        """One script: refused below the highest term seen; publishing twice changes nothing.

        Raises HigherTerm; StoreLost when what was written before is gone, or lacks its end.
        """
        commits = [note for note in publication.notes if isinstance(note, CommitNote)]
        await self._write(
            Writing(
                offer=publication.offer,
                mode=self._mode(publication.offer),
                term=publication.term,
                floor=commits[0].since if commits else self._known(publication.offer),
                notes=publication.notes,
                hot=publication.hot,
                answered=publication.answered,
            )
        )

    async def charge(self, offer: OfferId, charge: Charge, beat: Note) -> None:
        """Each second: the charged time, and the beat in the feed."""
        await self._write(
            Writing(
                offer=offer,
                mode=self._mode(offer),
                term=charge.term,
                floor=self._known(offer),
                notes=(beat,),
                charged=_encode(charge),
            )
        )

    async def rebuild(self, publication: Publication, last_seq: int) -> None:
        """Write the store anew under this term, whatever is left in it.

        The feed keeps its entries and goes on above `last_seq`, with ids behind any that readers
        of a lost feed have seen. Answered letters are reset to `publication.answered`.
        """
        await self._write(
            Writing(
                offer=publication.offer,
                mode="rebuild",
                term=publication.term,
                floor=last_seq,
                notes=publication.notes,
                hot=publication.hot,
                answered=publication.answered,
            )
        )

    async def charged(self, offer: OfferId) -> Charge | None:
        """The last charge on record, of whichever conductor; None when lost."""
        words = ("HMGET", keys.head(offer), "charged", "charged_at")
        (text, at), time_ = await self._store.call_all([words, ("TIME",)])
        if text is None:
            return None
        charge = _charge.decode(text)
        return charge if at is None else structs.replace(charge, age=_age(int(at), time_))

    async def answered(self, offer: OfferId) -> str | None:
        """The inbox id up to which letters were answered; None when lost."""
        text = await self._store.call("HGET", keys.head(offer), "answered")
        return None if text is None else text.decode()

    async def live_gateways(self, offer: OfferId) -> frozenset[str]:
        """Gateways with listeners of this offer that beat within the last 3 s."""
        return await Gateways(self._store).with_listeners(offer)

    async def overdue(self, offers: Sequence[OfferId], now: Millis) -> list[OfferId]:
        """Offers with a deadline before `now`: their owner may be dead or stuck."""
        counts = await self._store.call_all(
            [("ZCOUNT", keys.deadlines(offer), "-inf", f"({now}") for offer in offers]
        )
        return [offer for offer, count in zip(offers, counts, strict=True) if count]

    async def _write(self, writing: Writing) -> None:
        """In the order asked for: only a write that timed out can arrive behind a newer one."""
        async with self._one_at_a_time[writing.offer]:
            words = arguments_of(writing, self._next_order())
            try:
                outcome = await self._store.run(_publish, keys_of(writing), words)
            except ResponseError as error:
                raise _meant(error) from error
        if outcome == b"LATE":
            raise StoreUnavailable(f"{writing.offer}: somebody else writes under our term")
        self._newest[writing.offer] = writing.reaches

    def _mode(self, offer: OfferId) -> Mode:
        """Who has written before and finds nothing has lost it; the first to write may find nothing."""
        return "next" if offer in self._newest else "first"

    def _known(self, offer: OfferId) -> int:
        """What must be there already: a beat notices a lost end as well, not only the next commit."""
        return self._newest.get(offer, 0)

    def _next_order(self) -> int:
        self._order = max(self._order + 1, time.monotonic_ns() // 1000)
        return self._order


def _age(at: Millis, time_: Sequence[bytes]) -> Millis:
    """Since `at`, by the clock that gave both; never negative, should it have been set back."""
    seconds, micros = (int(part) for part in time_)
    return max(0, seconds * 1000 + micros // 1000 - at)


def _meant(error: ResponseError) -> Exception:
    text = str(error)
    if text.startswith("HIGHERTERM"):
        return HigherTerm(text)
    return StoreLost(text) if text.startswith("LOST") else error
