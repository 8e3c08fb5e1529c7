"""Interns played without sockets: present and choosing through the offer's inbox, at full speed."""

import asyncio
import secrets
import uuid
from collections.abc import Collection
from contextlib import aclosing

from amphi.bots.plans import preferred
from amphi.live.letters import BeatLetter, CommandLetter, FarewellLetter, PresenceLetter
from amphi.live.notes import CommitNote, Note, PresenceAsked
from amphi.live_store.feed import Feed
from amphi.live_store.inbox import Inbox
from amphi.rules.choosing.eligibility import post_refusal
from amphi.rules.choosing.evolve import evolve
from amphi.rules.choosing.state import Amphi, Entry, OfferState
from amphi.rules.ids import AmphiId, EntryId, OfferId, PersonId, TurnId

BEAT_S = 1.0


class StandIns:
    """They count as one gateway; `played` are the entries that others play over real sockets."""

    def __init__(self, offer: OfferId, amphi: AmphiId, operator: PersonId) -> None:
        self._state = OfferState(offer=offer)
        self._amphi = amphi
        self._operator = operator
        self._name = f"rehearsal-{secrets.token_hex(4)}"
        self._answered: TurnId | None = None

    @property
    def called(self) -> tuple[int, int]:
        """How many have been called and served or passed, and how many there are."""
        amphi = self._state.amphis.get(self._amphi)
        if amphi is None:
            return 0, 0
        waiting = sum(entry.rank > amphi.reached for entry in amphi.entries.values())
        return len(amphi.entries) - waiting, len(amphi.entries)

    async def play(self, feed: Feed, inbox: Inbox, played: Collection[EntryId]) -> None:
        """From the first note of the feed, until cancelled. May raise StoreUnavailable."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._beat(inbox))
            async with aclosing(feed.follow(self._state.offer, "0-0")) as notes:
                async for _, note in notes:
                    await self._heard(note, inbox, played)

    async def leave(self, inbox: Inbox) -> None:
        """An orderly stop."""
        await inbox.post(self._state.offer, FarewellLetter(self._name))

    async def _beat(self, inbox: Inbox) -> None:
        while True:
            await inbox.post(self._state.offer, BeatLetter(self._name))
            await asyncio.sleep(BEAT_S)

    async def _heard(self, note: Note, inbox: Inbox, played: Collection[EntryId]) -> None:
        if isinstance(note, PresenceAsked):
            await self._show(inbox, played, note.term)
        if not isinstance(note, CommitNote):
            return
        known = self._amphi in self._state.amphis
        for recorded in note.records:
            self._state = evolve(self._state, recorded)
        if not known and self._amphi in self._state.amphis:
            await self._show(inbox, played, None)
        await self._choose(inbox, played)

    async def _show(self, inbox: Inbox, played: Collection[EntryId], term: int | None) -> None:
        """Everybody is here, from the moment the call list is known."""
        amphi = self._state.amphis.get(self._amphi)
        entries = () if amphi is None else amphi.entries.values()
        here = tuple(entry.chooser for entry in entries if entry.id not in played and entry.chooser)
        letter = PresenceLetter(self._name, here=here, full=True, term=term)
        await inbox.post(self._state.offer, letter)

    async def _choose(self, inbox: Inbox, played: Collection[EntryId]) -> None:
        """Once for each turn; who finds no post is passed by the operator, whoever plays."""
        amphi = self._state.amphis.get(self._amphi)
        turn = None if amphi is None else amphi.turn
        if amphi is None or turn is None or turn.id == self._answered:
            return
        entry = amphi.entries[turn.entry]
        post = self._liked(amphi, entry)
        if post is None:
            letter = self._letter("end_turn", {"reason": "Aucun poste possible"}, None)
        elif entry.id in played or entry.chooser is None:
            return
        else:
            letter = self._letter("choose", {"turn": turn.id, "post": post}, entry.chooser)
        self._answered = turn.id
        await inbox.post(self._state.offer, letter)

    def _liked(self, amphi: Amphi, entry: Entry) -> str | None:
        """By the rules themselves: a rehearsal need not try what is refused."""
        open_posts = [
            number
            for number in self._state.seats
            if post_refusal(self._state, amphi, entry, number) is None
        ]
        return preferred(open_posts, entry.rank) if open_posts else None

    def _letter(self, name: str, args: dict[str, object], person: PersonId | None) -> CommandLetter:
        """The operator's, when `person` is None."""
        return CommandLetter(
            id=str(uuid.uuid4()),
            person=person or self._operator,
            role="intern" if person else "operator",
            amphi=self._amphi,
            name=name,
            args=args,
            gateway=self._name,
        )
