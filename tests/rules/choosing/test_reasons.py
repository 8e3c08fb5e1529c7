"""Gestures are "all journaled with who, when, why" (live-rules.md §8), and others never read why."""

from amphi.rules.choosing import commands as c
from amphi.rules.choosing import events as e
from amphi.rules.choosing.public import visible
from amphi.rules.choosing.views import Audience
from amphi.rules.ids import EntryId
from amphi.rules.refusals import Refusal
from tests.rules.choosing.builders import AMPHI, OPERATOR, an_intern
from tests.rules.choosing.playing import Play, running_play

WHY = "Appel de l'interne"


def first(play: Play, order: c.AnyOrder) -> e.AnyEvent:
    answer = play.operator(order)
    assert not isinstance(answer, Refusal), answer
    return answer[0].event


def heard(play: Play, event: e.AnyEvent, audience: Audience) -> str:
    return str(visible(event, play.state, AMPHI, audience))


def test_who_ends_a_turn_says_why_to_the_other_operators_alone() -> None:
    play = running_play(an_intern(1), an_intern(2))
    missed = first(play, c.EndTurn(reason=WHY))
    assert isinstance(missed, e.TurnMissed)
    assert (missed.operator, missed.reason, missed.why) == (OPERATOR, "ended_by_operator", WHY)
    assert WHY in heard(play, missed, Audience.OPERATOR)
    assert WHY not in heard(play, missed, Audience.PARTICIPANT)


def test_who_lowers_a_flag_may_say_why() -> None:
    play = running_play(an_intern(1), an_intern(2))
    play.intern("person-e2", c.Help())
    lowered = first(play, c.LowerFlag(EntryId("e2"), WHY))
    assert isinstance(lowered, e.FlagLowered)
    assert (lowered.operator, lowered.reason) == (OPERATOR, WHY)


def test_who_cancels_a_proxy_says_why_and_the_grantor_need_not() -> None:
    play = running_play(an_intern(1), an_intern(2), an_intern(3))
    for person, proxy in (("person-e2", "g2"), ("person-e3", "g3")):
        play.intern(person, c.GrantProxy(proxy))
    cancelled = first(play, c.CancelProxy(EntryId("e2"), WHY))
    assert isinstance(cancelled, e.ProxyCancelled)
    assert (cancelled.operator, cancelled.reason) == (OPERATOR, WHY)
    taken_back = play.intern("person-e3", c.CancelProxy(reason="typed by hand"))
    assert not isinstance(taken_back, Refusal)
    (event,) = (each.event for each in taken_back)
    assert isinstance(event, e.ProxyCancelled)
    assert (event.operator, event.reason) == (None, "")
