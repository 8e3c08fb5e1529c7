"""An amphi declared first but validated last stops nobody who has begun (live-rules.md §11)."""

from amphi.rules.choosing import commands as c
from amphi.rules.choosing.state import Phase
from amphi.rules.ids import AmphiId
from amphi.rules.refusals import Refusal
from tests.rules.choosing.builders import AMPHI, a_session, an_amphi, an_intern, some_posts
from tests.rules.choosing.playing import Play

LATER = AmphiId("amphi-2")


def test_who_has_begun_goes_on_although_an_earlier_amphi_is_validated_meanwhile() -> None:
    """Or each would wait for the other, for ever."""
    play = Play()
    sessions = (a_session(1, 1, 1), a_session(2, 2, 2))
    interns = (an_intern(1, id="f1"), an_intern(2, id="f2"))
    later = an_amphi(*interns, id=LATER, position=2, sessions=sessions)
    for order in (c.Validate(facts=later, posts=some_posts(4)), c.Publish(), c.Start()):
        assert not isinstance(play.operator(order, LATER), Refusal)
    play.wait(91_000)
    assert play.state.amphis[LATER].phase is Phase.BETWEEN_SESSIONS
    earlier = an_amphi(an_intern(1), position=1, sessions=(a_session(1, 1, 1),))
    for order in (c.Validate(facts=earlier), c.Publish()):
        assert not isinstance(play.operator(order, AMPHI), Refusal)
    refused = play.operator(c.Start(), AMPHI)
    assert isinstance(refused, Refusal)
    assert refused.code == "another_amphi_running"
    assert not isinstance(play.operator(c.Start(), LATER), Refusal)
    play.wait(91_000)
    assert play.state.amphis[LATER].phase is Phase.CATCH_UP
    assert not isinstance(play.operator(c.Start(), AMPHI), Refusal)
