"""What each audience hears of each kind of event (protocol.md §1, live-rules.md §12)."""

from typing import Any, get_args

import pytest

from amphi.rules.choosing import commands as c
from amphi.rules.choosing import events as e
from amphi.rules.choosing.evolve import evolve
from amphi.rules.choosing.facts import ChoiceStatus
from amphi.rules.choosing.public import CONCERNED, HEARD, Concerning, personal, visible
from amphi.rules.choosing.state import Phase
from amphi.rules.choosing.views import Audience
from amphi.rules.ids import EntryId, PersonId, PostNumber, TurnId
from tests.rules.choosing.builders import AMPHI, OPERATOR, an_amphi, an_intern, an_offer
from tests.rules.choosing.playing import Play
from tests.rules.choosing.story import FOR_ONE, OTHER, whole_morning

PUBLIC, PARTICIPANT, OPERATORS = Audience.PUBLIC, Audience.PARTICIPANT, Audience.OPERATOR
KINDS: set[type[e.Event]] = set(get_args(e.AnyEvent))
BY_NAME: list[type[e.Event]] = sorted(KINDS, key=str)
NOBODY_S_BUT_THE_ARS = {
    e.StartDelayed,
    e.TurnAttended,
    e.ExtraTimeSet,
    e.RectificationAsked,
    e.FlagRaised,
    e.FlagLowered,
    e.ChoiceStatusDecided,
    e.ProxyGranted,
    e.ProxyAccepted,
    e.ProxyCancelled,
}
JOURNAL_ONLY = {"person", "operator", "asked_by", "holder", "charged_ms", "budget_ms"}


def heard(play: Play, kind: type[e.Event], audience: Audience) -> list[dict[str, Any] | None]:
    """What listeners of the first amphi heard of every event of a kind, in order."""
    found = []
    for before, records in play.commits:
        state = before
        for recorded in records:
            state = evolve(state, recorded)
            if type(recorded.event) is kind:
                found.append(visible(recorded.event, state, AMPHI, audience))
    return found


@pytest.fixture(scope="module")
def morning() -> Play:
    return whole_morning()


def test_every_kind_has_its_line_in_the_table() -> None:
    assert set(HEARD) == KINDS


def test_every_line_names_fields_of_its_kind() -> None:
    for kind, line in HEARD.items():
        shown = (*(line.everybody or ()), *line.operators)
        assert len(shown) == len(set(shown)), kind
        assert set(shown) <= set(kind.__struct_fields__), kind


def test_every_line_about_one_person_names_fields_of_its_kind() -> None:
    assert set(CONCERNED) == set(get_args(Concerning))
    for kind, shown in CONCERNED.items():
        assert set(shown) <= set(kind.__struct_fields__), kind


def test_nobody_at_all_hears_who_clicked_or_what_was_charged() -> None:
    for kind, line in HEARD.items():
        assert not JOURNAL_ONLY & {*(line.everybody or ()), *line.operators}, kind


def test_what_concerns_one_person_is_heard_by_the_ars_alone() -> None:
    assert {kind for kind, line in HEARD.items() if line.everybody is None} == NOBODY_S_BUT_THE_ARS


def test_reasons_are_heard_by_the_ars_alone_but_for_pauses_and_missed_turns() -> None:
    told = {kind for kind, line in HEARD.items() if "reason" in (line.everybody or ())}
    assert told == {e.Paused, e.TurnMissed}


@pytest.mark.parametrize("kind", BY_NAME)
def test_the_morning_shows_each_kind_to_those_who_may_hear_it(
    morning: Play, kind: type[e.Event]
) -> None:
    for audience in (PUBLIC, PARTICIPANT):
        seen = [event for event in heard(morning, kind, audience) if event is not None]
        assert bool(seen) == (kind not in NOBODY_S_BUT_THE_ARS)
        assert all(event["kind"] == kind.__name__ and event["v"] == 1 for event in seen)
    if kind is not e.StartDelayed:  # that of the other amphi
        assert any(event is not None for event in heard(morning, kind, OPERATORS))


def test_a_turn_is_announced_with_the_ordinary_deadline(morning: Play) -> None:
    told = {
        "kind": "TurnStarted",
        "v": 1,
        "amphi": "amphi-1",
        "turn": "amphi-1-t18",
        "entry": "e1",
        "deadline": "2026-10-06T07:01:30.000Z",
        "seconds": 90,
        "late": False,
    }
    assert heard(morning, e.TurnStarted, PUBLIC)[0] == told
    assert heard(morning, e.TurnStarted, OPERATORS)[0] == told | {
        "deadline": "2026-10-06T07:02:07.000Z",
        "seconds": 127,
        "returning": False,
        "attended": False,
    }


def test_a_held_clock_is_told_without_the_extra_time(morning: Play) -> None:
    lost, back = heard(morning, e.TurnChanged, PUBLIC)[:2]
    assert lost is not None
    assert back is not None
    assert lost["remaining_ms"] == 89_000
    assert "deadline" not in lost
    assert "remaining_ms" not in back
    assert back["deadline"] == "2026-10-06T07:01:30.000Z"


def test_a_pause_is_told_with_its_reason_and_a_resume_with_its_deadline(morning: Play) -> None:
    assert heard(morning, e.Paused, PUBLIC) == [
        {
            "kind": "Paused",
            "v": 1,
            "amphi": "amphi-1",
            "reason": "Question d'un interne",
            "remaining_ms": 89_000,
        }
    ]
    assert heard(morning, e.Resumed, PUBLIC) == [
        {
            "kind": "Resumed",
            "v": 1,
            "amphi": "amphi-1",
            "deadline": "2026-10-06T07:01:30.000Z",
        }
    ]


def test_a_choice_is_told_without_who_clicked_and_the_type_of_choice(morning: Play) -> None:
    of_the_intern, by_the_ars = heard(morning, e.PostChosen, PUBLIC)
    assert of_the_intern == {
        "kind": "PostChosen",
        "v": 1,
        "amphi": "amphi-1",
        "turn": "amphi-1-t18",
        "entry": "e1",
        "post": "P1",
        "by": "intern",
    }
    assert by_the_ars is not None
    assert by_the_ars["by"] == "operator"
    for_the_ars = heard(morning, e.PostChosen, OPERATORS)[1]
    assert for_the_ars is not None
    assert for_the_ars["choice_status"] == "SURNOMBRE_NON_VALIDANT"


def test_an_added_post_is_told_by_its_number(morning: Play) -> None:
    assert heard(morning, e.PostAdded, PUBLIC) == [
        {"kind": "PostAdded", "v": 1, "amphi": "amphi-1", "post": "N1"}
    ]


def test_moved_sessions_are_told_as_in_the_view(morning: Play) -> None:
    moved = heard(morning, e.Rescheduled, PUBLIC)[0]
    assert moved is not None
    assert moved["sessions"][0] == {
        "n": 1,
        "from": 1,
        "to": 4,
        "starts_at": "2026-10-06T07:00:00.000Z",
    }


def test_who_may_have_been_influenced_by_a_rectified_choice_is_for_the_ars(morning: Play) -> None:
    told, for_the_ars = (heard(morning, e.ChoiceRectified, a)[0] for a in (PUBLIC, OPERATORS))
    assert told is not None
    assert for_the_ars is not None
    assert (told["former_post"], told["post"]) == ("P1", "P2")
    assert "influenced" not in told
    assert for_the_ars["influenced"] == ["e4"]


def test_notices_are_heard_as_they_are_seen(morning: Play) -> None:
    def to(audience: Audience) -> list[str]:
        return [n["to"] for n in heard(morning, e.NoticePosted, audience) if n is not None]

    assert to(PUBLIC) == ["all"]
    assert to(PARTICIPANT) == ["all", "session:1"]
    assert to(OPERATORS) == ["all", "session:1", "entry:e2"]


def test_listeners_of_another_amphi_hear_of_posts_and_of_the_engine_alone(morning: Play) -> None:
    kinds = set()
    for before, records in morning.commits:
        state = before
        for recorded in records:
            state = evolve(state, recorded)
            event = visible(recorded.event, state, OTHER, PUBLIC)
            if event is not None and event["amphi"] != OTHER:
                kinds.add(event["kind"])
    assert kinds == {
        "PostChosen",
        "ChoiceRectified",
        "OfferReplaced",
        "PostWithdrawn",
        "PostAdded",
        "Frozen",
        "Thawed",
    }


def test_whoever_an_event_concerns_alone_hears_of_it() -> None:
    granted = e.ProxyGranted(amphi=AMPHI, entry=EntryId("e2"), proxy="grant-1")
    head = {"v": 1, "amphi": "amphi-1"}
    assert personal(granted) == (
        "e2",
        {"kind": "ProxyGranted", **head, "entry": "e2", "proxy": "grant-1"},
    )
    decided = e.ChoiceStatusDecided(
        amphi=AMPHI,
        entry=EntryId("e2"),
        accepted=True,
        choice_status=ChoiceStatus.SURNOMBRE_VALIDANT,
        operator=OPERATOR,
    )
    assert personal(decided) == (
        "e2",
        {
            "kind": "ChoiceStatusDecided",
            **head,
            "entry": "e2",
            "accepted": True,
            "choice_status": "SURNOMBRE_VALIDANT",
        },
    )


def test_a_notice_to_one_entry_concerns_that_entry() -> None:
    notice = e.NoticePosted(amphi=AMPHI, id="n1", text=FOR_ONE, to="entry:e2", operator=OPERATOR)
    told = {"kind": "NoticePosted", "v": 1, "amphi": "amphi-1", "id": "n1", "text": FOR_ONE}
    assert personal(notice) == ("e2", told | {"to": "entry:e2"})


def test_most_events_concern_nobody_alone() -> None:
    assert personal(e.CatchUpStarted(amphi=AMPHI)) is None
    assert personal(e.NoticePosted(amphi=AMPHI, id="n1", text="À tous", to="all")) is None


def test_an_amphi_of_which_the_offer_knows_nothing_yet_has_no_extra_time_to_hide() -> None:
    turn, entry = TurnId("t1"), EntryId("e1")
    missed = e.TurnMissed(amphi=OTHER, turn=turn, entry=entry, reason="absent", charged_ms=0)
    assert visible(missed, an_offer(), OTHER, PUBLIC) is not None


def test_a_paused_amphi_without_a_turn_is_told_without_a_clock() -> None:
    play = Play(an_offer(an_amphi(an_intern(1)), phase=Phase.OPEN))
    play.here = {PersonId("person-e1")}
    play.operator(c.Start())
    turn = play.amphi.turn
    assert turn is not None
    play.intern("person-e1", c.Choose(turn.id, PostNumber("P1")))
    play.operator(c.Pause())
    play.operator(c.Resume())
    assert heard(play, e.Paused, PUBLIC) == [
        {"kind": "Paused", "v": 1, "amphi": "amphi-1", "reason": ""}
    ]
    assert heard(play, e.Resumed, PUBLIC) == [{"kind": "Resumed", "v": 1, "amphi": "amphi-1"}]
