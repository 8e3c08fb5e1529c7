"""One morning in which every kind of event happens: for tests that must see them all."""

from amphi.rules.choosing import commands as c
from amphi.rules.choosing.facts import AmphiFacts, ChoiceStatus, SessionFacts
from amphi.rules.choosing.policy import AmphiPolicy
from amphi.rules.ids import AmphiId, EntryId, OfferId, PersonId, PostNumber
from amphi.rules.refusals import Refusal
from tests.rules.choosing.builders import (
    AMPHI,
    a_post,
    a_session,
    an_amphi,
    an_intern,
    some_posts,
)
from tests.rules.choosing.playing import Play

OTHER = AmphiId("amphi-2")
SECRET = "motif confidentiel"
FOR_ONE = "message pour une seule personne"
FOR_A_SESSION = "message pour une session"
EXTRA = 37


def whole_morning() -> Play:
    """Played to its end; every command is accepted."""
    play = Play()
    for step in (_prepare, _change_the_lists, _tell, _first_turn, _clock, _queue, _end):
        step(play)
    return play


def _first() -> AmphiFacts:
    entries = (an_intern(1, extra_seconds=EXTRA), *(an_intern(rank) for rank in range(2, 7)))
    policy = AmphiPolicy(absent_clock="GRACE 20")
    return an_amphi(*entries, policy=policy, sessions=_sessions())


def _sessions() -> tuple[SessionFacts, ...]:
    return a_session(1, 1, 4), a_session(2, 5, 6)


def _second() -> AmphiFacts:
    entries = (an_intern(1, id="f1"), an_intern(2, id="f2"))
    return an_amphi(*entries, id=OTHER, position=2, policy=AmphiPolicy(auto_start=True))


def _accepted(answer: object) -> None:
    assert not isinstance(answer, Refusal), answer


def _prepare(play: Play) -> None:
    posts = (*some_posts(6), a_post("R1", reserved_for=("X1",)))
    _accepted(play.operator(c.Validate(facts=_first(), posts=posts, reason=SECRET)))
    _accepted(play.operator(c.Validate(facts=_second(), posts=()), amphi=OTHER))
    _accepted(play.operator(c.Publish(reason=SECRET)))
    _accepted(play.operator(c.Publish(), amphi=OTHER))


def _change_the_lists(play: Play) -> None:
    entries = _first().entries
    _accepted(play.operator(c.Reschedule(sessions=_sessions(), reason=SECRET)))
    _accepted(play.operator(c.ReplaceOffer(posts=some_posts(8), reason=SECRET)))
    _accepted(
        play.operator(c.ReplaceCallList(entries=entries, sessions=_sessions(), reason=SECRET))
    )
    _accepted(play.operator(c.SetExtraTime(EntryId("e3"), 11, reason=SECRET)))
    _accepted(play.operator(c.SetAbsence(EntryId("e6"), expected=True, reason=SECRET)))
    status = ChoiceStatus.SURNOMBRE_NON_VALIDANT
    decided = c.DecideStatusRequest(
        EntryId("e4"), accepted=True, choice_status=status, reason=SECRET
    )
    _accepted(play.operator(decided))
    _accepted(play.intern("person-e5", c.GrantProxy("grant-1")))
    _accepted(play.intern("person-holder", c.AcceptProxy("grant-1")))
    _accepted(play.intern("person-e5", c.CancelProxy()))


def _tell(play: Play) -> None:
    _accepted(play.operator(c.PostNotice("Bonjour à tous.")))
    _accepted(play.operator(c.PostNotice(FOR_A_SESSION, to="session:1")))
    _accepted(play.operator(c.PostNotice(FOR_ONE, to="entry:e2")))


def _first_turn(play: Play) -> None:
    _accepted(play.operator(c.Start()))
    _accepted(play.wait(1_000))  # the other amphi's planned time has come, and it is not its turn
    _accepted(play.intern("person-e1", c.Help()))
    _accepted(play.operator(c.LowerFlag(EntryId("e1"))))
    _accepted(play.arrive("person-e1"))
    _accepted(play.operator(c.Pause("Question d'un interne")))
    _accepted(play.operator(c.WithdrawPost(PostNumber("P8"), reason=SECRET)))
    _accepted(play.operator(c.AddPost(a_post("N1"), reason=SECRET)))
    _accepted(play.operator(c.Resume(reason=SECRET)))


def _clock(play: Play) -> None:
    turn = play.amphi.turn
    assert turn is not None
    _accepted(play.engine(c.HoldTurn(turn.id, charged_ms=1_000)))
    _accepted(play.engine(c.ReleaseTurn(turn.id)))
    _accepted(play.engine(c.CreditTurns(600)))
    _accepted(play.engine(c.Freeze("redis", charged={turn.id: 2_000})))
    _accepted(play.engine(c.Thaw(credit_ms=5_000)))
    _accepted(play.wait(88_000))  # the ordinary time is over
    _accepted(play.operator(c.AddTime(60, reason=SECRET)))
    _accepted(play.operator(c.RestartTurn(reason=SECRET)))
    _accepted(play.intern("person-e1", c.Choose(turn.id, PostNumber("P1"))))


def _queue(play: Play) -> None:
    _accepted(play.wait(20_000))  # nobody has come for e2
    _accepted(play.operator(c.EndTurn(reason=SECRET)))  # e3
    _accepted(play.engine(c.MarkServedElsewhere(EntryId("e3"), OfferId("offer-9")), amphi=AMPHI))
    _accepted(play.arrive("person-e2"))
    _accepted(play.leave("person-e2"))
    _accepted(play.operator(c.Place(EntryId("e2"), reason=SECRET)))
    _accepted(play.operator(c.Exclude(EntryId("e5"), reason=SECRET)))
    _accepted(play.operator(c.Restore(EntryId("e5"), reason=SECRET)))
    turn = play.amphi.turn
    assert turn is not None
    assert turn.entry == "e4"
    _accepted(play.operator(c.ChooseFor(EntryId("e4"), PostNumber("P1"), reason=SECRET)))


def _end(play: Play) -> None:
    _accepted(play.wait(20_000))  # nobody has come for e2, again
    _accepted(play.operator(c.Rectify(EntryId("e1"), reason=SECRET, post=PostNumber("P2"))))
    asked = play.amphi.rectifications[0].id
    another = PersonId("person-operator-2")
    _accepted(play.operator(c.ApproveRectification(asked), person=another))
    _accepted(play.operator(c.Start()))
    _accepted(play.wait(20_000))  # nobody has come for e5
    _accepted(play.operator(c.Close(reason=SECRET)))
