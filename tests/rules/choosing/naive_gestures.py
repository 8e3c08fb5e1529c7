"""The naive model, operators' gestures on a turn or on one line of the list (live-rules.md §8)."""

from tests.rules.choosing.naive import Json, Naive, No, find, is_served, remaining
from tests.rules.choosing.naive_course import end, go_on, place
from tests.rules.choosing.naive_people import chosen
from tests.rules.choosing.naive_posts import check, sit, stand_up, take

# --- the running turn -------------------------------------------------------


def _turn(amphi: Json) -> Json:
    if amphi["turn"] is None:
        raise No("no_turn")
    found: Json = amphi["turn"]
    return found


def add_time(model: Naive, amphi: Json, command: Json) -> None:
    _more(model, amphi, command["seconds"] * 1000, "time_added")


def restart_turn(model: Naive, amphi: Json, command: Json) -> None:
    turn = _turn(amphi)
    missing = turn["seconds"] * 1000 - remaining(turn, model.now)
    _more(model, amphi, max(0, missing), "restarted")  # never less than there was


def _more(model: Naive, amphi: Json, ms: int, cause: str) -> None:
    turn = _turn(amphi)
    turn["budget"] += ms
    if ms:
        turn["prolonged"] = False
    clock = "left" if turn["holds"] else "until"
    turn[clock] += ms
    facts = {"deadline": turn["until"], "remaining_ms": turn["left"], "budget_ms": turn["budget"]}
    model.tell("TurnChanged", amphi, turn=turn["id"], cause=cause, **facts)


def end_turn(model: Naive, amphi: Json, command: Json) -> None:
    _turn(amphi)
    end(model, amphi, "ended_by_operator")
    go_on(model)


def choose_for(model: Naive, amphi: Json, command: Json) -> None:
    person, turn = find(amphi, command["entry"]), amphi["turn"]
    if person is None:
        raise No("not_in_amphi")
    if is_served(person):
        raise No("already_served")
    if amphi["phase"] == "RUNNING" and (turn is None or turn["entry"] != person["id"]):
        raise No("only_the_current_chooser")
    if amphi["phase"] != "RUNNING" and turn is not None:
        raise No("turn_in_progress")
    take(model, amphi, person, command["post"])
    chosen(model, amphi, person, command, "operator")


# --- one line of the call list ----------------------------------------------


def _person(amphi: Json, command: Json) -> Json:
    person = find(amphi, command["entry"])
    if person is None:
        raise No("unknown_entry")
    return person


def _unserved(amphi: Json, command: Json) -> Json:
    person = _person(amphi, command)
    if is_served(person):
        raise No("already_served")
    return person


def place_intern(model: Naive, amphi: Json, command: Json) -> None:
    person = _unserved(amphi, command)
    if person["where"] in ("late", "choosing"):
        raise No("already_waiting")
    if person["rank"] > amphi["called_up_to"]:
        raise No("not_called_yet")
    person.update(excluded=False, expected_absence=False)
    place(model, amphi, person, by_operator=True)
    model.tell("InternPlaced", amphi, entry=person["id"])
    go_on(model)


def exclude(model: Naive, amphi: Json, command: Json) -> None:
    if _person(amphi, command)["excluded"]:
        raise No("already_excluded")
    person = _unserved(amphi, command)
    _away(model, amphi, person)
    person["excluded"] = True
    model.tell("InternExcluded", amphi, entry=person["id"])
    go_on(model)


def _away(model: Naive, amphi: Json, person: Json) -> None:
    """No turn any more, no place among the latecomers."""
    if person["where"] == "choosing":
        end(model, amphi, "ended_by_operator")
    if person["where"] == "late":
        person.update(where="missed", placed=False)


def restore(model: Naive, amphi: Json, command: Json) -> None:
    person = _person(amphi, command)
    if not person["excluded"]:
        raise No("not_excluded")
    person["excluded"] = False
    _back(amphi, person)
    model.tell("InternRestored", amphi, entry=person["id"])
    go_on(model)


def _back(amphi: Json, person: Json) -> None:
    """ "after the rank was called = missed, absent" """
    if not is_served(person) and person["rank"] <= amphi["called_up_to"]:
        person.update(where="missed", missed="absent", placed=False)


def set_absence(model: Naive, amphi: Json, command: Json) -> None:
    person = _unserved(amphi, command)
    if person["expected_absence"] == command["expected"]:
        raise No("absence_unchanged")
    if command["expected"] and person["proxy"] is not None:
        raise No("proxy_exists")
    if command["expected"]:
        _away(model, amphi, person)
    person["expected_absence"] = command["expected"]
    if not command["expected"]:
        _back(amphi, person)
    model.tell("AbsenceSet", amphi, entry=person["id"], expected=command["expected"])
    go_on(model)


def set_extra_time(model: Naive, amphi: Json, command: Json) -> None:
    _person(amphi, command)["extra"] = command["extra_seconds"]
    facts = {"entry": command["entry"], "extra_seconds": command["extra_seconds"]}
    model.tell("ExtraTimeSet", amphi, **facts)


def decide_status_request(model: Naive, amphi: Json, command: Json) -> None:
    person = _unserved(amphi, command)
    if command["accepted"]:
        person["status"] = command["choice_status"]
    facts = {"entry": person["id"], "accepted": command["accepted"]}
    model.tell("ChoiceStatusDecided", amphi, **facts, choice_status=person["status"])


def lower_flag(model: Naive, amphi: Json, command: Json) -> None:
    person = _person(amphi, command)
    if not person["flag"]:
        raise No("no_flag")
    person["flag"] = False
    model.tell("FlagLowered", amphi, entry=person["id"])


# --- rectification (live-rules.md §7) ---------------------------------------


def rectify(model: Naive, amphi: Json, command: Json) -> None:
    person = _person(amphi, command)
    if not command["reason"].strip():
        raise No("reason_needed")
    _could_be(model, amphi, person, command["post"])
    asked = {"id": f"r{model.next_seq()}", "entry": person["id"], "post": command["post"]}
    amphi["asked"].append({**asked, "by": command["person"]})
    model.tell("RectificationAsked", amphi, **asked)


def _could_be(model: Naive, amphi: Json, person: Json, post: str | None) -> None:
    """The new post must be one the intern might have taken, had the first not been."""
    if person["where"] != "served":
        raise No("not_served")
    if post is None:
        return
    seat = model.offer["posts"][person["post"]]
    before = {**seat}  # who came first stays first
    stand_up(model, person)
    try:
        check(model, amphi, person, post)
    finally:
        seat.update(before)


def approve_rectification(model: Naive, amphi: Json, command: Json) -> None:
    asked = next((each for each in amphi["asked"] if each["id"] == command["id"]), None)
    if asked is None:
        raise No("unknown_rectification")
    if asked["by"] == command["person"]:
        raise No("second_operator_needed")
    person = find(amphi, asked["entry"])
    assert person is not None
    _could_be(model, amphi, person, asked["post"])
    amphi["asked"].remove(asked)
    _rectified(model, amphi, person, asked)
    go_on(model)


def _rectified(model: Naive, amphi: Json, person: Json, asked: Json) -> None:
    former, since = person["post"], person["chosen_at"]
    others = sorted(
        (each["chosen_at"], each["id"])
        for _, each in model.everybody()
        if each["where"] == "served"
    )
    stand_up(model, person)
    if asked["post"] is None:
        person.update(where="missed", missed="ended_by_operator", post=None, chosen_at=None)
    else:
        sit(model, person, asked["post"])
        person.update(post=asked["post"], chosen_at=model.next_seq())
    facts = {"entry": person["id"], "former_post": former, "post": asked["post"]}
    influenced = [entry for chosen_at, entry in others if chosen_at > since]
    model.tell("ChoiceRectified", amphi, id=asked["id"], **facts, influenced=influenced)
