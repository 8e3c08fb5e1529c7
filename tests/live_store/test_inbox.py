""" "All commands of an offer pass one mailbox" in the order of arrival (architecture.md)."""

import asyncio

from amphi.live.letters import BeatLetter, FarewellLetter, Letter, PresenceLetter, Received
from amphi.live_store import keys
from amphi.live_store.connection import Store
from amphi.live_store.inbox import BATCH, Inbox
from amphi.rules.ids import OfferId, PersonId
from tests.live_store.builders import OFFER, a_choice


async def test_every_kind_of_letter_arrives_as_it_was_posted(inbox: Inbox) -> None:
    here = PresenceLetter("g1", here=(PersonId("emile"),), full=True, term=3)
    secret = a_choice(private={"email": "proust@exemple.fr"})
    letters: list[Letter] = [here, secret, BeatLetter("g1"), FarewellLetter("g1")]
    ids = [await inbox.post(OFFER, letter) for letter in letters]
    received = await inbox.read(OFFER, "0-0", 0)
    assert received == [Received(at, each) for at, each in zip(ids, letters, strict=True)]


async def test_letters_posted_at_once_by_one_process_arrive_in_their_order(inbox: Inbox) -> None:
    letters = [a_choice(f"c{n}") for n in range(300)]
    await asyncio.gather(*(inbox.post(OFFER, letter) for letter in letters))
    assert [each.letter for each in await inbox.read(OFFER, "0-0", 0)] == letters


async def test_offers_have_an_inbox_each(inbox: Inbox) -> None:
    await inbox.post(OfferId("o2"), a_choice())
    assert await inbox.read(OFFER, "0-0", 0) == []


async def test_only_letters_behind_the_given_one_are_read(inbox: Inbox) -> None:
    ids = [await inbox.post(OFFER, a_choice(f"c{n}")) for n in range(3)]
    assert [each.at for each in await inbox.read(OFFER, ids[1], 0)] == [ids[2]]


async def test_a_full_inbox_is_read_in_batches_to_its_end(inbox: Inbox, store: Store) -> None:
    await store.call_all(
        [("XADD", keys.inbox(OFFER), f"1-{n}", "letter", "?") for n in range(BATCH + 7)]
    )
    first = await inbox.read(OFFER, "0-0", 0)
    rest = await inbox.read(OFFER, first[-1].at, 0)
    assert (len(first), len(rest), rest[-1].at) == (BATCH, 7, f"1-{BATCH + 6}")


async def test_an_entry_that_cannot_be_read_keeps_its_place(inbox: Inbox, store: Store) -> None:
    unreadable = [
        ("letter", "not json"),
        ("letter", '{"letter":"love"}'),
        ("letter", '{"letter":"beat"}'),
        ("parcel", '{"letter":"beat","gateway":"g1"}'),
        ("letter", '{"letter":"beat","gateway":"g1"}', "and", "more"),
        ("letter", b"\xff\xfe"),
    ]
    for fields in unreadable:
        await store.call("XADD", keys.inbox(OFFER), "*", *fields)
    last = await inbox.post(OFFER, BeatLetter("g1"))
    received = await inbox.read(OFFER, "0-0", 0)
    assert [each.letter for each in received] == [None] * 6 + [BeatLetter("g1")]
    assert received[-1].at == last


async def test_a_waiting_reader_wakes_at_once(inbox: Inbox) -> None:
    reading = asyncio.create_task(inbox.read(OFFER, "0-0", 5_000))
    await asyncio.sleep(0.1)
    at = await inbox.post(OFFER, a_choice())
    async with asyncio.timeout(1):
        assert await reading == [Received(at, a_choice())]


async def test_a_waiting_reader_comes_back_with_nothing(inbox: Inbox) -> None:
    async with asyncio.timeout(1):
        assert await inbox.read(OFFER, "0-0", 20) == []


async def test_readers_wait_side_by_side_without_holding_up_writers(inbox: Inbox) -> None:
    readers = [asyncio.create_task(inbox.read(OFFER, "0-0", 5_000)) for _ in range(20)]
    await asyncio.sleep(0.1)
    await inbox.post(OFFER, a_choice())
    async with asyncio.timeout(1):
        assert [len(await reader) for reader in readers] == [1] * 20


async def test_a_reader_that_is_cancelled_leaves_no_answer_to_the_next_caller(
    inbox: Inbox, store: Store
) -> None:
    reading = asyncio.create_task(inbox.read(OFFER, "0-0", 5_000))
    await asyncio.sleep(0.05)
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    await inbox.post(OFFER, a_choice())
    assert await store.call("PING") == b"PONG"


async def test_the_last_letter_is_known_by_its_id(inbox: Inbox) -> None:
    assert await inbox.last(OFFER) == "0-0"
    ids = [await inbox.post(OFFER, a_choice(f"c{n}")) for n in range(2)]
    assert await inbox.last(OFFER) == ids[-1]
