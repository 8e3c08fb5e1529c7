"""A turn with extra time as others see it (live-rules.md §2, decisions/prolonged-turns.md)."""

import pytest

from amphi.rules.choosing import commands as c
from amphi.rules.choosing.views import Audience, view
from amphi.rules.ids import EntryId
from tests.rules.choosing.builders import AMPHI, an_intern
from tests.rules.choosing.playing import Play, running_play

PUBLIC, OPERATORS = Audience.PUBLIC, Audience.OPERATOR
OTHERS = (PUBLIC, Audience.PARTICIPANT)


def a_turn_with_extra_time() -> Play:
    return running_play(an_intern(1, extra_seconds=30), an_intern(2))


@pytest.mark.parametrize("audience", OTHERS)
def test_others_are_shown_the_ordinary_deadline_then_prolonged(audience: Audience) -> None:
    play = a_turn_with_extra_time()
    ordinary = {"seconds": 90, "deadline": "2026-10-06T07:01:30.000Z"}
    turn = view(play.state, AMPHI, audience)["turn"]
    assert turn.items() >= ordinary.items()
    play.wait(89_999)
    assert "prolonged" not in view(play.state, AMPHI, audience)["turn"]
    play.wait(1)
    turn = view(play.state, AMPHI, audience)["turn"]
    assert turn.items() >= (ordinary | {"prolonged": True}).items()


def test_operators_see_the_true_deadline() -> None:
    turn = view(a_turn_with_extra_time().state, AMPHI, OPERATORS)["turn"]
    assert turn["seconds"] == 120
    assert turn["deadline"] == "2026-10-06T07:02:00.000Z"


def test_while_paused_others_are_shown_what_is_left_of_the_ordinary_time() -> None:
    play = a_turn_with_extra_time()
    play.wait(30_000)
    play.operator(c.Pause())
    assert view(play.state, AMPHI, PUBLIC)["turn"]["remaining_ms"] == 60_000
    assert view(play.state, AMPHI, OPERATORS)["turn"]["remaining_ms"] == 90_000


def test_a_prolonged_turn_stays_so_through_a_pause_with_no_ordinary_time_left() -> None:
    play = a_turn_with_extra_time()
    play.wait(100_000)
    play.operator(c.Pause())
    turn = view(play.state, AMPHI, PUBLIC)["turn"]
    assert turn["remaining_ms"] == 0
    assert turn["prolonged"] is True
    play.operator(c.Resume())
    assert view(play.state, AMPHI, PUBLIC)["turn"]["prolonged"] is True


def test_time_added_is_ordinary_time_again_until_it_is_over() -> None:
    play = a_turn_with_extra_time()
    play.wait(90_000)
    play.operator(c.AddTime(60))
    assert "prolonged" not in view(play.state, AMPHI, PUBLIC)["turn"]
    play.wait(60_000)
    assert view(play.state, AMPHI, PUBLIC)["turn"]["prolonged"] is True


def test_extra_time_set_during_a_turn_does_not_move_what_others_see_of_it() -> None:
    play = a_turn_with_extra_time()
    before = view(play.state, AMPHI, PUBLIC)
    play.operator(c.SetExtraTime(EntryId("e1"), 0))
    assert view(play.state, AMPHI, PUBLIC) == before
