"""A room told random mornings: what every listener holds is what one who comes now is given."""

from collections.abc import Sequence
from random import Random

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from amphi.gateway.close_codes import CloseCode
from amphi.gateway.closing_time import LINGERS_S
from amphi.gateway.concerned import concerned, watchful
from amphi.gateway.listener import Listener
from amphi.gateway.messages.client import Seen
from amphi.gateway.parts import Wanted
from amphi.gateway.pulse import ConductorClock, Pulse
from amphi.gateway.resume import ANYBODY, ResumeTokens, Who
from amphi.gateway.room import Room
from amphi.gateway.spoken import Spoken
from amphi.rules.choosing.commands import Presence
from amphi.rules.choosing.events import Recorded
from amphi.rules.choosing.evolve import fold
from amphi.rules.choosing.state import OfferState, Phase
from amphi.rules.choosing.you import you
from amphi.rules.ids import AmphiId, PersonId
from tests.rules.choosing.builders import AMPHI, an_amphi, an_offer
from tests.rules.choosing.random_play import AMPHIS, random_play
from tests.rules.choosing.story import whole_morning
from tests.wire.client import Page

seeds = st.integers(0, 2**32 - 1)
TOKENS = ResumeTokens("secret")
PERSONS = [PersonId(f"person-{letter}{n}") for letter in "ef" for n in (1, 2, 3, 4, 5)]
HOLDER = Who(PersonId("person-holder"))
VISITORS: list[tuple[Who, Wanted]] = [
    (ANYBODY, None),
    (Who(PersonId("person-operator"), operator=True), None),
    (HOLDER, "proxy"),
    *((Who(person), None) for person in PERSONS),
]


class Ear:
    """A page behind a listener; `None` once closed."""

    def __init__(self, page: Page | None = None) -> None:
        self.page = page or Page()
        self.code: CloseCode | None = None

    ready = True

    def say(self, text: bytes) -> None:
        self.page.read(text.decode())

    def hear(self, spoken: Spoken) -> None:
        for text in spoken.texts:
            self.say(text)

    def close(self, code: CloseCode) -> None:
        self.code = self.code or code


def a_room(state: OfferState) -> Room:
    return Room("epoch-1", state, ConductorClock(0, 0.0), Pulse(0.0), TOKENS)


def heard(room: Room, records: Sequence[Recorded]) -> None:
    """One commit, told to everybody."""
    room.hear(records, records[-1].at, 0.0)
    told(room)


def told(room: Room) -> None:
    for _ in room.fan_out.round(0.0):
        continue


def enter(
    room: Room, amphi: AmphiId, who: Who, wanted: Wanted = None, page: Page | None = None
) -> tuple[Listener, Ear] | None:
    """With a page: somebody who comes back."""
    ear = Ear(page)
    seen = None if page is None else Seen(page.epoch, page.seq)
    listener = Listener(amphi, who, wanted, ear, since=0.0)
    return (listener, ear) if room.enter(listener, seen, None, 0.0) else None


def come_in(room: Room, inside: dict[tuple[AmphiId, int], tuple[Listener, Ear]]) -> None:
    """Everybody who is not in, and may be."""
    for amphi in AMPHIS:
        for n, (who, wanted) in enumerate(VISITORS):
            entered = None if (amphi, n) in inside else enter(room, amphi, who, wanted)
            if entered is not None:
                inside[amphi, n] = entered


def check(room: Room, listener: Listener, ear: Ear) -> None:
    """Compared with somebody who comes now."""
    entered = enter(room, listener.amphi, listener.who, listener.wanted)
    assert entered is not None
    fresh = entered[1].page
    assert ear.page.view == fresh.view
    assert ear.page.seq == fresh.seq
    assert ear.page.role == fresh.role
    assert ear.page.you == fresh.you
    assert ear.page.state == fresh.state
    room.leave(entered[0])


@settings(max_examples=15, deadline=None)
@given(seed=seeds)
def test_old_view_and_patches_are_the_fresh_view_for_every_listener(seed: int) -> None:
    play = random_play(seed, steps=60)
    room = a_room(OfferState(offer=play.state.offer))
    inside: dict[tuple[AmphiId, int], tuple[Listener, Ear]] = {}
    for _, records in play.commits:
        come_in(room, inside)
        heard(room, records)
        for listener, ear in inside.values():
            check(room, listener, ear)
    assert room.state == play.state


def test_every_event_kind_keeps_every_listener_up_to_date() -> None:
    play = whole_morning()
    room = a_room(OfferState(offer=play.state.offer))
    inside: dict[tuple[AmphiId, int], tuple[Listener, Ear]] = {}
    for _, records in play.commits:
        come_in(room, inside)
        heard(room, records)
        for listener, ear in inside.values():
            check(room, listener, ear)


@settings(max_examples=40, deadline=None)
@given(seed=seeds)
def test_working_out_the_concerned_alone_equals_working_out_everybody(seed: int) -> None:
    play = random_play(seed)
    random = Random(seed)
    for before, records in play.commits:
        after = fold(before, records)
        presence = Presence(here=frozenset(random.sample(PERSONS, random.randint(0, 10))))
        few = concerned(before, after, records, presence)
        for amphi in after.amphis.values():
            for entry in amphi.entries:
                was = before.amphis.get(amphi.id)
                if was is None or entry not in was.entries:
                    assert entry in few
                elif entry not in few:
                    now = you(after, amphi.id, entry, presence)
                    assert now == you(before, amphi.id, entry, presence)


@settings(max_examples=40, deadline=None)
@given(seed=seeds)
def test_who_comes_and_goes_concerns_only_the_watchful(seed: int) -> None:
    random = Random(seed)
    state = random_play(seed).state
    before, after = (
        Presence(here=frozenset(random.sample(PERSONS, random.randint(0, 10)))) for _ in range(2)
    )
    few = watchful(state, before) | watchful(state, after)
    for amphi in state.amphis.values():
        for entry in amphi.entries:
            if entry not in few:
                assert you(state, amphi.id, entry, before) == you(state, amphi.id, entry, after)


@settings(max_examples=15, deadline=None)
@given(seed=seeds)
def test_who_resumes_holds_what_who_stayed_holds(seed: int) -> None:
    play, random = random_play(seed, steps=60), Random(seed)
    start = random.randrange(len(play.commits))
    room = a_room(play.commits[start][0])
    left: list[Page] = []
    operator = VISITORS[1][0]
    for _, records in play.commits[start:]:
        entered = enter(room, AMPHI, operator)
        assert entered is not None
        room.leave(entered[0])
        left.append(entered[1].page)
        heard(room, records)
    fresh = enter(room, AMPHI, operator)
    assert fresh is not None
    for page in left:
        assert enter(room, AMPHI, operator, page=page) is not None
        assert "resumed" in {frame["type"] for frame in page.frames}
        assert "welcome" not in {frame["type"] for frame in page.frames[1:]}
        assert (page.view, page.seq) == (fresh[1].page.view, fresh[1].page.seq)


def test_what_is_no_longer_or_never_was_in_the_ring_is_a_fresh_welcome() -> None:
    room = a_room(an_offer(an_amphi(), phase=Phase.OPEN))
    for epoch, seq in (("epoch-0", 0), ("epoch-1", 812)):
        page = Page()
        page.epoch, page.seq = epoch, seq
        assert enter(room, AMPHI, ANYBODY, page=page) is not None
        assert [frame["type"] for frame in page.frames] == ["welcome"]


def test_a_new_lineage_gives_everybody_a_fresh_welcome() -> None:
    state = an_offer(an_amphi(), phase=Phase.OPEN)
    room = a_room(state)
    entered = enter(room, AMPHI, ANYBODY)
    assert entered is not None
    room.restart("epoch-2", msgspec.structs.replace(state, seq=3), 0.0)
    page = entered[1].page
    assert (page.epoch, page.seq, len(page.frames)) == ("epoch-2", 3, 2)


def test_a_closed_amphi_gives_its_final_view_and_closes_ten_minutes_later() -> None:
    room = a_room(an_offer(an_amphi(), phase=Phase.CLOSED))
    entered = enter(room, AMPHI, ANYBODY)
    operator = enter(room, AMPHI, Who(PersonId("o"), operator=True))
    assert entered is not None
    assert operator is not None
    assert entered[1].page.view["phase"] == "CLOSED"
    codes = []
    for at in (1.0, LINGERS_S, 1.0 + LINGERS_S):
        room.close_the_closed(at)
        codes.append((entered[1].code, operator[1].code))
    assert codes == [(None, None), (None, None), (CloseCode.AMPHI_CLOSED, None)]


def test_operators_hear_who_comes_and_goes_by_entry() -> None:
    room = a_room(an_offer(an_amphi(), phase=Phase.OPEN))
    operator, anybody = Who(PersonId("o"), operator=True), enter(room, AMPHI, ANYBODY)
    entered = enter(room, AMPHI, operator)
    assert entered is not None
    assert anybody is not None
    room.present(Presence(here=frozenset({PersonId("person-e1"), PersonId("person-e3")})))
    assert entered[1].page.here == {"e1", "e3"}
    room.present(Presence(here=frozenset({PersonId("person-e3")})))
    assert entered[1].page.here == {"e3"}
    later = enter(room, AMPHI, operator)
    assert later is not None
    assert later[1].page.here == {"e3"}
    assert [frame["type"] for frame in anybody[1].page.frames] == ["welcome"]
