"""Journals doctored in what people chose, and in what makes a line readable."""

import json
from collections.abc import Callable

from tests.verify.journals import Json, at, event, put

Lines = list[Json]


def _facts(lines: Lines) -> Json:
    found: Json = event(lines, "AmphiValidated")["facts"]
    return found


def _post(lines: Lines, number: str) -> Json:
    posts: list[Json] = event(lines, "AmphiValidated")["posts"]
    return next(each for each in posts if each["number"] == number)


def a_line_that_is_no_event(lines: Lines) -> None:
    lines[at(lines, "Paused")]["text"] = "[]"


def an_event_without_its_kind(lines: Lines) -> None:
    lines[at(lines, "Paused")]["text"] = '{"at":1,"event":{}}'


def a_text_with_spaces(lines: Lines) -> None:
    lines[0]["text"] = json.dumps({"offer": "offer-9", "seq": 1, **lines[0]})


def an_event_of_no_known_kind(lines: Lines) -> None:
    event(lines, "Paused")["kind"] = "PostStolen"


def a_turn_without_its_deadline(lines: Lines) -> None:
    del event(lines, "TurnStarted")["deadline"]


def a_turn_for_somebody_not_on_the_list(lines: Lines) -> None:
    event(lines, "TurnStarted")["entry"] = "e99"


def an_event_of_an_unknown_amphi(lines: Lines) -> None:
    event(lines, "AmphiPublished")["amphi"] = "amphi-99"


def a_choice_of_an_unknown_post(lines: Lines) -> None:
    event(lines, "PostChosen")["post"] = "P99"


def facts_without_a_policy(lines: Lines) -> None:
    del _facts(lines)["policy"]


def published_twice(lines: Lines) -> None:
    put(lines, at(lines, "SessionStarted") + 1, "AmphiPublished")


def one_rank_for_two(lines: Lines) -> None:
    _facts(lines)["entries"][1]["call_rank"] = 1


def one_post_for_two(lines: Lines) -> None:
    event(lines, "PostChosen", 1)["post"] = "P1"


def two_surnombre_in_one_service(lines: Lines) -> None:
    _facts(lines)["entries"][5]["choice_status"] = "SURNOMBRE_NON_VALIDANT"
    event(lines, "PostChosen", 5)["choice_status"] = "SURNOMBRE_NON_VALIDANT"


def surnombre_above_a_better_rank(lines: Lines) -> None:
    event(lines, "PostChosen", 4)["post"] = "P1"


def surnombre_on_any_taken_post(lines: Lines) -> None:
    _facts(lines)["policy"]["validant_targets"] = "FREE_ONLY"
    event(lines, "PostChosen", 4)["post"] = "P4"


def surnombre_non_validant_on_a_free_post(lines: Lines) -> None:
    _facts(lines)["policy"]["non_validant_targets"] = "TAKEN_ONLY"
    _facts(lines)["entries"][4]["choice_status"] = "SURNOMBRE_NON_VALIDANT"
    event(lines, "PostChosen", 4)["choice_status"] = "SURNOMBRE_NON_VALIDANT"


def a_second_choice(lines: Lines) -> None:
    again = {**event(lines, "PostChosen"), "post": "P6"}
    where = at(lines, "PostChosen") + 1
    lines.insert(where, {**lines[where], "event": again})


def one_person_on_two_lines(lines: Lines) -> None:
    _facts(lines)["entries"][2]["person"] = "person-e1"
    event(lines, "PostChosen", 1)["person"] = "person-e1"


def a_click_by_somebody_else(lines: Lines) -> None:
    event(lines, "PostChosen")["person"] = "person-e2"


def a_click_by_the_grantor(lines: Lines) -> None:
    put(lines, at(lines, "PostChosen"), "ProxyGranted", entry="e1", proxy="grant-1")


def a_click_by_a_holder_of_nothing(lines: Lines) -> None:
    event(lines, "PostChosen")["by"] = "proxy"


def a_type_of_choice_of_ones_own(lines: Lines) -> None:
    event(lines, "PostChosen")["choice_status"] = "SURNOMBRE_NON_VALIDANT"


def a_withdrawn_post(lines: Lines) -> None:
    put(lines, at(lines, "PostChosen"), "PostWithdrawn", post="P1")


def a_post_of_another_regime(lines: Lines) -> None:
    _post(lines, "P1")["regimes"] = ["ADVANCED"]


def a_post_of_another_group(lines: Lines) -> None:
    event(lines, "PostChosen")["post"] = "G1"


def a_reserved_post(lines: Lines) -> None:
    event(lines, "PostChosen")["post"] = "R1"


def a_choice_while_frozen(lines: Lines) -> None:
    turn = event(lines, "TurnStarted")["turn"]
    put(lines, at(lines, "PostChosen"), "Frozen", cause="redis", remaining={turn: 90_000})


def a_rectification_of_no_choice(lines: Lines) -> None:
    event(lines, "ChoiceRectified")["former_post"] = "P1"


def a_rectification_by_one_alone(lines: Lines) -> None:
    event(lines, "ChoiceRectified")["operator"] = "person-operator"


def a_rectification_onto_a_taken_post(lines: Lines) -> None:
    event(lines, "ChoiceRectified")["post"] = "P2"


# Which check finds it: the chain was made intact again after the doctoring.
CHOICES: list[tuple[str, Callable[[Lines], None]]] = [
    ("unreadable", a_line_that_is_no_event),
    ("unreadable", an_event_without_its_kind),
    ("text_disagrees", a_text_with_spaces),
    ("text_not_canonical", a_text_with_spaces),
    ("unknown_kind", an_event_of_no_known_kind),
    ("field_missing", a_turn_without_its_deadline),
    ("dangling", a_turn_for_somebody_not_on_the_list),
    ("dangling", an_event_of_an_unknown_amphi),
    ("dangling", a_choice_of_an_unknown_post),
    ("not_replayable", facts_without_a_policy),
    ("wrong_phase", published_twice),
    ("bad_call_list", one_rank_for_two),
    ("post_taken_twice", one_post_for_two),
    ("surnombre_over_cap", two_surnombre_in_one_service),
    ("surnombre_not_allowed", surnombre_above_a_better_rank),
    ("surnombre_not_allowed", surnombre_on_any_taken_post),
    ("surnombre_not_allowed", surnombre_non_validant_on_a_free_post),
    ("served_twice", a_second_choice),
    ("served_twice", one_person_on_two_lines),
    ("not_entitled", a_click_by_somebody_else),
    ("not_entitled", a_click_by_the_grantor),
    ("not_entitled", a_click_by_a_holder_of_nothing),
    ("status_differs", a_type_of_choice_of_ones_own),
    ("post_not_offered", a_withdrawn_post),
    ("post_not_offered", a_post_of_another_regime),
    ("post_not_offered", a_post_of_another_group),
    ("post_reserved", a_reserved_post),
    ("chosen_while_suspended", a_choice_while_frozen),
    ("not_served", a_rectification_of_no_choice),
    ("one_operator", a_rectification_by_one_alone),
    ("post_taken_twice", a_rectification_onto_a_taken_post),
]
