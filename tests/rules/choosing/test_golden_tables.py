"""The two tables of live-rules.md, as data: latecomers (§3) and surnombre (§5)."""

from typing import NamedTuple

import pytest

from amphi.rules.choosing import commands as c
from amphi.rules.choosing.facts import ChoiceStatus, EntryFacts, Post
from amphi.rules.choosing.policy import AmphiPolicy
from amphi.rules.choosing.queue import upcoming
from amphi.rules.choosing.state import Phase
from amphi.rules.ids import DesCode, EntryId, PostNumber
from amphi.rules.refusals import Refusal
from tests.rules.choosing.builders import a_post, an_amphi, an_intern, some_posts
from tests.rules.choosing.playing import Play

C = ChoiceStatus.STANDARD
V = ChoiceStatus.SURNOMBRE_VALIDANT
NV = ChoiceStatus.SURNOMBRE_NON_VALIDANT


def a_play(interns: list[EntryFacts], posts: tuple[Post, ...], here: set[int]) -> Play:
    """Started, with those of `here` present."""
    play = Play()
    facts = an_amphi(*interns, policy=AmphiPolicy(absent_clock="SKIP"))
    play.here = {each.person for each in interns if each.call_rank in here}
    for order in (c.Validate(facts=facts, posts=posts), c.Publish(), c.Start()):
        assert not isinstance(play.operator(order), Refusal)
    return play


def chooses(play: Play, post: str) -> None:
    turn = play.amphi.turn
    assert turn is not None
    person = play.amphi.entries[turn.entry].facts.person
    assert not isinstance(play.intern(person, c.Choose(turn.id, PostNumber(post))), Refusal)


# --- §3: who comes when -----------------------------------------------------


class Queue(NamedTuple):
    """Ranks 1 and 2 have chosen; `away` missed; `at` has the turn; who connects; the queue then."""

    last: int
    away: tuple[int, ...]
    at: int
    connects: tuple[int, ...]
    queue: tuple[int, ...]


LATECOMERS = [
    Queue(8, (4,), 6, (), (6, 7, 8)),
    Queue(8, (4,), 6, (4,), (6, 4, 7, 8)),
    Queue(8, (3, 4), 6, (4, 3), (6, 3, 4, 7, 8)),
    Queue(9, (4,), 9, (4,), (9, 4)),
]


def played(row: Queue) -> Play:
    interns = [an_intern(rank) for rank in range(1, row.last + 1)]
    here = set(range(1, row.last + 1)) - set(row.away)
    play = a_play(interns, some_posts(row.last), here)
    for rank in sorted(here):
        if rank < row.at:
            chooses(play, f"P{rank}")
    for rank in row.connects:
        play.arrive(an_intern(rank).person)
    return play


@pytest.mark.parametrize("row", LATECOMERS)
def test_latecomers_stand_where_the_table_says(row: Queue) -> None:
    play = played(row)
    assert upcoming(play.amphi) == [EntryId(f"e{rank}") for rank in row.queue]


def test_behind_the_last_rank_the_session_goes_on_for_a_latecomer() -> None:
    play = played(LATECOMERS[3])
    chooses(play, "P9")
    assert (play.amphi.phase, upcoming(play.amphi)) == (Phase.RUNNING, [EntryId("e4")])
    chooses(play, "P4")
    assert play.amphi.phase is Phase.CATCH_UP


def test_paused_at_six_a_latecomer_is_placed_with_no_clock_until_the_resume() -> None:
    play = played(Queue(7, (4,), 6, (), (6, 7)))
    play.operator(c.Pause("une question"))
    play.arrive(an_intern(4).person)
    assert upcoming(play.amphi) == [EntryId(each) for each in ("e6", "e4", "e7")]
    assert play.wait(3_600_000) == ()


def test_closed_a_latecomer_is_refused() -> None:
    play = played(Queue(5, (4,), 5, (), (5,)))
    chooses(play, "P5")
    assert not isinstance(play.operator(c.Close()), Refusal)
    play.arrive(an_intern(4).person)
    refused = play.intern(an_intern(4).person, c.Ready())
    assert isinstance(refused, Refusal)
    assert refused.code == "amphi_closed"


# --- §5: who may sit where --------------------------------------------------


class Seats(NamedTuple):
    """Choices in this order (rank, type of choice, post); what the last one meets (None: a seat)."""

    row: int
    choices: tuple[tuple[int, ChoiceStatus, str], ...]
    code: str | None


SURNOMBRE = [
    Seats(1, ((1, C, "P1"), (2, V, "P1")), "surnombre_not_allowed"),
    Seats(2, ((1, V, "P1"), (2, C, "P1")), None),
    Seats(3, ((4, C, "P1"), (3, V, "P1")), None),
    Seats(4, ((1, C, "P1"), (5, NV, "P1")), None),
    Seats(5, ((1, NV, "P2"),), None),
    Seats(6, ((1, V, "P3"),), "post_reserved"),
]


@pytest.mark.parametrize("row", SURNOMBRE, ids=[f"row-{each.row}" for each in SURNOMBRE])
def test_surnombre_interns_sit_where_the_table_says(row: Seats) -> None:
    """Whoever chooses earlier with a higher rank is here first, the other comes late."""
    interns = [
        an_intern(rank, choice_status=status, des=DesCode("Y")) for rank, status, _ in row.choices
    ]
    posts = (a_post("P1"), a_post("P2"), a_post("P3", reserved_for=(DesCode("X"),)))
    play = a_play(sorted(interns, key=lambda each: each.call_rank), posts, set())
    answers = [_comes_and_chooses(play, rank, post) for rank, _, post in row.choices]
    assert answers[:-1] == [None] * (len(answers) - 1)
    assert answers[-1] == row.code


def _comes_and_chooses(play: Play, rank: int, post: str) -> str | None:
    person = an_intern(rank).person
    play.arrive(person)
    turn = play.amphi.turn
    assert turn is not None
    answer = play.intern(person, c.Choose(turn.id, PostNumber(post)))
    return answer.code if isinstance(answer, Refusal) else None


def test_a_post_with_a_surnombre_alone_is_free_and_one_with_both_has_both() -> None:
    interns = [an_intern(1, choice_status=V), an_intern(2)]
    play = a_play(interns, some_posts(1), {1, 2})
    chooses(play, "P1")
    assert play.state.seats[PostNumber("P1")].standard is None
    chooses(play, "P1")
    seat = play.state.seats[PostNumber("P1")]
    assert (seat.standard, seat.surnombre) == ("e2", ("e1",))
