"""When the conductor must look next, and that nothing happens before."""

from typing import Any

from amphi.rules.choosing import commands as c
from amphi.rules.choosing.clockwork import next_instant, turn_ends
from amphi.rules.choosing.decide import decide
from amphi.rules.choosing.policy import AmphiPolicy
from amphi.rules.refusals import Refusal
from tests.rules.choosing.builders import (
    AMPHI,
    NINE_O_CLOCK,
    a_session,
    an_amphi,
    an_intern,
    some_posts,
)
from tests.rules.choosing.playing import Play


def a_morning(extra: int = 0, to_rank: int = 2, **policy: Any) -> Play:
    """Nobody is here; started unless it starts by itself."""
    play = Play(now=NINE_O_CLOCK - 60_000)
    interns = (an_intern(1, extra_seconds=extra), an_intern(2))
    facts = an_amphi(*interns, sessions=(a_session(to_rank=to_rank),), policy=AmphiPolicy(**policy))
    steps: list[c.AnyOrder] = [c.Validate(facts=facts, posts=some_posts(3)), c.Publish()]
    if not policy.get("auto_start"):
        steps.append(c.Start())
    for order in steps:
        assert not isinstance(play.operator(order), Refusal)
    return play


def until_the_next(play: Play) -> int:
    instant = next_instant(play.state)
    assert instant is not None
    return instant - play.now


def test_a_turn_is_looked_at_when_deadline_and_grace_are_over() -> None:
    play = a_morning()
    assert until_the_next(play) == 91_000
    assert turn_ends(play.state) == {AMPHI: play.now + 91_000}
    assert play.wait(90_999) == ()
    assert play.wait(1) != ()


def test_an_absent_persons_turn_sooner() -> None:
    play = a_morning(absent_clock="GRACE 20")
    assert until_the_next(play) == 20_000
    play.arrive("person-e1")
    assert until_the_next(play) == 91_000


def test_no_absence_is_waited_for_while_presence_is_unknown() -> None:
    """Nobody is absent then: a tick at that instant would have nothing to do, again and again."""
    play = a_morning(absent_clock="GRACE 20")
    assert until_the_next(play) == 20_000
    instant = next_instant(play.state, presence_known=False)
    assert instant == play.now + 91_000
    tick = c.Command("engine", c.Tick())
    assert decide(play.state, tick, play.now + 20_000, c.Presence(known=False)) == ()


def test_extra_time_where_the_ordinary_time_ends() -> None:
    play = a_morning(extra=30)
    assert until_the_next(play) == 90_000
    play.wait(90_000)
    assert until_the_next(play) == 31_000


def test_a_planned_start_when_it_comes_and_each_minute_while_it_is_held_back() -> None:
    play = a_morning(to_rank=1, auto_start=True)
    assert until_the_next(play) == 60_000
    assert play.wait(60_000) != ()
    assert until_the_next(play) == 60_000


def test_never_while_the_clock_stands_still() -> None:
    play = a_morning()
    play.operator(c.Pause("une question"))
    assert next_instant(play.state) is None
    assert turn_ends(play.state) == {}
    play.operator(c.Resume())
    play.engine(c.Freeze("redis", {}))
    assert next_instant(play.state) is None
