"""One script carries the term; Redis shows what the journal holds (architecture.md)."""

import asyncio

import pytest

from amphi.live.notes import PresenceAsked, StateNote
from amphi.live.ports import HigherTerm, StoreUnavailable
from amphi.live_store import keys
from amphi.live_store.connection import Store
from amphi.live_store.feed import Feed
from amphi.live_store.hot import HotState
from amphi.live_store.inbox import Inbox
from amphi.live_store.voice import Voice
from amphi.rules.ids import OfferId
from tests.live_store.builders import (
    AMPHI,
    OFFER,
    a_beat,
    a_charge,
    a_choice,
    a_commit,
    a_hot,
    a_publication,
    an_answer,
    charged,
    heard,
)

AT_NINE = 1_791_270_090_000  # 2026-10-06T07:01:30Z


async def everything(store: Store) -> dict[bytes, object]:
    names = sorted(await store.call("KEYS", "*"))
    return {name: await store.call("DUMP", name) for name in names}


async def test_commits_bear_their_seq_and_other_notes_stand_behind_them(
    voice: Voice, feed: Feed
) -> None:
    answer = an_answer(seq=3)
    await voice.publish(a_publication(a_commit(3, since=0), answer))
    await voice.publish(a_publication(StateNote("frozen", "redis")))
    await voice.publish(a_publication(a_commit(4), an_answer("c2", seq=4)))
    assert await heard(feed) == [
        ("3-0", a_commit(3, since=0)),
        ("3-1", answer),
        ("3-2", StateNote("frozen", "redis")),
        ("4-0", a_commit(4)),
        ("4-1", an_answer("c2", seq=4)),
    ]


async def test_two_commits_in_one_publication_keep_their_order(voice: Voice, feed: Feed) -> None:
    notes = (a_commit(1), an_answer("c1", seq=1), a_commit(2), an_answer("c2", seq=2))
    await voice.publish(a_publication(*notes))
    assert [place for place, _ in await heard(feed)] == ["1-0", "1-1", "2-0", "2-1"]


async def test_publishing_the_same_commit_again_changes_nothing(
    voice: Voice, store: Store, inbox: Inbox
) -> None:
    at = await inbox.post(OFFER, a_choice())
    again = a_publication(a_commit(1), an_answer(seq=1), hot=a_hot("e2", "e3"), answered=at)
    await voice.publish(again)
    before = await everything(store)
    await voice.publish(again)
    after = await everything(store)
    head = keys.head(OFFER).encode()
    assert {**before, head: None} == {**after, head: None}  # the head counts writes


async def test_an_older_commit_published_late_leaves_the_hot_state_of_the_newer(
    voice: Voice, feed: Feed, hot_state: HotState
) -> None:
    await voice.publish(a_publication(a_commit(1), hot=a_hot("e1", phase="RUNNING")))
    await voice.publish(a_publication(a_commit(2), hot=a_hot("e2", phase="CATCH_UP")))
    await voice.publish(a_publication(a_commit(1), hot=a_hot("e1", phase="RUNNING")))
    assert [place for place, _ in await heard(feed)] == ["1-0", "2-0"]
    assert await hot_state.amphis(OFFER) == {AMPHI: {"phase": "CATCH_UP"}}


async def test_a_lower_term_writes_nothing(voice: Voice, store: Store) -> None:
    zombie = Voice(store)
    await zombie.publish(a_publication(a_commit(1), term=1))
    await voice.publish(a_publication(a_commit(2), term=2))
    before = await everything(store)
    with pytest.raises(HigherTerm):
        await zombie.publish(a_publication(a_commit(3), term=1))
    with pytest.raises(HigherTerm):
        await zombie.charge(OFFER, a_charge(term=1), a_beat())
    with pytest.raises(HigherTerm):
        await zombie.rebuild(a_publication(StateNote("ok", ""), term=1), last_seq=2)
    assert await everything(store) == before


async def test_a_higher_term_that_repeats_a_commit_still_shuts_the_lower_one_out(
    voice: Voice, store: Store
) -> None:
    zombie = Voice(store)
    await zombie.publish(a_publication(a_commit(1), term=1))
    await voice.publish(a_publication(a_commit(1), term=2))
    with pytest.raises(HigherTerm):
        await zombie.charge(OFFER, a_charge(term=1), a_beat())


async def test_a_write_that_arrives_after_a_newer_one_of_the_same_conductor_undoes_nothing(
    voice: Voice, store: Store, hot_state: HotState
) -> None:
    """It had timed out; here it is told, so that a bug cannot hide behind it."""
    late = Voice(store)
    late._next_order = lambda: 1  # type: ignore[method-assign]
    await voice.publish(a_publication(hot=a_hot("e2", phase="CATCH_UP")))
    with pytest.raises(StoreUnavailable):
        await late.publish(a_publication(hot=a_hot("e1", phase="RUNNING")))
    assert await hot_state.amphis(OFFER) == {AMPHI: {"phase": "CATCH_UP"}}


async def test_writes_asked_for_at_once_are_made_in_their_order(voice: Voice, feed: Feed) -> None:
    beats = [a_beat(now) for now in range(1, 200)]
    await asyncio.gather(*(voice.charge(OFFER, a_charge(beat.now), beat) for beat in beats))
    assert [note for _, note in await heard(feed)] == beats
    assert await charged(voice) == a_charge(199)


async def test_the_hot_state_is_written_whole(voice: Voice, hot_state: HotState) -> None:
    await voice.publish(a_publication(a_commit(1), hot=a_hot("e1", "e2", "e3", deadline=AT_NINE)))
    assert await hot_state.queue(OFFER, AMPHI, first=2) == ["e1", "e2"]
    assert await hot_state.deadlines(OFFER) == {AMPHI: AT_NINE}
    await voice.publish(a_publication(a_commit(2), hot=a_hot("e3", phase="PAUSED")))
    assert await hot_state.amphis(OFFER) == {AMPHI: {"phase": "PAUSED"}}
    assert await hot_state.queue(OFFER, AMPHI, first=2) == ["e3"]
    assert await hot_state.deadlines(OFFER) == {}


async def test_a_publication_without_hot_state_leaves_it(voice: Voice, hot_state: HotState) -> None:
    await voice.publish(a_publication(a_commit(1), hot=a_hot("e1", deadline=AT_NINE)))
    await voice.publish(a_publication(an_answer()))
    assert await hot_state.queue(OFFER, AMPHI, first=9) == ["e1"]
    assert await hot_state.deadlines(OFFER) == {AMPHI: AT_NINE}


async def test_a_queue_of_thousands_is_written_in_order(voice: Voice, hot_state: HotState) -> None:
    everybody = [f"e{n}" for n in range(9_500)]
    await voice.publish(a_publication(hot=a_hot(*everybody)))
    assert await hot_state.queue(OFFER, AMPHI, first=10_000) == everybody


async def test_the_charged_time_is_found_by_the_next_conductor(voice: Voice, store: Store) -> None:
    assert await voice.charged(OFFER) is None
    await voice.charge(OFFER, a_charge(12_000), a_beat())
    await voice.publish(a_publication(a_commit(1)))
    assert await charged(Voice(store)) == a_charge(12_000)


async def test_the_age_of_a_charge_is_told_by_one_clock_whatever_the_conductors(
    voice: Voice,
) -> None:
    await voice.charge(OFFER, a_charge(12_000), a_beat())
    await asyncio.sleep(0.05)
    found = await voice.charged(OFFER)
    assert found is not None
    assert found.age is not None
    assert 40 <= found.age < 60_000
    assert found.since(now=1_000_000) == 1_000_000 - found.age
    assert a_charge(12_000).since(now=1_000_000) == 0


async def test_each_charge_puts_a_beat_behind_the_last_commit(voice: Voice, feed: Feed) -> None:
    await voice.publish(a_publication(a_commit(1)))
    await voice.charge(OFFER, a_charge(1_000), a_beat(5_000))
    await voice.charge(OFFER, a_charge(2_000), a_beat(6_000))
    assert await heard(feed, "1-0") == [("1-1", a_beat(5_000)), ("1-2", a_beat(6_000))]


async def test_letters_are_trimmed_only_behind_the_answered_one(voice: Voice, inbox: Inbox) -> None:
    ids = [await inbox.post(OFFER, a_choice(f"c{n}")) for n in range(200)]
    assert await voice.answered(OFFER) is None
    await voice.publish(a_publication(an_answer(), answered=ids[150]))
    assert await voice.answered(OFFER) == ids[150]
    assert [each.at for each in await inbox.read(OFFER, "0-0", 0)] == ids[150:]


async def test_what_is_answered_never_goes_back(voice: Voice, inbox: Inbox) -> None:
    first, second = [await inbox.post(OFFER, a_choice(f"c{n}")) for n in range(2)]
    await voice.publish(a_publication(answered=second))
    await voice.publish(a_publication(answered=first))
    assert await voice.answered(OFFER) == second


async def test_the_feed_keeps_about_five_thousand_notes(
    voice: Voice, store: Store, feed: Feed
) -> None:
    for seq in range(1, 60):
        answers = [an_answer(f"c{n}", seq=seq) for n in range(100)]
        await voice.publish(a_publication(a_commit(seq), *answers))
    assert 5_000 <= await store.call("XLEN", keys.feed(OFFER)) <= 5_200
    assert await feed.tail(OFFER) == "59-100"


async def test_offers_with_a_deadline_in_the_past_are_overdue(voice: Voice) -> None:
    here, there = OfferId("o1"), OfferId("o2")
    await voice.publish(a_publication(hot=a_hot(deadline=AT_NINE)))
    assert await voice.overdue([here, there], now=AT_NINE) == []
    assert await voice.overdue([there, here], now=AT_NINE + 1) == [here]
    assert await voice.overdue([], now=AT_NINE + 1) == []


async def test_every_key_of_an_offer_has_its_hash_tag_and_an_end(
    voice: Voice, store: Store, inbox: Inbox
) -> None:
    at = await inbox.post(OFFER, a_choice())
    notes = (a_commit(1), PresenceAsked(1, "take_over"))
    await voice.publish(a_publication(*notes, hot=a_hot("e1", deadline=1), answered=at))
    names = await store.call("KEYS", "*")
    assert len(names) == 6
    assert all(b"{o1}" in name for name in names)
    ends = [await store.call("TTL", name) for name in names]
    assert all(0 < end <= keys.OFFER_SECONDS for end in ends)
