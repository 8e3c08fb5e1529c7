"""Journals doctored in who was called, when, and for how long."""

from collections.abc import Callable

from tests.verify.journals import Json, at, delay, event, put

Lines = list[Json]
OTHER = "amphi-2"


def _facts(lines: Lines) -> Json:
    found: Json = event(lines, "AmphiValidated")["facts"]
    return found


def sessions_with_a_gap(lines: Lines) -> None:
    _facts(lines)["sessions"][1]["from_rank"] = 6


def the_second_session_first(lines: Lines) -> None:
    event(lines, "SessionStarted")["session"] = 2


def the_end_of_a_session_that_did_not_run(lines: Lines) -> None:
    event(lines, "SessionEnded")["session"] = 2


def a_session_ended_early(lines: Lines) -> None:
    put(lines, at(lines, "PostChosen") + 1, "SessionEnded", session=1)


def the_second_amphi_before_the_first_is_done(lines: Lines) -> None:
    facts = {**_facts(lines), "id": OTHER, "position": 2}
    facts["entries"] = [{**each, "id": f"f{each['call_rank']}"} for each in facts["entries"]]
    where = at(lines, "PostChosen")
    put(lines, where, "SessionStarted", session=1)
    put(lines, where, "AmphiPublished")
    put(lines, where, "AmphiValidated", facts=facts, posts=None)
    for line in lines[where : where + 3]:
        line["event"]["amphi"] = OTHER


def a_choice_in_anothers_turn(lines: Lines) -> None:
    event(lines, "PostChosen").update(entry="e3", person="person-e3")


def a_choice_without_a_turn(lines: Lines) -> None:
    event(lines, "PostChosen")["turn"] = None


def a_miss_of_a_turn_that_is_not(lines: Lines) -> None:
    event(lines, "TurnMissed")["turn"] = "amphi-1-t99"


def more_time_for_a_turn_that_is_not(lines: Lines) -> None:
    event(lines, "TurnChanged")["turn"] = "amphi-1-t99"


def presence_at_a_turn_that_is_not(lines: Lines) -> None:
    put(lines, at(lines, "PostChosen"), "TurnAttended", turn="amphi-1-t99")


def a_choice_after_the_time(lines: Lines) -> None:
    delay(lines, at(lines, "PostChosen"), 95_000)


def a_turn_given_twice(lines: Lines) -> None:
    where = at(lines, "TurnStarted", 1)
    put(lines, where, "TurnStarted", **{**event(lines, "TurnStarted"), "turn": "amphi-1-t98"})


def nobody_called(lines: Lines) -> None:
    del lines[at(lines, "TurnStarted", 1) :]


def a_rank_passed_over(lines: Lines) -> None:
    event(lines, "TurnStarted", 1)["entry"] = "e3"


def a_latecomer_passed_over(lines: Lines) -> None:
    event(lines, "TurnStarted", 3).update(entry="e4", late=False)


def the_later_latecomer_first(lines: Lines) -> None:
    """Both e1, put right, and e2 wait: by call rank e1 comes first."""
    where = at(lines, "TurnStarted", 3)
    put(lines, where, "InternPlaced", entry="e1")
    asked = {"id": "r0", "entry": "e1", "post": None}
    given = {"former_post": "P1", "choice_status": "STANDARD", "influenced": []}
    second = {"operator": "person-second-operator", "asked_by": "person-operator"}
    put(lines, where, "ChoiceRectified", **asked, **given, **second)
    put(lines, where, "RectificationAsked", **asked)


def a_latecomer_who_never_was_late(lines: Lines) -> None:
    event(lines, "TurnStarted", 1)["late"] = True


def a_call_of_somebody_served(lines: Lines) -> None:
    event(lines, "TurnStarted", 1)["entry"] = "e1"


def a_call_of_somebody_excluded(lines: Lines) -> None:
    put(lines, at(lines, "TurnStarted", 1), "InternExcluded", entry="e2")


def a_call_of_an_expected_absence(lines: Lines) -> None:
    _facts(lines)["entries"][1]["expected_absence"] = True


def a_rank_of_another_session(lines: Lines) -> None:
    event(lines, "TurnStarted", 1)["entry"] = "e5"


def a_latecomer_who_missed_nothing(lines: Lines) -> None:
    event(lines, "LatecomerPlaced")["entry"] = "e4"


def somebody_placed_before_being_called(lines: Lines) -> None:
    put(lines, at(lines, "LatecomerPlaced"), "InternPlaced", entry="e4")


def more_returns_than_allowed(lines: Lines) -> None:
    _facts(lines)["policy"]["max_returns"] = 0


def a_longer_turn(lines: Lines) -> None:
    event(lines, "TurnStarted")["seconds"] = 100


def a_charge_beyond_the_budget(lines: Lines) -> None:
    event(lines, "TurnMissed")["charged_ms"] = 91_001


def a_charge_of_time_that_did_not_pass(lines: Lines) -> None:
    event(lines, "PostChosen")["charged_ms"] = 2_001


def a_deadline_too_soon(lines: Lines) -> None:
    event(lines, "TurnStarted")["deadline"] -= 1


def a_pause_that_takes_time(lines: Lines) -> None:
    event(lines, "Paused")["remaining_ms"] -= 1


def a_resume_that_takes_time(lines: Lines) -> None:
    event(lines, "Resumed")["deadline"] -= 1


def added_time_that_takes_time(lines: Lines) -> None:
    event(lines, "TurnChanged")["deadline"] -= 60_000


def a_freeze_that_takes_time(lines: Lines) -> None:
    remaining = event(lines, "Frozen")["remaining"]
    remaining.update({turn: ms - 1 for turn, ms in remaining.items()})


def a_thaw_that_takes_time(lines: Lines) -> None:
    deadlines = event(lines, "Thawed")["deadlines"]
    deadlines.update({turn: at - 1 for turn, at in deadlines.items()})


def a_budget_that_grows_by_itself(lines: Lines) -> None:
    event(lines, "TurnChanged")["cause"] = "stalled"


def a_pause_that_makes_the_budget_grow(lines: Lines) -> None:
    event(lines, "Resumed")["budget_ms"] += 1_000


def a_miss_before_the_time(lines: Lines) -> None:
    event(lines, "TurnMissed")["reason"] = "timeout"
    event(lines, "TurnMissed")["charged_ms"] = 0
    delay(lines, at(lines, "TurnMissed"), -10_000)


def an_absence_before_its_time(lines: Lines) -> None:
    """GRACE 60: nobody came, and yet the turn was over after 50 s."""
    _facts(lines)["policy"]["absent_clock"] = "GRACE 60"
    event(lines, "TurnStarted", 1)["attended"] = False
    event(lines, "TurnMissed")["charged_ms"] = 0
    delay(lines, at(lines, "TurnMissed"), -41_000)


def a_miss_during_a_pause(lines: Lines) -> None:
    put(lines, at(lines, "TurnMissed"), "Paused", remaining_ms=10_000)


def a_turn_given_while_frozen(lines: Lines) -> None:
    put(lines, at(lines, "TurnStarted", 1), "Frozen", cause="redis", remaining={})


def a_freeze_that_forgets_the_turn(lines: Lines) -> None:
    event(lines, "Frozen")["remaining"] = {}


def a_thaw_that_forgets_the_turn(lines: Lines) -> None:
    event(lines, "Thawed")["deadlines"] = {}


def a_freeze_within_a_freeze(lines: Lines) -> None:
    frozen = event(lines, "Frozen")
    put(lines, at(lines, "Frozen"), "Frozen", **frozen)


def a_thaw_of_nothing(lines: Lines) -> None:
    del lines[at(lines, "Frozen")]


# Which check finds it: the chain was made intact again after the doctoring.
TURNS: list[tuple[str, Callable[[Lines], None]]] = [
    ("bad_sessions", sessions_with_a_gap),
    ("wrong_session", the_second_session_first),
    ("wrong_session", the_end_of_a_session_that_did_not_run),
    ("session_unfinished", a_session_ended_early),
    ("two_amphis_running", the_second_amphi_before_the_first_is_done),
    ("not_the_turn", a_choice_in_anothers_turn),
    ("not_the_turn", a_choice_without_a_turn),
    ("not_the_turn", a_miss_of_a_turn_that_is_not),
    ("not_the_turn", more_time_for_a_turn_that_is_not),
    ("not_the_turn", presence_at_a_turn_that_is_not),
    ("too_late", a_choice_after_the_time),
    ("two_turns", a_turn_given_twice),
    ("no_turn", nobody_called),
    ("rank_order", a_rank_passed_over),
    ("late_order", a_latecomer_passed_over),
    ("late_order", the_later_latecomer_first),
    ("not_late", a_latecomer_who_never_was_late),
    ("not_callable", a_call_of_somebody_served),
    ("not_callable", a_call_of_somebody_excluded),
    ("not_callable", a_call_of_an_expected_absence),
    ("outside_session", a_rank_of_another_session),
    ("not_missed", a_latecomer_who_missed_nothing),
    ("not_missed", somebody_placed_before_being_called),
    ("too_many_calls", more_returns_than_allowed),
    ("turn_length", a_longer_turn),
    ("overcharged", a_charge_beyond_the_budget),
    ("overcharged", a_charge_of_time_that_did_not_pass),
    ("turn_shortened", a_deadline_too_soon),
    ("turn_shortened", a_pause_that_takes_time),
    ("turn_shortened", a_resume_that_takes_time),
    ("turn_shortened", added_time_that_takes_time),
    ("turn_shortened", a_freeze_that_takes_time),
    ("turn_shortened", a_thaw_that_takes_time),
    ("budget_wrong", a_budget_that_grows_by_itself),
    ("budget_wrong", a_pause_that_makes_the_budget_grow),
    ("missed_early", a_miss_before_the_time),
    ("missed_early", an_absence_before_its_time),
    ("missed_while_held", a_miss_during_a_pause),
    ("turn_granted_while_suspended", a_turn_given_while_frozen),
    ("freeze_forgets_turn", a_freeze_that_forgets_the_turn),
    ("freeze_forgets_turn", a_thaw_that_forgets_the_turn),
    ("freeze_twice", a_freeze_within_a_freeze),
    ("freeze_twice", a_thaw_of_nothing),
]
