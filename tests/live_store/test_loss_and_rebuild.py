""" "Redis may be lost at 9:04 and rebuilt from the journal at 9:05" (architecture.md)."""

import pytest

from amphi.live.notes import PresenceAsked, StateNote
from amphi.live.ports import StoreLost
from amphi.live_store import keys
from amphi.live_store.connection import Store
from amphi.live_store.feed import Feed, seq_of
from amphi.live_store.hot import HotState
from amphi.live_store.inbox import Inbox
from amphi.live_store.voice import Voice
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

RESET = PresenceAsked(1, "reset")


async def test_the_first_publication_of_an_offer_finds_nothing_and_is_no_loss(
    voice: Voice, feed: Feed
) -> None:
    await voice.publish(a_publication(a_commit(1)))
    assert await feed.tail(OFFER) == "1-0"


async def test_a_flush_is_noticed_by_the_next_publication(voice: Voice, store: Store) -> None:
    await voice.publish(a_publication(a_commit(1)))
    await store.call("FLUSHALL")
    with pytest.raises(StoreLost):
        await voice.publish(a_publication(an_answer()))
    assert await store.call("DBSIZE") == 0


async def test_a_flush_is_noticed_by_the_next_beat(voice: Voice, store: Store) -> None:
    await voice.publish(a_publication(a_commit(1)))
    await store.call("FLUSHALL")
    with pytest.raises(StoreLost):
        await voice.charge(OFFER, a_charge(), a_beat())


async def test_a_letter_posted_after_a_flush_does_not_hide_it(
    voice: Voice, store: Store, inbox: Inbox
) -> None:
    await voice.publish(a_publication(a_commit(1)))
    await store.call("FLUSHALL")
    await inbox.post(OFFER, a_choice())
    with pytest.raises(StoreLost):
        await voice.publish(a_publication(an_answer()))


async def test_a_store_that_lacks_the_last_commit_is_lost_also_to_a_newcomer(
    voice: Voice, store: Store
) -> None:
    """Restarted from a file that lacks the last second: 6 never follows 4."""
    await voice.publish(a_publication(a_commit(4, since=0)))
    for conductor in (voice, Voice(store)):
        with pytest.raises(StoreLost):
            await conductor.publish(a_publication(a_commit(6, term=2), term=2))


async def without_its_last_commit(store: Store) -> None:
    """As after a restart from a file that ends before it."""
    await store.call("XTRIM", keys.feed(OFFER), "MAXLEN", 0)
    await store.call("HSET", keys.head(OFFER), "seq", 4)


async def test_a_store_that_lacks_the_last_commit_is_noticed_by_the_next_beat(
    voice: Voice, store: Store
) -> None:
    """Nobody may choose for minutes, and a gateway that lacks the commit waits for a sign of it."""
    await voice.publish(a_publication(a_commit(4, since=0)))
    await voice.publish(a_publication(a_commit(6, since=4)))
    await voice.charge(OFFER, a_charge(), a_beat())
    await without_its_last_commit(store)
    with pytest.raises(StoreLost):
        await voice.charge(OFFER, a_charge(), a_beat())
    with pytest.raises(StoreLost):
        await voice.publish(a_publication(an_answer()))


async def test_a_store_that_lacks_what_a_rebuild_put_there_is_noticed_by_the_next_beat(
    voice: Voice, store: Store
) -> None:
    await voice.rebuild(a_publication(RESET), last_seq=7)
    await voice.charge(OFFER, a_charge(), a_beat())
    await without_its_last_commit(store)
    with pytest.raises(StoreLost):
        await voice.charge(OFFER, a_charge(), a_beat())


async def test_scripts_that_were_flushed_are_sent_again(
    voice: Voice, store: Store, feed: Feed
) -> None:
    await voice.publish(a_publication(a_commit(1)))
    await store.call("SCRIPT", "FLUSH")
    await voice.publish(a_publication(a_commit(2)))
    assert await feed.tail(OFFER) == "2-0"


async def test_a_rebuild_writes_a_lost_store_anew(
    voice: Voice, store: Store, feed: Feed, hot_state: HotState
) -> None:
    await voice.publish(a_publication(a_commit(7, since=0), hot=a_hot("e1")))
    await store.call("FLUSHALL")
    whole = a_publication(RESET, hot=a_hot("e2", "e3", deadline=91_000, phase="RUNNING"))
    await voice.rebuild(whole, last_seq=7)
    assert await hot_state.amphis(OFFER) == {AMPHI: {"phase": "RUNNING"}}
    assert await hot_state.queue(OFFER, AMPHI, first=9) == ["e2", "e3"]
    assert await hot_state.deadlines(OFFER) == {AMPHI: 91_000}
    assert await voice.answered(OFFER) is None
    await voice.publish(a_publication(a_commit(8), an_answer(seq=8)))
    assert [note for _, note in await heard(feed)] == [RESET, a_commit(8), an_answer(seq=8)]
    assert await feed.tail(OFFER) == "8-1"


async def test_a_reader_of_the_lost_feed_hears_the_rebuilt_one(
    voice: Voice, store: Store, feed: Feed
) -> None:
    """Its last id was 7-3: what is said after the rebuild must not bear 7-0, 7-1, 7-2 again."""
    beats = [a_beat(now) for now in (1, 2, 3)]
    await voice.publish(a_publication(a_commit(7, since=0), *beats))
    last_heard = await feed.tail(OFFER)
    await store.call("FLUSHALL")
    await voice.rebuild(a_publication(RESET), last_seq=7)
    await voice.charge(OFFER, a_charge(), a_beat(4))
    assert [note for _, note in await heard(feed, last_heard)] == [RESET, a_beat(4)]


async def test_two_rebuilds_at_the_same_seq_are_both_heard(
    voice: Voice, store: Store, feed: Feed
) -> None:
    await voice.rebuild(a_publication(RESET), last_seq=7)
    last_heard = await feed.tail(OFFER)
    await store.call("FLUSHALL")
    await voice.rebuild(a_publication(PresenceAsked(1, "again")), last_seq=7)
    assert [note for _, note in await heard(feed, last_heard)] == [PresenceAsked(1, "again")]


async def test_a_reader_that_missed_commits_sees_it_by_the_ids_of_a_rebuilt_feed(
    voice: Voice, feed: Feed
) -> None:
    await voice.rebuild(a_publication(RESET), last_seq=812)
    [(place, _)] = await heard(feed, "805-3")
    assert seq_of(place) == 812


async def test_a_take_over_keeps_the_feed_and_the_charged_time(
    voice: Voice, store: Store, feed: Feed
) -> None:
    await voice.publish(a_publication(a_commit(7, since=0), an_answer(seq=7)))
    await voice.charge(OFFER, a_charge(12_000), a_beat())
    await Voice(store).rebuild(a_publication(PresenceAsked(2, "take_over"), term=2), last_seq=7)
    heard_notes = [note for _, note in await heard(feed)]
    assert heard_notes[:2] == [a_commit(7, since=0), an_answer(seq=7)]
    assert heard_notes[-1] == PresenceAsked(2, "take_over")
    assert await charged(voice) == a_charge(12_000)


async def test_a_take_over_may_publish_the_commit_its_predecessor_could_not(
    voice: Voice, store: Store, feed: Feed
) -> None:
    await voice.publish(a_publication(a_commit(7, since=0)))
    notes = (a_commit(8), PresenceAsked(2, "take_over"))
    await Voice(store).rebuild(a_publication(*notes, term=2), last_seq=8)
    places = [place for place, _ in await heard(feed)]
    assert places[:2] == ["7-0", "8-0"]
    assert places[2].startswith("8-")


async def test_a_commit_that_is_in_the_feed_is_not_repeated_by_a_rebuild(
    voice: Voice, feed: Feed
) -> None:
    await voice.publish(a_publication(a_commit(7, since=0)))
    await voice.rebuild(a_publication(a_commit(7, since=0), RESET), last_seq=7)
    assert [note for _, note in await heard(feed)] == [a_commit(7, since=0), RESET]


async def test_commits_that_nobody_published_leave_a_gap_which_their_successor_tells(
    voice: Voice, feed: Feed
) -> None:
    await voice.publish(a_publication(a_commit(4, since=0)))
    await voice.rebuild(a_publication(RESET), last_seq=6)
    await voice.publish(a_publication(a_commit(7)))
    assert [seq_of(place) for place, _ in await heard(feed)] == [4, 6, 7]


async def test_a_journal_restored_from_a_backup_takes_the_feed_back_with_it(
    voice: Voice, feed: Feed
) -> None:
    await voice.publish(a_publication(a_commit(900, since=0)))
    await voice.charge(OFFER, a_charge(), a_beat())
    await voice.rebuild(a_publication(RESET), last_seq=500)
    assert [note for _, note in await heard(feed)] == [RESET]
    assert await voice.charged(OFFER) is None
    with pytest.raises(StoreLost):
        await anext(feed.follow(OFFER, "900-0"))


async def test_a_rebuild_resets_what_is_answered(voice: Voice, inbox: Inbox, store: Store) -> None:
    first, second = [await inbox.post(OFFER, a_choice(f"c{n}")) for n in range(2)]
    await voice.publish(a_publication(answered=second))
    await voice.rebuild(a_publication(StateNote("ok", ""), answered=first), last_seq=0)
    assert await voice.answered(OFFER) == first
    await voice.rebuild(a_publication(StateNote("ok", "")), last_seq=0)
    assert await voice.answered(OFFER) is None
    assert await store.call("XLEN", keys.inbox(OFFER)) == 1


async def test_after_a_rebuild_a_flush_is_noticed_again(voice: Voice, store: Store) -> None:
    await voice.rebuild(a_publication(RESET), last_seq=7)
    await store.call("FLUSHALL")
    with pytest.raises(StoreLost):
        await voice.publish(a_publication(an_answer()))
