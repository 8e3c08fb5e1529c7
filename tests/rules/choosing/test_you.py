"""What concerns one entry alone: the `you` of protocol.md §1."""

from typing import Any

from msgspec.structs import replace

from amphi.rules.choosing import commands as c
from amphi.rules.choosing.facts import ChoiceStatus
from amphi.rules.choosing.policy import AmphiPolicy
from amphi.rules.choosing.state import Phase
from amphi.rules.choosing.you import you
from amphi.rules.ids import AmphiId, DesCode, EntryId, OfferId, PersonId, PostNumber
from tests.rules.choosing.builders import (
    AMPHI,
    a_post,
    a_session,
    an_amphi,
    an_intern,
    an_offer,
    some_interns,
    some_posts,
)
from tests.rules.choosing.playing import Play, running_play


def mine(play: Play, entry: str, amphi: AmphiId = AMPHI) -> dict[str, Any]:
    return you(play.state, amphi, EntryId(entry), play.presence)


def test_you_of_somebody_who_waits() -> None:
    play = running_play(*some_interns(8))
    assert mine(play, "e8") == {
        "entry": "e8",
        "assignment": None,
        "served_elsewhere": False,
        "missed": None,
        "choice_status": "STANDARD",
        "extra_seconds": 0,
        "expected_absence": False,
        "excluded": False,
        "proxy": None,
        "flag": False,
        "returns_left": 2,
        "soon": None,
        "turn": None,
        "may_choose": None,
        "notices": [],
    }


def test_soon_counts_those_ahead_from_four_down_to_one() -> None:
    play = running_play(*some_interns(8))
    soon = [mine(play, f"e{rank}")["soon"] for rank in range(1, 9)]
    assert soon == [None, 1, 2, 3, 4, None, None, None]


def test_soon_goes_on_while_paused() -> None:
    play = running_play()
    play.operator(c.Pause())
    assert mine(play, "e3")["soon"] == 2


def test_nobody_of_a_later_session_is_soon() -> None:
    play = running_play(sessions=(a_session(1, 1, 2), a_session(2, 3, 4)))
    assert mine(play, "e2")["soon"] == 1
    assert mine(play, "e3")["soon"] is None


def test_a_latecomer_of_an_earlier_session_is_soon() -> None:
    play = running_play(sessions=(a_session(1, 1, 2), a_session(2, 3, 4)))
    play.leave("person-e1")
    play.wait(91_000)
    play.choose("P2")
    play.operator(c.Start())
    play.arrive("person-e1")
    assert mine(play, "e1")["soon"] == 1
    assert mine(play, "e4")["soon"] == 2


def test_nobody_is_soon_between_sessions() -> None:
    play = running_play(sessions=(a_session(1, 1, 1), a_session(2, 2, 4)))
    play.choose("P1")
    assert mine(play, "e2")["soon"] is None


def test_soon_may_count_those_present_alone() -> None:
    play = running_play(*some_interns(4), policy=AmphiPolicy(ahead_counts="PRESENT"))
    play.leave("person-e2")
    assert mine(play, "e4")["soon"] == 2
    play.presence_known = False
    assert mine(play, "e4")["soon"] == 3


def test_whoever_was_served_knows_the_post_and_the_receipt() -> None:
    play = running_play()
    play.choose("P1")
    told = mine(play, "e1")
    assert told["assignment"] == {"post": "P1", "seq": 4, "receipt": "hash-4"}
    assert told["soon"] is None


def test_whoever_was_served_in_another_offer_knows_it() -> None:
    play = running_play()
    play.engine(c.MarkServedElsewhere(EntryId("e3"), OfferId("offer-9")), AMPHI)
    assert mine(play, "e3")["served_elsewhere"] is True
    assert mine(play, "e3")["assignment"] is None


def test_whoever_missed_knows_why_and_how_many_returns_are_left() -> None:
    play = running_play()
    play.wait(91_000)
    assert mine(play, "e1")["missed"] == "timeout"
    assert mine(play, "e1")["returns_left"] == 2
    play.intern("person-e1", c.Ready())
    play.choose("P2")
    assert mine(play, "e1")["missed"] is None
    assert mine(play, "e1")["returns_left"] == 1


def test_returns_left_never_fall_below_none() -> None:
    state = an_offer()
    amphi = state.amphis[AMPHI]
    entry = replace(amphi.entries[EntryId("e1")], returns=9)
    amphi = replace(amphi, entries={**amphi.entries, entry.id: entry})
    state = replace(state, amphis={AMPHI: amphi})
    assert you(state, AMPHI, entry.id, c.Presence())["returns_left"] == 0


def test_a_proxy_is_sent_then_accepted_and_names_the_grant_for_the_holder_s_address() -> None:
    play = running_play()
    play.intern("person-e2", c.GrantProxy("grant-1"))
    assert mine(play, "e2")["proxy"] == {"state": "sent", "holder": "grant-1"}
    play.intern("person-holder", c.AcceptProxy("grant-1"))
    assert mine(play, "e2")["proxy"] == {"state": "accepted", "holder": "grant-1"}
    play.intern("person-e2", c.CancelProxy())
    assert mine(play, "e2")["proxy"] is None


def test_what_the_ars_alone_knows_besides_is_told_to_the_person() -> None:
    status = ChoiceStatus.SURNOMBRE_VALIDANT
    play = running_play(
        an_intern(1), an_intern(2, choice_status=status, extra_seconds=30), an_intern(3)
    )
    play.operator(c.SetAbsence(EntryId("e3"), expected=True))
    play.operator(c.Exclude(EntryId("e3")))
    play.intern("person-e2", c.Help())
    told = mine(play, "e2")
    assert (told["choice_status"], told["extra_seconds"]) == ("SURNOMBRE_VALIDANT", 30)
    assert told["flag"] is True
    assert mine(play, "e3")["expected_absence"] is True
    assert mine(play, "e3")["excluded"] is True


def test_a_notice_to_one_entry_is_in_that_entry_s_you_alone() -> None:
    play = running_play()
    play.operator(c.PostNotice("Appelez-nous.", to="entry:e2"))
    play.operator(c.PostNotice("Bonjour."))
    assert [notice["text"] for notice in mine(play, "e2")["notices"]] == ["Appelez-nous."]
    assert mine(play, "e1")["notices"] == []


def test_my_turn_has_the_true_deadline() -> None:
    play = running_play(an_intern(1, extra_seconds=30), an_intern(2))
    told = mine(play, "e1")["turn"]
    assert (told["seconds"], told["deadline"]) == (120, "2026-10-06T07:02:00.000Z")
    assert mine(play, "e2")["turn"] is None


def test_what_i_may_choose_is_told_while_my_clock_runs() -> None:
    reserved = a_post("R1", reserved_for=(DesCode("X1"),))
    elsewhere = a_post("G1", groups=("CHIRURGIE",))
    state = an_offer(an_amphi(), posts=(*some_posts(3), reserved, elsewhere), phase=Phase.OPEN)
    play = Play(state)
    play.here = {PersonId("person-e1"), PersonId("person-e2")}
    play.operator(c.Start())
    assert mine(play, "e2")["may_choose"] is None
    play.choose("P1")
    assert mine(play, "e2")["may_choose"] == {
        "P2": "ok",
        "P3": "ok",
        "R1": "post_reserved",
        "G1": "post_not_in_your_offer",
    }
    play.operator(c.Pause())
    assert mine(play, "e2")["may_choose"] is None
    play.operator(c.WithdrawPost(PostNumber("P3")))
    play.operator(c.Resume())
    assert mine(play, "e2")["may_choose"]["P3"] == "post_withdrawn"


def test_a_surnombre_intern_may_choose_filled_posts_too() -> None:
    status = ChoiceStatus.SURNOMBRE_NON_VALIDANT
    play = running_play(an_intern(1), an_intern(2, choice_status=status))
    play.choose("P1")
    assert mine(play, "e2")["may_choose"]["P1"] == "ok"
