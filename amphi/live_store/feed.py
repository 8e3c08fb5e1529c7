"""An offer's feed as gateways and HTTP programs read it: commits `seq-0`, other notes behind them."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import msgspec

from amphi.live.letters import CommandLetter
from amphi.live.notes import AnswerNote, Note, PresenceAsked
from amphi.live.ports import StoreLost
from amphi.live_store import keys
from amphi.live_store.connection import Store
from amphi.live_store.inbox import Inbox
from amphi.rules.ids import OfferId

BATCH = 500
BLOCK_MS = 1_000
ANSWER_SECONDS = 5.0  # architecture.md: "await the answer for 5 s, else 202 with an address"

_note: msgspec.json.Decoder[Note] = msgspec.json.Decoder(Note)


def seq_of(note_id: str) -> int:
    """The journal's seq when the note was written: above the reader's own, it has missed commits."""
    return _place(note_id)[0]


class Feed:
    """One per process; every follower has a connection of its own while it waits."""

    def __init__(self, store: Store, inbox: Inbox) -> None:
        self._store = store
        self._inbox = inbox

    async def tail(self, offer: OfferId) -> str:
        """The id of the newest note ("0-0" when none)."""
        newest = await self._store.call("XREVRANGE", keys.feed(offer), "+", "-", "COUNT", 1)
        return str(newest[0][0].decode()) if newest else "0-0"

    async def follow(self, offer: OfferId, after: str) -> AsyncGenerator[tuple[str, Note], None]:
        """Notes behind `after` with their ids, for ever; silent while there are none.

        Raises StoreUnavailable; StoreLost when the feed has gone back behind `after` (a restored
        backup): read the journal again. A feed that is empty is waited for: its rebuild goes on
        above `after`.
        """
        while True:
            entries = await self._read(offer, after)
            if not entries and _place(after) > _place(await self._tail_or(offer, after)):
                raise StoreLost(f"{offer}: the feed has gone back behind {after}")
            for raw_id, (_, text) in entries:
                after = raw_id.decode()
                yield after, _note.decode(text)

    async def ask(
        self, offer: OfferId, letter: CommandLetter, seconds: float = ANSWER_SECONDS
    ) -> AnswerNote | None:
        """Post a command and await its answer; None: none within `seconds`.

        The tail is read first, so that the answer cannot be missed. None means unknown: the same
        letter may be sent again. Raises StoreUnavailable.
        """
        try:
            async with asyncio.timeout(seconds):
                tail = await self.tail(offer)
                await self._inbox.post(offer, letter)
                return await self._answer(offer, letter, tail)
        except TimeoutError:
            return None

    async def _answer(self, offer: OfferId, letter: CommandLetter, tail: str) -> AnswerNote:
        async with aclosing(self.follow(offer, tail)) as notes:
            async for _, note in notes:
                if isinstance(note, AnswerNote) and _answers(note, letter):
                    return note
                if isinstance(note, PresenceAsked) and letter.role == "intern":
                    # A reset may have lost the letter. An operator's gesture is not sent again:
                    # what a take-over refuses as `conductor_changed` must not be done afterwards.
                    await self._inbox.post(offer, letter)
        raise AssertionError("a feed never ends")

    async def _read(self, offer: OfferId, after: str) -> list[tuple[bytes, list[bytes]]]:
        reply = await self._store.call(
            *("XREAD", "COUNT", BATCH, "BLOCK", BLOCK_MS, "STREAMS", keys.feed(offer), after),
            wait_ms=BLOCK_MS,
        )
        return reply[0][1] if reply else []

    async def _tail_or(self, offer: OfferId, fallback: str) -> str:
        tail = await self.tail(offer)
        return fallback if tail == "0-0" else tail


def _answers(note: AnswerNote, letter: CommandLetter) -> bool:
    return (note.person, note.id) == (letter.person, letter.id)


def _place(note_id: str) -> tuple[int, int]:
    seq, _, behind = note_id.partition("-")
    return int(seq), int(behind)
