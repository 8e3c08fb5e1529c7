"""Feed → room: what the feed lost is read from the journal, what it repeats changes nothing."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amphi.gateway.desk import Desk
from amphi.gateway.follower import Follower
from amphi.gateway.pulse import Pulse
from amphi.gateway.resume import ANYBODY
from amphi.gateway.room import Room
from amphi.gateway.world import World
from amphi.live.letters import Letter, PresenceLetter
from amphi.live.notes import BeatNote, CommitNote, Note, PresenceAsked, StateNote
from amphi.live.ports import JournalUnavailable, StoreLost, StoreUnavailable
from amphi.rules.choosing.events import Recorded
from amphi.rules.choosing.evolve import fold
from amphi.rules.choosing.state import OfferState
from amphi.rules.ids import OfferId
from tests.gateway.test_room import TOKENS, a_room, enter
from tests.rules.choosing.playing import Play
from tests.rules.choosing.random_play import random_play

Said = tuple[str, Note] | Exception
OFFER = OfferId("offer-1")


class Records:
    """The journal, the directory and the holders of one offer, as PostgreSQL would answer."""

    def __init__(self, records: Sequence[Recorded]) -> None:
        self.records = list(records)
        self.epoch = "epoch-1"
        self.failures = 0
        self.reads = 0

    async def read(self, _: OfferId, after: int = 0) -> list[Recorded]:
        self.reads += 1
        if self.failures:
            self.failures -= 1
            raise JournalUnavailable("away")
        return [each for each in self.records if each.seq > after]

    async def epoch_of(self, _: OfferId) -> str:
        return self.epoch

    async def emails(self, proxies: Any) -> dict[str, str]:
        return {proxy: f"{proxy}@example.org" for proxy in proxies}


class Script:
    """A feed that says what it is given, each thing once, then only `done`; and an inbox."""

    def __init__(self, said: list[Said]) -> None:
        self._said = said
        self.after: list[str] = []
        self.letters: list[Letter] = []
        self.done = asyncio.Event()

    async def follow(self, _: OfferId, after_id: str) -> AsyncIterator[tuple[str, Note]]:
        self.after.append(after_id)
        while self._said:
            thing = self._said.pop(0)
            if isinstance(thing, Exception):
                raise thing
            yield thing
        self.done.set()
        await asyncio.Event().wait()

    async def post(self, _: OfferId, letter: Letter) -> str:
        self.letters.append(letter)
        return "1-0"


def commits(play: Play) -> list[tuple[str, CommitNote]]:
    """As the conductor published them."""
    notes = []
    for before, records in play.commits:
        last = records[-1]
        note = CommitNote(
            since=before.seq, seq=last.seq, at=last.at, term=1, records=tuple(records)
        )
        notes.append((f"{last.seq}-0", note))
    return notes


async def followed(room: Room, records: Records, script: Script) -> Follower:
    """Until everything is said. A retry takes no time."""
    given: dict[str, Any] = dict.fromkeys(World.__dataclass_fields__)
    ports = {"feed": script, "inbox": script, "directory": records, "journal": records}
    clock: Callable[[], float] = lambda: 0.0  # noqa: E731 - a clock that stands still
    others = {"holders": records, "clock": clock, "name": "g", "tokens": TOKENS}
    world = World(**(given | ports | others))
    desk = Desk("g", OFFER, script, Pulse(0.0))
    follower = Follower(OFFER, room, desk, world)
    tasks = [asyncio.create_task(each.run()) for each in (follower, desk.postbox)]
    async with asyncio.timeout(10):
        waiting = asyncio.create_task(script.done.wait())
        await asyncio.wait({waiting, *tasks}, return_when=asyncio.FIRST_COMPLETED)
        await desk.postbox.empty()
    for task in tasks:
        if task.done():
            task.result()
        task.cancel()
    return follower


def all_records(play: Play) -> list[Recorded]:
    return [each for _, records in play.commits for each in records]


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_whatever_is_lost_or_repeated_the_room_is_the_journals(seed: int) -> None:
    play, random = random_play(seed, steps=40), Random(seed)
    said: list[Said] = []
    for note in commits(play):
        if random.random() < 0.7:
            said += [note] * random.choice([1, 1, 2])
    last = play.state.seq
    said.append((f"{last}-7", BeatNote(now=0, term=1)))
    room = a_room(OfferState(offer=OFFER))
    asyncio.run(followed(room, Records(all_records(play)), Script(said)))
    assert room.state == fold(OfferState(offer=OFFER), all_records(play))


async def test_a_feed_without_gaps_asks_the_journal_nothing() -> None:
    play = random_play(1, steps=40)
    records, room = Records(all_records(play)), a_room(OfferState(offer=OFFER))
    await followed(room, records, Script([*commits(play)]))
    assert room.state.seq == play.state.seq
    assert records.reads == 0


async def test_after_an_outage_of_redis_the_feed_is_followed_from_where_it_was() -> None:
    play = random_play(2, steps=40)
    notes = commits(play)
    script = Script([*notes[:3], StoreUnavailable("away"), *notes[3:]])
    room = a_room(OfferState(offer=OFFER))
    await followed(room, Records(all_records(play)), script)
    assert script.after == ["0-0", notes[2][0]]
    assert room.state.seq == play.state.seq


async def test_a_journal_that_is_away_is_asked_again() -> None:
    play = random_play(3, steps=40)
    records, room = Records(all_records(play)), a_room(OfferState(offer=OFFER))
    records.failures = 2
    last = commits(play)[-1]
    await followed(room, records, Script([last, last, last]))
    assert room.state.seq == play.state.seq


@pytest.mark.parametrize("sign", ["a new term", "a feed gone back"])
async def test_a_restored_backup_gives_everybody_a_fresh_view(sign: str) -> None:
    play = random_play(4, steps=60)
    records = Records(all_records(play)[:10])
    records.epoch = "epoch-2"
    room = a_room(play.state)
    entered = enter(room, next(iter(play.state.amphis)), ANYBODY)
    beats: list[Said] = [(f"{play.state.seq}-1", BeatNote(now=0, term=n)) for n in (1, 2)]
    lost: list[Said] = [StoreLost("gone back")]
    await followed(room, records, Script(beats if sign == "a new term" else lost))
    assert (room.epoch, room.state.seq) == ("epoch-2", 10)
    assert entered is None or entered[1].page.epoch == "epoch-2"


async def test_every_new_conductor_is_told_who_is_here() -> None:
    room = a_room(OfferState(offer=OFFER))
    asked = PresenceAsked(term=3, cause="thaw")
    script = Script([("0-1", BeatNote(now=5, term=2)), ("0-2", asked), ("0-3", asked)])
    await followed(room, Records([]), script)
    reports = [each for each in script.letters if isinstance(each, PresenceLetter)]
    assert {each.term for each in reports} == {2, 3}
    assert all(each.full for each in reports)


async def test_the_conductors_clock_and_word_are_passed_on() -> None:
    room = a_room(OfferState(offer=OFFER))
    frozen = StateNote("frozen", "postgres")
    await followed(room, Records([]), Script([("0-1", BeatNote(1_000, 1)), ("0-2", frozen)]))
    assert room.now(0.5) == "1970-01-01T00:00:01.500Z"
    assert room.pulse.told.cause == "postgres"
