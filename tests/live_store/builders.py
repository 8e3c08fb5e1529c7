"""What a conductor says and what gateways post, in few words."""

from typing import Any

import msgspec

from amphi.live.letters import CommandLetter
from amphi.live.notes import AnswerNote, BeatNote, CommitNote, Note
from amphi.live.ports import Charge, Hot, Publication
from amphi.live_store.feed import Feed
from amphi.live_store.voice import Voice
from amphi.rules.choosing.events import FlagRaised, Recorded
from amphi.rules.ids import AmphiId, EntryId, OfferId, PersonId, TurnId

OFFER = OfferId("o1")
AMPHI = AmphiId("a1")


def a_choice(command: str = "c1", **changes: Any) -> CommandLetter:
    said = {"role": "intern", "amphi": AMPHI, "name": "choose", "args": {"post": "21872"}}
    return CommandLetter(**{**said, "gateway": "g1", "id": command, "person": "emile", **changes})


def an_answer(command: str = "c1", person: str = "emile", seq: int | None = None) -> AnswerNote:
    return AnswerNote(PersonId(person), command, seq, None if seq else "post_filled")


def a_commit(seq: int, since: int | None = None, term: int = 1) -> CommitNote:
    since = seq - 1 if since is None else since
    records = tuple(
        Recorded(each, 1_000 * each, f"hash{each}", FlagRaised(amphi=AMPHI, entry=EntryId("e1")))
        for each in range(since + 1, seq + 1)
    )
    return CommitNote(since, seq, 1_000 * seq, term, records)


def a_hot(*queue: str, deadline: int | None = None, **shown: Any) -> Hot:
    deadlines = {} if deadline is None else {AMPHI: deadline}
    return Hot({AMPHI: shown}, {AMPHI: [EntryId(entry) for entry in queue]}, deadlines)


def a_publication(
    *notes: Note, term: int = 1, hot: Hot | None = None, answered: str | None = None
) -> Publication:
    return Publication(OFFER, term, notes, hot, answered)


def a_beat(now: int = 5_000, term: int = 1) -> BeatNote:
    return BeatNote(now, term)


def a_charge(ms: int = 1_000, term: int = 1) -> Charge:
    return Charge(term, {TurnId("a1-t7"): ms})


async def heard(feed: Feed, after: str = "0-0", offer: OfferId = OFFER) -> list[tuple[str, Note]]:
    """Everything in the feed behind `after`, without waiting for more."""
    tail = await feed.tail(offer)
    notes = []
    if tail not in ("0-0", after):
        async for note_id, note in feed.follow(offer, after):
            notes.append((note_id, note))
            if note_id == tail:
                break
    return notes


async def charged(voice: Voice) -> Charge | None:
    """The charge on record as it was written: its age is the store's own."""
    found = await voice.charged(OFFER)
    return None if found is None else msgspec.structs.replace(found, age=None)
