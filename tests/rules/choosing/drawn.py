"""Offers and orders drawn at random for the comparison with the naive model: likely ones first."""

from typing import Any

from hypothesis import strategies as st

from amphi.rules.choosing import commands as c
from amphi.rules.choosing.facts import AmphiFacts, ChoiceStatus, EntryFacts, Post, SessionFacts
from amphi.rules.choosing.policy import AmphiPolicy
from amphi.rules.choosing.state import OfferState, Phase, Served
from amphi.rules.ids import (
    AmphiId,
    DesCode,
    EntryId,
    OfferId,
    PersonId,
    PostNumber,
    ServiceNumber,
    TurnId,
)
from tests.rules.choosing.builders import NINE_O_CLOCK, a_session, an_amphi, an_intern

DES = [DesCode("X"), DesCode("Y")]
STRANGER, OUTSIDER = PersonId("person-stranger"), PersonId("person-holder")
OPERATORS = [PersonId("op-1"), PersonId("op-2")]
NUMBERS = [PostNumber(f"P{n}") for n in range(1, 6)]

some_des = st.sampled_from(DES)
a_status = st.sampled_from([ChoiceStatus.STANDARD, ChoiceStatus.STANDARD, *ChoiceStatus])


def policies(*, parallel: bool) -> st.SearchStrategy[AmphiPolicy]:
    """Every field that live-rules.md marks (policy), short turns."""
    return st.builds(
        AmphiPolicy,
        turn_seconds=st.sampled_from([10, 90]),
        grace_ms=st.sampled_from([0, 1000]),
        absent_clock=st.sampled_from(["FULL", "SKIP", "GRACE 5"]),
        pause_resumes=st.sampled_from(["REMAINING", "FULL"]),
        late_order=st.sampled_from(["RANK", "ARRIVAL"]),
        max_returns=st.sampled_from([2, 1, 0]),
        non_validant_targets=st.sampled_from(["ANY", "TAKEN_ONLY"]),
        validant_targets=st.sampled_from(["FREE_OR_LOWER_RANKED", "FREE_ONLY"]),
        max_surnombre_per_service=st.sampled_from([1, 2, 0, None]),
        auto_start=st.booleans(),
        parallel=st.just(parallel),
    )


@st.composite
def posts(draw: st.DrawFn, number: PostNumber) -> Post:
    return Post(
        number=number,
        des=draw(some_des),
        service=ServiceNumber(draw(st.sampled_from(["S1", "S2", ""]))),
        reserved_for=draw(st.sampled_from([(), (), (DES[0],), (DES[0], DES[1])])),
        regimes=draw(st.sampled_from([(), ("BASE",), ("BASE", "OLD")])),
        groups=draw(st.sampled_from([(), (), ("G1",), ("G2",)])),
    )


offers = st.tuples(*(posts(number) for number in NUMBERS[:4]))


@st.composite
def sessions(draw: st.DrawFn, count: int) -> tuple[SessionFacts, ...]:
    """A partition of ranks 1 to `count`; now and then with a gap."""
    if count < 2 or draw(st.booleans()):
        return (a_session(1, 1, count),)
    cut = draw(st.integers(1, count - 1))
    gap = draw(st.sampled_from([0, 0, 0, 0, 1]))
    return a_session(1, 1, cut), a_session(2, cut + 1 + gap, max(count, cut + 1 + gap))


@st.composite
def entries(draw: st.DrawFn, prefix: str, count: int) -> tuple[EntryFacts, ...]:
    return tuple(draw(_entry(f"{prefix}{rank}", rank)) for rank in range(1, count + 1))


@st.composite
def _entry(draw: st.DrawFn, name: str, rank: int) -> EntryFacts:
    return an_intern(
        rank,
        id=name,
        # now and then one person is on the call lists of both amphis
        person=PersonId(f"person-{draw(st.sampled_from([name, name, name, f'a{rank}']))}"),
        des=draw(some_des),
        choice_status=draw(a_status),
        extra_seconds=draw(st.sampled_from([0, 0, 5])),
        expected_absence=draw(st.sampled_from([False, False, False, True])),
    )


@st.composite
def amphis(draw: st.DrawFn, position: int, *, parallel: bool) -> AmphiFacts:
    count = draw(st.integers(1, 4))
    prefix = "ab"[position - 1]
    return an_amphi(
        *draw(entries(prefix, count)),
        id=f"amphi-{prefix}",
        position=position,
        group=f"G{position}",
        regime=draw(st.sampled_from(["BASE", "OLD"])),
        policy=draw(policies(parallel=parallel)),
        sessions=draw(sessions(count)),
    )


# --- who and what an order may name -----------------------------------------


def persons_of(state: OfferState) -> list[PersonId]:
    mine = [e.facts.person for a in state.amphis.values() for e in a.entries.values()]
    return [*mine, OUTSIDER, STRANGER]


def entries_of(state: OfferState) -> list[EntryId]:
    return [e for a in state.amphis.values() for e in a.entries] or [EntryId("nobody")]


def turns_of(state: OfferState) -> list[TurnId]:
    return [a.turn.id for a in state.amphis.values() if a.turn is not None]


def past_turns(state: OfferState) -> list[TurnId]:
    found = [t for a in state.amphis.values() for e in a.entries.values() for t in e.turns]
    return [*found, TurnId("no-such-turn")]


def phase_is(state: OfferState, phase: str) -> bool:
    return any(amphi.phase.value == phase for amphi in state.amphis.values())


def served(state: OfferState) -> list[tuple[AmphiId, EntryId]]:
    every = ((a.id, e) for a in state.amphis.values() for e in a.entries.values())
    return [(amphi, e.id) for amphi, e in every if isinstance(e.standing, Served)]


# What usually comes next in each phase.
MOVES_ON: dict[Phase, list[c.AnyOrder]] = {
    Phase.PLANNED: [c.Publish()],
    Phase.VALIDATED: [c.Publish()],
    Phase.OPEN: [c.Start(override="sans attendre")],
    Phase.RUNNING: [c.Pause("question"), c.EndTurn()],
    Phase.PAUSED: [c.Resume()],
    Phase.BETWEEN_SESSIONS: [c.Start(override="sans attendre")],
    Phase.CATCH_UP: [c.Close(), c.Pause("question")],
    Phase.CLOSED: [c.Close()],
}


def on_posts(state: OfferState) -> st.SearchStrategy[c.AnyOrder]:
    new = st.sampled_from([*NUMBERS, *state.seats]).flatmap(posts)
    named = st.sampled_from([*state.seats, PostNumber("P?")])
    return st.one_of(st.builds(c.WithdrawPost, post=named), st.builds(c.AddPost, post=new))


def personal(state: OfferState) -> st.SearchStrategy[c.AnyOrder]:
    posts_named = st.sampled_from([*state.seats, PostNumber("P?")])
    grants = [f"grant-{n}" for n in (1, 2)]
    given = [e.proxy.id for a in state.amphis.values() for e in a.entries.values() if e.proxy]
    return st.one_of(
        st.builds(c.Choose, turn=st.sampled_from(past_turns(state)), post=posts_named),
        st.just(c.Ready()),
        st.just(c.Help()),
        st.builds(c.GrantProxy, proxy=st.sampled_from(grants)),
        st.builds(c.AcceptProxy, proxy=st.sampled_from([*given, "grant-?"])),
        st.just(c.CancelProxy()),
    )


def on_entries(state: OfferState) -> st.SearchStrategy[c.AnyOrder]:
    entry = st.sampled_from([*entries_of(state), EntryId("nobody")])
    post = st.sampled_from([*state.seats, PostNumber("P?")])
    asked = [r.id for a in state.amphis.values() for r in a.rectifications]
    return st.one_of(
        st.builds(c.Place, entry=entry),
        st.builds(c.Exclude, entry=entry),
        st.builds(c.Restore, entry=entry),
        st.builds(c.SetAbsence, entry=entry, expected=st.booleans()),
        st.builds(c.SetExtraTime, entry=entry, extra_seconds=st.sampled_from([0, 20])),
        st.builds(
            c.DecideStatusRequest, entry=entry, accepted=st.booleans(), choice_status=a_status
        ),
        st.builds(c.LowerFlag, entry=entry),
        st.builds(c.CancelProxy, entry=entry),
        st.builds(c.ChooseFor, entry=entry, post=post),
        st.builds(
            c.Rectify,
            entry=entry,
            reason=st.sampled_from(["court", " "]),
            post=st.one_of(st.none(), post),
        ),
        st.builds(c.ApproveRectification, id=st.sampled_from([*asked, "r?"])),
    )


def on_the_amphi(state: OfferState) -> st.SearchStrategy[c.AnyOrder]:
    return st.one_of(
        st.builds(c.Start, session=st.sampled_from([None, None, 1, 2]), override=_override),
        st.just(c.Pause("question")),
        st.just(c.Resume()),
        st.just(c.Close()),
        st.just(c.Publish()),
        st.builds(c.AddTime, seconds=st.sampled_from([1, 30])),
        st.just(c.RestartTurn()),
        st.just(c.EndTurn()),
        on_posts(state),
        st.just(c.Validate()),
        st.builds(c.ReplaceOffer, posts=offers),
        st.builds(c.Reschedule, sessions=sessions(3)),
        st.builds(c.PostNotice, text=st.just("Bonjour"), to=st.sampled_from(_TO)),
    )


_override = st.sampled_from(["", "accord de la direction"])
_TO = ["all", "session:1", "entry:a1", "entry:nobody"]


@st.composite
def new_lists(draw: st.DrawFn, prefix: str) -> c.ReplaceCallList:
    """A new call list of the amphi, sometimes with a rank twice."""
    count = draw(st.integers(1, 3))
    listed = draw(entries(prefix, count))
    if draw(st.sampled_from([False, False, True])):
        listed = (*listed, an_intern(1, id=f"{prefix}9"))
    return c.ReplaceCallList(entries=listed, sessions=draw(sessions(count)))


def engines(state: OfferState, charged: dict[TurnId, int]) -> st.SearchStrategy[c.AnyOrder]:
    """`charged`: what each turn was charged by now; the engine may know of less, never of more."""
    known = {t: st.sampled_from([ms, ms // 2]) for t, ms in charged.items()}
    return st.one_of(
        st.builds(
            c.Freeze, cause=st.just("postgresql"), charged=st.fixed_dictionaries({}, optional=known)
        ),
        st.builds(c.Thaw, credit_ms=st.just(5_000)),
        st.builds(c.CreditTurns, credit_ms=st.sampled_from(_stalls(charged))),
        *(_holding(turn, ms) for turn, ms in charged.items()),
    )


def _stalls(charged: dict[TurnId, int]) -> list[int]:
    """Mostly what went by; now and then a turn began while the loop stood still."""
    longest = min(charged.values(), default=0)
    return [longest // 2, longest, longest + 700]


def _holding(turn: TurnId, ms: int) -> st.SearchStrategy[c.AnyOrder]:
    hold = st.builds(c.HoldTurn, turn=st.just(turn), charged_ms=st.sampled_from([ms, ms // 2]))
    return st.one_of(hold, st.just(c.ReleaseTurn(turn)))


def elsewhere(entry: EntryId) -> c.MarkServedElsewhere:
    return c.MarkServedElsewhere(entry=entry, offer=OfferId("offer-other"))


def a_command(role: Any, order: c.AnyOrder, amphi: Any, person: Any = None) -> c.Command:
    return c.Command(role=role, order=order, amphi=amphi, person=person)


START = NINE_O_CLOCK - 120_000
