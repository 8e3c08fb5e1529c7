"""The naive model, who may give which order in which phase (live-rules.md §1, §5, §8, §10)."""

from collections.abc import Callable

from tests.rules.choosing import naive_amphi as amphis
from tests.rules.choosing import naive_course as course
from tests.rules.choosing import naive_gestures as gestures
from tests.rules.choosing import naive_people as persons
from tests.rules.choosing.naive import PHASES, Json, Naive, No, find, hold, release

Obey = Callable[[Naive, Json, Json], None]


def _all_but(code: str, *allowed: str, **other: str) -> dict[str, str]:
    return {**{each: code for each in PHASES if each not in allowed}, **other}


_CLOSED = {"CLOSED": "amphi_closed"}
_NOT_VALIDATED = {"PLANNED": "amphi_not_validated"}
_BEFORE = {
    "PLANNED": "amphi_not_running",
    "VALIDATED": "amphi_not_running",
    "OPEN": "amphi_not_running",
}
_BETWEEN = {"BETWEEN_SESSIONS": "amphi_not_running"}
_STARTED = dict.fromkeys(("RUNNING", "PAUSED", "BETWEEN_SESSIONS", "CATCH_UP"), "already_started")
_NO_TURN = {**_BEFORE, "BETWEEN_SESSIONS": "no_turn", **_CLOSED}
_NOT_OPEN = {**_NOT_VALIDATED, "VALIDATED": "amphi_not_open"}
_PREPARED = {**_NOT_VALIDATED, **_CLOSED}
_WAITING = {**_NOT_VALIDATED, **_STARTED, **_CLOSED}

PERSONAL: dict[str, tuple[dict[str, str], Obey]] = {
    "choose": ({**_BEFORE, **_BETWEEN, "PAUSED": "amphi_paused", **_CLOSED}, persons.choose),
    "ready": ({**_BEFORE, **_CLOSED}, persons.ready),
    "help": ({**_NOT_OPEN, **_CLOSED}, persons.help_wanted),
    "grant_proxy": (_PREPARED, persons.grant_proxy),
    "accept_proxy": (_PREPARED, persons.accept_proxy),
    "cancel_proxy": (_PREPARED, persons.cancel_proxy),
}

OPERATORS: dict[str, tuple[dict[str, str], Obey]] = {
    "validate": (_all_but("already_validated", "PLANNED"), amphis.validate),
    "publish": (_all_but("already_published", "VALIDATED", **_NOT_VALIDATED), amphis.publish),
    "start": (
        {
            **_NOT_OPEN,
            "RUNNING": "already_started",
            "PAUSED": "amphi_paused",
            "CATCH_UP": "no_session_left",
            **_CLOSED,
        },
        amphis.start,
    ),
    "pause": (
        _all_but("nothing_to_pause", "RUNNING", "CATCH_UP", PAUSED="already_paused"),
        amphis.pause,
    ),
    "resume": (_all_but("not_paused", "PAUSED"), amphis.resume),
    "close": (
        _all_but(
            "not_in_catch_up",
            "CATCH_UP",
            RUNNING="turn_in_progress",
            PAUSED="amphi_paused",
            CLOSED="already_closed",
        ),
        amphis.close,
    ),
    "reschedule": (_WAITING, amphis.reschedule),
    "replace_offer": (_WAITING, amphis.replace_offer),
    "replace_call_list": (_WAITING, amphis.replace_call_list),
    "withdraw_post": (_all_but("not_paused_for_posts", "PAUSED"), amphis.withdraw_post),
    "add_post": (_all_but("not_paused_for_posts", "PAUSED"), amphis.add_post),
    "notice": (_NOT_VALIDATED, amphis.notice),
    "add_time": (_NO_TURN, gestures.add_time),
    "restart_turn": (_NO_TURN, gestures.restart_turn),
    "end_turn": (_NO_TURN, gestures.end_turn),
    "choose_for": ({**_BEFORE, **_BETWEEN, "PAUSED": "amphi_paused"}, gestures.choose_for),
    "place": ({**_BEFORE, **_CLOSED}, gestures.place_intern),
    "exclude": (_PREPARED, gestures.exclude),
    "restore": (_PREPARED, gestures.restore),
    "set_absence": (_PREPARED, gestures.set_absence),
    "set_extra_time": (_PREPARED, gestures.set_extra_time),
    "decide_status_request": (_NOT_VALIDATED, gestures.decide_status_request),
    "lower_flag": (_NOT_VALIDATED, gestures.lower_flag),
    "rectify": (_BEFORE, gestures.rectify),
    "approve_rectification": (_BEFORE, gestures.approve_rectification),
    "cancel_proxy": (_PREPARED, persons.cancel_proxy),
}


def obey(model: Naive, command: Json) -> None:
    {"intern": _person, "operator": _operator, "engine": _engine}[command["role"]](model, command)


def _person(model: Naive, command: Json) -> None:
    if command["name"] not in PERSONAL:
        raise No("not_an_operator")
    amphi = model.amphi(command["amphi"])
    stranger = amphi is None or not persons.lines_of(amphi, command["person"])
    if amphi is None or (stranger and command["name"] != "accept_proxy"):
        raise No("not_in_amphi")
    if model.offer["frozen"]:
        raise No("amphi_frozen")
    refusals, do = PERSONAL[command["name"]]
    _in_phase(refusals, amphi["phase"])
    do(model, amphi, command)


def _operator(model: Naive, command: Json) -> None:
    if command["name"] not in OPERATORS:
        raise No("bad_command")
    amphi = model.amphi(command["amphi"])
    refusals, do = OPERATORS[command["name"]]
    _in_phase(refusals, "PLANNED" if amphi is None else amphi["phase"])
    do(model, amphi or {}, command)


def _in_phase(refusals: dict[str, str], phase: str) -> None:
    if phase in refusals:
        raise No(refusals[phase])


# --- the engine -------------------------------------------------------------


def _engine(model: Naive, command: Json) -> None:
    ENGINE[command["name"]](model, command)


def _tick(model: Naive, command: Json) -> None:
    course.tick(model)


def _freeze(model: Naive, command: Json) -> None:
    under_way = any(amphi["phase"] in course.UNDER_WAY for amphi in model.amphis())
    if model.offer["frozen"] or not under_way:
        return
    remaining = {}
    for turn in _turns(model):
        known = command["charged"].get(turn["id"], turn["budget"] if turn["holds"] else 0)
        left = max(turn["left"] if turn["holds"] else 0, turn["budget"] - known)
        remaining[turn["id"]] = hold(turn, "freeze", model.now, left)
    model.offer["frozen"] = True
    model.tell("Frozen", cause=command["cause"], remaining=remaining)


def _turns(model: Naive) -> list[Json]:
    return [amphi["turn"] for amphi in model.amphis() if amphi["turn"] is not None]


def _thaw(model: Naive, command: Json) -> None:
    if not model.offer["frozen"]:
        return
    held = [turn for turn in _turns(model) if turn["holds"]]
    deadlines = {t["id"]: t["until"] for t in held if release(t, "freeze", model.now)}
    model.offer["frozen"] = False
    model.tell("Thawed", credit_ms=command["credit_ms"], deadlines=deadlines)
    course.go_on(model)


def _hold_turn(model: Naive, command: Json) -> None:
    for amphi in model.amphis():
        turn = amphi["turn"]
        if turn and turn["id"] == command["turn"] and "gateway" not in turn["holds"]:
            left = max(0, turn["budget"] - command["charged_ms"])
            hold(turn, "gateway", model.now, left)
            facts = {"turn": turn["id"], "remaining_ms": left, "cause": "gateway_lost"}
            model.tell("TurnChanged", amphi, **facts)


def _release_turn(model: Naive, command: Json) -> None:
    for amphi in model.amphis():
        turn = amphi["turn"]
        if turn and turn["id"] == command["turn"] and "gateway" in turn["holds"]:
            release(turn, "gateway", model.now)
            facts = {"deadline": turn["until"], "remaining_ms": turn["left"]}
            model.tell("TurnChanged", amphi, turn=turn["id"], cause="gateway_back", **facts)


def _credit_turns(model: Naive, command: Json) -> None:
    for amphi in model.amphis():
        turn = amphi["turn"]
        if turn and not turn["holds"]:
            turn["until"] += command["credit_ms"]
            facts = {"turn": turn["id"], "deadline": turn["until"], "cause": "stalled"}
            model.tell("TurnChanged", amphi, **facts)


def _served_elsewhere(model: Naive, command: Json) -> None:
    amphi = model.amphi(command["amphi"])
    person = None if amphi is None else find(amphi, command["entry"])
    if amphi is None or person is None or person["where"] in ("served", "elsewhere"):
        return
    persons.served_elsewhere(model, amphi, person, command["offer"])
    course.go_on(model)


ENGINE: dict[str, Callable[[Naive, Json], None]] = {
    "tick": _tick,
    "freeze": _freeze,
    "thaw": _thaw,
    "hold_turn": _hold_turn,
    "release_turn": _release_turn,
    "credit_turns": _credit_turns,
    "mark_served_elsewhere": _served_elsewhere,
}
