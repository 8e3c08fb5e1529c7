"""The `view` of protocol.md §1, for each audience."""

import msgspec
from msgspec.structs import replace

from amphi.rules.choosing import commands as c
from amphi.rules.choosing.facts import ChoiceStatus
from amphi.rules.choosing.state import FrozenSince, OfferState, Phase, Rectification, Served
from amphi.rules.choosing.views import Audience, view
from amphi.rules.ids import AmphiId, EntryId, OfferId, PersonId, PostNumber
from tests.rules.choosing.builders import (
    AMPHI,
    OFFER,
    OPERATOR,
    a_session,
    an_amphi,
    an_intern,
    an_offer,
    some_interns,
    some_posts,
)
from tests.rules.choosing.playing import Play, open_play, running_play

PUBLIC, PARTICIPANT, OPERATORS = Audience.PUBLIC, Audience.PARTICIPANT, Audience.OPERATOR
OTHERS = (PUBLIC, PARTICIPANT)


def shown(play: Play, audience: Audience = PUBLIC) -> dict[str, object]:
    return view(play.state, AMPHI, audience)


def test_an_amphi_not_yet_validated_has_a_view() -> None:
    assert view(OfferState(offer=OFFER), AmphiId("nowhere"), PUBLIC) == {
        "phase": "PLANNED",
        "sessions": [],
        "late": [],
        "entries": {},
        "posts": {},
        "notices": [],
    }


def test_an_open_amphi_shows_its_sessions_with_their_planned_times() -> None:
    sessions = (a_session(1, 1, 2), a_session(2, 3, 4, ends_at=1_791_273_600_000))
    state = an_offer(an_amphi(sessions=sessions, opens_at=0), phase=Phase.OPEN)
    assert view(state, AMPHI, PUBLIC) == {
        "phase": "OPEN",
        "opens_at": "1970-01-01T00:00:00.000Z",
        "sessions": [
            {
                "n": 1,
                "from": 1,
                "to": 2,
                "state": "planned",
                "starts_at": "2026-10-06T07:00:00.000Z",
            },
            {
                "n": 2,
                "from": 3,
                "to": 4,
                "state": "planned",
                "starts_at": "2026-10-06T07:30:00.000Z",
                "ends_at": "2026-10-06T08:00:00.000Z",
            },
        ],
        "late": [],
        "entries": {},
        "posts": {},
        "notices": [],
    }


def test_a_running_turn_has_a_deadline_and_a_held_one_has_time_left() -> None:
    play = open_play()
    play.operator(c.Start())
    turn = {
        "id": "amphi-1-t3",
        "entry": "e1",
        "started_at": "2026-10-06T07:00:00.000Z",
        "seconds": 90,
    }
    assert shown(play)["session"] == 1
    assert shown(play)["turn"] == turn | {"deadline": "2026-10-06T07:01:30.000Z"}
    play.now += 30_000
    play.operator(c.Pause("Question"))
    assert shown(play)["turn"] == turn | {"remaining_ms": 60_000}
    assert shown(play)["paused"] == {"reason": "Question", "since": "2026-10-06T07:00:30.000Z"}


def test_entries_hold_only_what_differs_from_waiting() -> None:
    play = open_play(
        *some_interns(4), an_intern(5, expected_absence=True), an_intern(6), an_intern(7)
    )
    play.operator(c.Exclude(EntryId("e6")))
    play.engine(c.MarkServedElsewhere(EntryId("e7"), OfferId("offer-9")), AMPHI)
    play.leave("person-e1")
    play.operator(c.Start())
    play.wait(91_000)
    play.choose("P1")
    assert shown(play)["entries"] == {
        "e1": "missed",
        "e2": "served",
        "e3": "turn",
        "e5": "expected_absence",
        "e6": "excluded",
        "e7": "served",
    }
    play.arrive("person-e1")
    assert shown(play)["late"] == ["e1"]
    assert view(play.state, AMPHI, PUBLIC)["entries"]["e1"] == "late"


def test_whoever_was_excluded_after_a_missed_turn_is_shown_excluded() -> None:
    play = open_play()
    play.operator(c.Start())
    play.operator(c.Exclude(EntryId("e1")))
    assert view(play.state, AMPHI, PUBLIC)["entries"]["e1"] == "excluded"


def test_posts_hold_only_what_differs_from_free() -> None:
    play = open_play()
    play.operator(c.Start())
    play.choose("P1")
    play.operator(c.Pause())
    play.operator(c.WithdrawPost(PostNumber("P6")))
    assert shown(play)["posts"] == {
        "P1": {"filled": True, "by": ["e1"]},
        "P6": {"filled": False, "by": [], "withdrawn": True},
    }


def test_who_chose_a_post_is_told_in_order_of_choice_which_tells_no_type_of_choice() -> None:
    surnombre = ChoiceStatus.SURNOMBRE_VALIDANT
    play = open_play(an_intern(1, choice_status=surnombre), an_intern(2), an_intern(3))
    play.operator(c.Start())
    play.choose("P1")
    assert shown(play)["posts"] == {"P1": {"filled": False, "by": ["e1"]}}
    play.choose("P1")
    for audience in OTHERS:
        assert shown(play, audience)["posts"] == {"P1": {"filled": True, "by": ["e1", "e2"]}}
    assert shown(play, OPERATORS)["posts"] == {
        "P1": {"filled": True, "by": ["e1", "e2"], "surnombre": ["e1"]}
    }


def test_a_post_taken_in_one_amphi_is_shown_in_the_others_of_the_offer() -> None:
    other = AmphiId("amphi-2")
    first, second = an_amphi(), an_amphi(an_intern(1, id="f1"), id=other, position=2)
    play = Play(an_offer(first, second, phase=Phase.OPEN))
    play.here = {PersonId("person-e1")}
    play.operator(c.Start())
    play.choose("P1")
    assert view(play.state, other, PUBLIC)["posts"] == {"P1": {"filled": True, "by": ["e1"]}}
    assert view(play.state, other, PUBLIC)["entries"] == {}


def test_notices_go_to_all_to_a_session_s_participants_or_to_one_alone() -> None:
    play = open_play()
    for to in ("all", "session:1", "entry:e2"):
        play.operator(c.PostNotice(f"à {to}", to=to))

    def heard(audience: Audience) -> list[str]:
        return [notice["to"] for notice in view(play.state, AMPHI, audience)["notices"]]

    assert heard(PUBLIC) == ["all"]
    assert heard(PARTICIPANT) == ["all", "session:1"]
    assert heard(OPERATORS) == ["all", "session:1", "entry:e2"]
    assert view(play.state, AMPHI, PUBLIC)["notices"] == [
        {"id": "n2", "text": "à all", "at": "2026-10-06T07:00:00.000Z", "to": "all"}
    ]


def test_the_pace_is_a_range_from_three_turns_on() -> None:
    play = open_play()
    play.operator(c.Start())
    for rank, spent in ((1, 10_000), (2, 20_000)):
        play.now += spent
        play.choose(f"P{rank}")
    assert "pace" not in shown(play)
    play.now += 60_000
    play.choose("P3")
    assert shown(play)["pace"] == {"median_s": 20.0, "low_s": 14.0, "high_s": 44.0}


def test_a_frozen_offer_says_so_in_its_view() -> None:
    state = replace(an_offer(), frozen=FrozenSince("postgres", 0))
    assert view(state, AMPHI, PUBLIC)["frozen"] == {
        "cause": "postgres",
        "since": "1970-01-01T00:00:00.000Z",
    }


def test_operators_see_types_of_choice_extra_time_proxies_flags_and_reasons() -> None:
    status = ChoiceStatus.SURNOMBRE_NON_VALIDANT
    play = open_play(
        an_intern(1), an_intern(2, choice_status=status, extra_seconds=30), an_intern(3)
    )
    play.intern("person-e2", c.GrantProxy("grant-2"))
    play.intern("person-e3", c.GrantProxy("grant-3"))
    play.intern("person-holder", c.AcceptProxy("grant-3"))
    play.intern("person-e3", c.Help())
    play.operator(c.Start())
    play.operator(c.EndTurn())
    seen = shown(play, OPERATORS)
    assert seen["choice_status"] == {"e2": "SURNOMBRE_NON_VALIDANT"}
    assert seen["extra_seconds"] == {"e2": 30}
    assert seen["proxies"] == {"e2": "sent", "e3": "accepted"}
    assert seen["flags"] == {"e3": "2026-10-06T07:00:00.000Z"}
    assert seen["missed"] == {"e1": "ended_by_operator"}
    assert not seen.keys() - {*shown(play), *_ONLY_OPERATORS}
    assert not _ONLY_OPERATORS & shown(play).keys()


_ONLY_OPERATORS = {
    "choice_status",
    "extra_seconds",
    "proxies",
    "flags",
    "missed",
    "rectifications",
}


def test_operators_see_what_waits_for_a_second_approval_and_not_who_asked() -> None:
    asked = Rectification("r1", EntryId("e1"), PostNumber("P2"), "erreur", OPERATOR)
    taken_back = replace(asked, id="r2", post=None)
    state = an_offer()
    amphi = replace(state.amphis[AMPHI], rectifications=(asked, taken_back))
    state = replace(state, amphis={AMPHI: amphi})
    assert view(state, AMPHI, OPERATORS)["rectifications"] == [
        {"id": "r1", "entry": "e1", "reason": "erreur", "post": "P2"},
        {"id": "r2", "entry": "e1", "reason": "erreur"},
    ]


def test_a_view_is_plain_json_without_nulls() -> None:
    play = running_play(an_intern(1, extra_seconds=30), an_intern(2))
    for audience in Audience:
        text = msgspec.json.encode(view(play.state, AMPHI, audience))
        assert msgspec.json.decode(text) == view(play.state, AMPHI, audience)
        assert b"null" not in text


def test_a_choice_rectified_into_a_filled_offer_keeps_its_place_in_the_order() -> None:
    state = an_offer(posts=some_posts(1))
    amphi = state.amphis[AMPHI]
    first, second = EntryId("e1"), EntryId("e2")
    served = {
        first: replace(amphi.entries[first], standing=Served(PostNumber("P1"), 9, "")),
        second: replace(amphi.entries[second], standing=Served(PostNumber("P1"), 5, "")),
    }
    amphi = replace(amphi, entries={**amphi.entries, **served})
    seat = replace(state.seats[PostNumber("P1")], standard=first, surnombre=(second,))
    state = replace(state, amphis={AMPHI: amphi}, seats={PostNumber("P1"): seat})
    assert view(state, AMPHI, PUBLIC)["posts"]["P1"]["by"] == ["e2", "e1"]
