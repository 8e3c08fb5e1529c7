"""What gateways and HTTP programs hear of an offer."""

import asyncio
from contextlib import aclosing

import pytest

from amphi.live.letters import CommandLetter
from amphi.live.notes import AnswerNote, Note, PresenceAsked
from amphi.live_store.connection import Store
from amphi.live_store.feed import Feed
from amphi.live_store.inbox import Inbox
from amphi.live_store.voice import Voice
from tests.live_store.builders import (
    OFFER,
    a_beat,
    a_choice,
    a_commit,
    a_publication,
    an_answer,
)


class ConductorThatAnswersWhilePosting(Inbox):
    """The answer is in the feed before the sender has even learnt that its letter arrived."""

    def __init__(self, store: Store, voice: Voice, *notes: Note) -> None:
        super().__init__(store)
        self.voice = voice
        self.notes = notes

    async def post(self, offer, letter):  # type: ignore[no-untyped-def]
        at = await super().post(offer, letter)
        await self.voice.publish(a_publication(*self.notes, answered=at))
        return at


async def answers_to(conductor: Inbox, voice: Voice, *answers: AnswerNote) -> None:
    """A conductor that waits for one letter, then says all this."""
    received = await conductor.read(OFFER, "0-0", 1_000)
    await voice.publish(a_publication(*answers, answered=received[-1].at))


async def test_a_follower_hears_what_is_there_and_then_what_comes(voice: Voice, feed: Feed) -> None:
    await voice.publish(a_publication(a_commit(1), a_commit(2)))
    async with aclosing(feed.follow(OFFER, "1-0")) as notes:
        assert await anext(notes) == ("2-0", a_commit(2))
        coming = asyncio.ensure_future(anext(notes))
        await asyncio.sleep(0.1)
        await voice.publish(a_publication(a_commit(3)))
        async with asyncio.timeout(1):
            assert await coming == ("3-0", a_commit(3))


async def test_a_silent_feed_is_waited_for(voice: Voice, feed: Feed) -> None:
    await voice.publish(a_publication(a_commit(1)))
    async with aclosing(feed.follow(OFFER, "1-0")) as notes:
        coming = asyncio.ensure_future(anext(notes))
        await asyncio.sleep(1.2)  # longer than one blocking read
        await voice.publish(a_publication(a_beat()))
        async with asyncio.timeout(1):
            assert await coming == ("1-1", a_beat())


async def test_an_emptied_feed_is_waited_for_until_it_is_rebuilt(
    voice: Voice, feed: Feed, store: Store
) -> None:
    await voice.publish(a_publication(a_commit(1), a_beat()))
    async with aclosing(feed.follow(OFFER, "1-1")) as notes:
        coming = asyncio.ensure_future(anext(notes))
        await store.call("FLUSHALL")
        await asyncio.sleep(1.2)
        await voice.rebuild(a_publication(PresenceAsked(1, "reset")), last_seq=1)
        async with asyncio.timeout(1):
            assert (await coming)[1] == PresenceAsked(1, "reset")


async def test_the_tail_of_an_empty_feed_lies_before_everything(feed: Feed) -> None:
    assert await feed.tail(OFFER) == "0-0"


async def test_who_asks_is_answered(voice: Voice, feed: Feed, inbox: Inbox) -> None:
    conductor = asyncio.create_task(answers_to(inbox, voice, an_answer("c1")))
    assert await feed.ask(OFFER, a_choice("c1")) == an_answer("c1")
    await conductor


async def test_an_answer_that_comes_before_the_asker_reads_is_found(
    store: Store, voice: Voice
) -> None:
    await voice.publish(a_publication(a_commit(1)))
    quick = ConductorThatAnswersWhilePosting(store, voice, a_commit(2), an_answer("c1", seq=2))
    assert await Feed(store, quick).ask(OFFER, a_choice("c1")) == an_answer("c1", seq=2)


async def test_answers_to_other_people_and_other_commands_are_passed_over(
    voice: Voice, feed: Feed, inbox: Inbox
) -> None:
    others = an_answer("c1", person="gervaise"), an_answer("c0"), an_answer("c1", seq=7)
    conductor = asyncio.create_task(answers_to(inbox, voice, *others))
    assert await feed.ask(OFFER, a_choice("c1")) == an_answer("c1", seq=7)
    await conductor


async def test_an_answer_given_before_is_not_taken_for_this_one(voice: Voice, feed: Feed) -> None:
    await voice.publish(a_publication(an_answer("c1")))
    assert await feed.ask(OFFER, a_choice("c1"), seconds=0.1) is None


async def test_hundreds_may_ask_at_once(feed: Feed, inbox: Inbox, voice: Voice) -> None:
    asked = [asyncio.create_task(feed.ask(OFFER, a_choice(f"c{n}"))) for n in range(300)]
    read_up_to, waiting = "0-0", len(asked)
    while waiting:
        received = await inbox.read(OFFER, read_up_to, 1_000)
        read_up_to = received[-1].at if received else read_up_to
        waiting -= len(received)
        letters = [each.letter for each in received if isinstance(each.letter, CommandLetter)]
        await voice.publish(a_publication(*(an_answer(letter.id) for letter in letters)))
    assert [await answer for answer in asked] == [an_answer(f"c{n}") for n in range(300)]


async def test_who_gets_no_answer_in_time_learns_that_it_is_unknown(
    feed: Feed, inbox: Inbox
) -> None:
    assert await feed.ask(OFFER, a_choice("c1"), seconds=0.1) is None
    assert [each.letter for each in await inbox.read(OFFER, "0-0", 0)] == [a_choice("c1")]


@pytest.mark.parametrize(
    ("letter", "times"),
    [(a_choice("c1"), 2), (a_choice("c1", role="operator", name="pause"), 1)],
    ids=["an intern's is", "an operator's is not"],
)
async def test_a_command_unanswered_at_a_reset_is_sent_again(
    letter: CommandLetter, times: int, store: Store, voice: Voice, inbox: Inbox
) -> None:
    asking = Feed(store, ConductorThatAnswersOnlyTheSecond(store, voice))
    answer = await asking.ask(OFFER, letter, seconds=0.3)
    assert (answer is not None) is (times == 2)
    assert [each.letter for each in await inbox.read(OFFER, "0-0", 0)] == [letter] * times


class ConductorThatAnswersOnlyTheSecond(Inbox):
    """Asks for presence after the first letter, as after a reset."""

    def __init__(self, store: Store, voice: Voice) -> None:
        super().__init__(store)
        self.voice = voice
        self.notes: list[Note] = [PresenceAsked(1, "reset"), an_answer("c1")]

    async def post(self, offer, letter):  # type: ignore[no-untyped-def]
        at = await super().post(offer, letter)
        await self.voice.publish(a_publication(self.notes.pop(0)))
        return at
