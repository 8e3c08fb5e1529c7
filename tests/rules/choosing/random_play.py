"""Random mornings for property tests: any order at any moment, by anybody, people come and go.

Drawn from a seed rather than by strategies: whole mornings need variety more than shrinking.
"""

from collections.abc import Callable
from random import Random
from typing import Any

from amphi.rules.choosing import commands as c
from amphi.rules.choosing.facts import AmphiFacts, ChoiceStatus, EntryFacts
from amphi.rules.choosing.policy import AmphiPolicy
from amphi.rules.choosing.state import RunningTurn
from amphi.rules.ids import AmphiId, EntryId, OfferId, PersonId, PostNumber
from tests.rules.choosing.builders import (
    AMPHI,
    a_post,
    a_session,
    an_amphi,
    an_intern,
    some_posts,
)
from tests.rules.choosing.playing import Play
from tests.rules.choosing.story import EXTRA, FOR_A_SESSION, FOR_ONE, OTHER, SECRET

AMPHIS = (AMPHI, OTHER)
LETTERS = {AMPHI: "e", OTHER: "f"}
OPERATORS = ("person-operator", "person-operator-2")
SESSIONS = (a_session(1, 1, 3), a_session(2, 4, 5))
POSTS = (*some_posts(6), a_post("R1", reserved_for=("X1",)))
NOTICES = (("À tous", "all"), (FOR_A_SESSION, "session:1"), (FOR_ONE, "entry:{}"))
INSTANTS = (1, 1_000, 20_000, 90_000, 91_000, 128_000)

Orders = Callable[[Random, EntryId, PostNumber], list[c.AnyOrder]]


def random_play(seed: int, steps: int = 150) -> Play:
    """One or two amphis on one offer, validated, published, and then anything."""
    random = Random(seed)
    play = Play()
    for amphi in AMPHIS[: random.choice((1, 2))]:
        play.operator(c.Validate(facts=_facts(random, amphi), posts=POSTS), amphi)
        play.operator(c.Publish(reason=SECRET), amphi)
    for _ in range(steps):
        _STEPS[random.choices(range(len(_STEPS)), _WEIGHTS)[0]](random, play)
    return play


def _facts(random: Random, amphi: AmphiId) -> AmphiFacts:
    policy = AmphiPolicy(
        absent_clock=random.choice(["FULL", "SKIP", "GRACE 20"]),
        pause_resumes=random.choice(["REMAINING", "FULL"]),
        late_order=random.choice(["RANK", "ARRIVAL"]),
        ahead_counts=random.choice(["ALL", "PRESENT"]),
        max_surnombre_per_service=random.choice([None, 1]),
        auto_start=random.random() < 0.3,
        parallel=random.random() < 0.5,
    )
    position = AMPHIS.index(amphi) + 1
    entries = _interns(random, amphi)
    return an_amphi(*entries, id=amphi, position=position, policy=policy, sessions=SESSIONS)


def _interns(random: Random, amphi: AmphiId) -> tuple[EntryFacts, ...]:
    return tuple(
        an_intern(
            rank,
            id=f"{LETTERS[amphi]}{rank}",
            choice_status=random.choice([ChoiceStatus.STANDARD, *ChoiceStatus]),
            extra_seconds=random.choice([0, EXTRA]),
            expected_absence=random.random() < 0.1,
        )
        for rank in range(1, 6)
    )


def _operators_orders(r: Random, e: EntryId, p: PostNumber) -> list[c.AnyOrder]:
    return [
        c.Start(),
        c.Start(),
        c.Pause(reason="Pause visible"),
        c.Resume(reason=SECRET),
        c.Resume(reason=SECRET),
        c.Close(reason=SECRET),
        c.AddTime(60, reason=SECRET),
        c.RestartTurn(reason=SECRET),
        c.EndTurn(reason=SECRET),
        c.Place(e, reason=SECRET),
        c.Exclude(e, reason=SECRET),
        c.Restore(e, reason=SECRET),
        c.SetAbsence(e, expected=r.random() < 0.5, reason=SECRET),
        c.SetExtraTime(e, r.choice([0, EXTRA]), reason=SECRET),
        c.DecideStatusRequest(e, r.random() < 0.8, r.choice([*ChoiceStatus]), SECRET),
        c.ChooseFor(e, p, reason=SECRET),
        c.WithdrawPost(p, reason=SECRET),
        c.AddPost(a_post(f"N{r.randrange(9)}"), reason=SECRET),
        c.Rectify(e, reason=SECRET, post=r.choice([None, p])),
        c.LowerFlag(e),
        c.CancelProxy(e),
        c.Reschedule(sessions=SESSIONS, reason=SECRET),
        c.ReplaceOffer(posts=POSTS, reason=SECRET),
        c.PostNotice(*_notice(r, e)),
    ]


def _persons_orders(r: Random, e: EntryId, p: PostNumber) -> list[c.AnyOrder]:
    return [
        c.Ready(),
        c.Help(),
        c.GrantProxy(f"grant-{r.randrange(3)}"),
        c.AcceptProxy(f"grant-{r.randrange(3)}"),
        c.CancelProxy(),
    ]


def _notice(random: Random, entry: EntryId) -> tuple[str, str]:
    text, to = random.choice(NOTICES)
    return text, to.format(entry)


def _amphi(random: Random, play: Play) -> AmphiId:
    return random.choice([*play.state.amphis])


def _entry(random: Random, amphi: AmphiId) -> EntryId:
    return EntryId(f"{LETTERS[amphi]}{random.randint(1, 5)}")


def _person(random: Random, amphi: AmphiId) -> str:
    return random.choice([f"person-{_entry(random, amphi)}", "person-holder"])


def _order(random: Random, amphi: AmphiId, orders: Orders) -> c.AnyOrder:
    post = random.choice(POSTS).number
    return random.choice(orders(random, _entry(random, amphi), post))


def _operates(random: Random, play: Play) -> None:
    amphi = _amphi(random, play)
    order = _order(random, amphi, _operators_orders)
    play.operator(order, amphi, PersonId(random.choice(OPERATORS)))


def _asks(random: Random, play: Play) -> None:
    amphi = _amphi(random, play)
    play.intern(_person(random, amphi), _order(random, amphi, _persons_orders), amphi)


def _chooses(random: Random, play: Play) -> None:
    amphi = play.state.amphis[_amphi(random, play)]
    if amphi.turn is not None:
        chooser = amphi.entries[amphi.turn.entry].chooser or PersonId("person-holder")
        post = random.choice(POSTS).number
        play.intern(chooser, c.Choose(amphi.turn.id, post), amphi.id)


def _passes_time(random: Random, play: Play) -> None:
    play.wait(random.choice(INSTANTS))


def _comes(random: Random, play: Play) -> None:
    play.arrive(_person(random, _amphi(random, play)))


def _goes(random: Random, play: Play) -> None:
    play.leave(_person(random, _amphi(random, play)))


def _approves(random: Random, play: Play) -> None:
    amphi = play.state.amphis[_amphi(random, play)]
    for asked in amphi.rectifications[:1]:
        order = c.ApproveRectification(asked.id)
        play.operator(order, amphi.id, PersonId(random.choice(OPERATORS)))


def _freezes(random: Random, play: Play) -> None:
    """Something may be asked meanwhile; it thaws in the end."""
    play.engine(c.Freeze(cause="redis", charged={}))
    _operates(random, play)
    play.now += 3_000
    play.engine(c.Thaw(credit_ms=3_000))


def _holds_the_clock(random: Random, play: Play) -> None:
    turn = play.state.amphis[_amphi(random, play)].turn
    if isinstance(turn, RunningTurn):
        play.engine(c.HoldTurn(turn.id, charged_ms=turn.charged_ms(play.now)))
    elif turn is not None:
        play.engine(c.ReleaseTurn(turn.id))


def _elsewhere(random: Random, play: Play) -> None:
    amphi = _amphi(random, play)
    play.engine(c.MarkServedElsewhere(_entry(random, amphi), OfferId("offer-9")), amphi)


def _stalls(random: Random, play: Play) -> None:
    play.engine(c.CreditTurns(random.randint(501, 2_000)))


_WEIGHED: dict[Callable[[Random, Play], Any], int] = {
    _operates: 12,
    _asks: 4,
    _chooses: 6,
    _passes_time: 6,
    _comes: 4,
    _goes: 2,
    _approves: 2,
    _freezes: 1,
    _holds_the_clock: 1,
    _elsewhere: 1,
    _stalls: 1,
}
_STEPS, _WEIGHTS = tuple(_WEIGHED), tuple(_WEIGHED.values())
