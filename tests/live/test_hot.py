"""What lobby pages read without folding a journal."""

from amphi.live.hot import hot_of
from amphi.rules.choosing import commands as c
from amphi.rules.choosing.state import Phase
from amphi.rules.ids import AmphiId, EntryId, PersonId, PostNumber
from amphi.site.amphis import ahead_of_each
from tests.rules.choosing.builders import AMPHI, an_amphi, an_intern, an_offer
from tests.rules.choosing.playing import Play

OTHER = AmphiId("amphi-2")


def a_latecomer_of_the_earlier_amphi_chooses() -> Play:
    """e1 came back to the first amphi, which is caught up, while f1 was choosing in the second."""
    earlier = an_amphi(an_intern(1), an_intern(2))
    later = an_amphi(*(an_intern(rank, id=f"f{rank}") for rank in (1, 2, 3)), id=OTHER, position=2)
    play = Play(an_offer(earlier, later, phase=Phase.OPEN))
    play.here = {PersonId(f"person-{each}") for each in ("e2", "f1", "f2", "f3")}
    play.operator(c.Start())
    play.wait(91_000)
    play.choose("P1")
    play.operator(c.Start(), OTHER)
    play.arrive("person-e1")
    turn = play.state.amphis[OTHER].turn
    assert turn is not None
    play.intern("person-f1", c.Choose(turn.id, PostNumber("P2")), OTHER)
    return play


def test_those_ahead_in_another_amphi_of_the_offer_are_counted() -> None:
    play = a_latecomer_of_the_earlier_amphi_chooses()
    assert play.amphi.turn is not None
    assert play.amphi.turn.entry == "e1"
    hot = hot_of(play.state)
    assert (hot.amphis[AMPHI]["before"], hot.amphis[OTHER]["before"]) == (0, 1)
    assert ahead_of_each(hot.queue[AMPHI], hot.amphis[AMPHI]) == {"e1": 0}
    assert ahead_of_each(hot.queue[OTHER], hot.amphis[OTHER]) == {"f2": 1, "f3": 2}


def test_whoever_has_the_turn_has_nobody_ahead() -> None:
    card = {"turn": "e1", "before": 3}
    queue = [EntryId("e1"), EntryId("e2")]
    assert ahead_of_each(queue, card) == {"e1": 0, "e2": 4}
    assert ahead_of_each(queue, {}) == {"e1": 0, "e2": 1}
