"""The naive model, how things go on by themselves: latecomers, turns, ends of sessions, time."""

from tests.rules.choosing.naive import (
    Json,
    Naive,
    charged,
    find,
    latecomers,
    people,
    remaining,
    running_session,
    still_to_call,
)

UNDER_WAY = ("RUNNING", "PAUSED", "BETWEEN_SESSIONS", "CATCH_UP")


def go_on(model: Naive) -> None:
    """After anything that happened; while frozen nothing goes on by itself."""
    if model.offer["frozen"]:
        return
    for amphi in model.amphis():
        if amphi["phase"] in UNDER_WAY:
            _somebody_came_for_the_turn(model, amphi)
            _latecomers_come_and_go(model, amphi)
    while _somebody_is_called(model) or _a_session_ends(model):
        pass


def _somebody_came_for_the_turn(model: Naive, amphi: Json) -> None:
    turn = amphi["turn"]
    if turn is None or turn["attended"]:
        return
    person = find(amphi, turn["entry"])
    if person is not None and model.is_here(person):
        turn["attended"] = True
        model.tell("TurnAttended", amphi, turn=turn["id"])


def _latecomers_come_and_go(model: Naive, amphi: Json) -> None:
    for person in people(amphi):
        automatic = person["where"] == "missed" and person["missed"] == "absent"
        if automatic and may_come_back(amphi, person) and model.is_here(person):
            place(model, amphi, person, by_operator=False)
            model.tell("LatecomerPlaced", amphi, entry=person["id"])
        elif person["where"] == "late" and not person["placed"] and model.is_absent(person):
            person["where"] = "missed"
            model.tell("LatecomerLeft", amphi, entry=person["id"])


def may_come_back(amphi: Json, person: Json) -> bool:
    """ "Each comes back at most max_returns = 2 times, counted when the turn is granted." """
    kept_away = person["excluded"] or person["expected_absence"]
    return not kept_away and person["returns"] < amphi["policy"]["max_returns"]


def place(model: Naive, amphi: Json, person: Json, *, by_operator: bool) -> None:
    if person["where"] != "missed":  # passed over: as if missed, absent
        person["missed"] = "absent"
    person.update(where="late", placed=by_operator, since=model.next_seq())


# --- turns ------------------------------------------------------------------


def _somebody_is_called(model: Naive) -> bool:
    groups = [[amphi] for amphi in model.amphis()] if model.parallel() else [model.amphis()]
    for group in groups:
        if not any(amphi["turn"] for amphi in group) and _call_next(model, group):
            return True
    return False


def _call_next(model: Naive, amphis: list[Json]) -> bool:
    """Latecomers of earlier amphis, of later ones, then the next rank of a running session."""
    for amphi in amphis:
        if amphi["phase"] in ("RUNNING", "CATCH_UP") and latecomers(amphi):
            _call(model, amphi, latecomers(amphi)[0])
            return True
    for amphi in amphis:
        if amphi["phase"] == "RUNNING" and still_to_call(amphi):
            _call(model, amphi, still_to_call(amphi)[0])
            return True
    return False


def _call(model: Naive, amphi: Json, person: Json) -> None:
    turn = f"{amphi['id']}-t{model.next_seq()}"
    late, placed = person["where"] == "late", person["placed"]
    person["turns"].append(turn)
    person["calls"] += 1
    if not late:
        amphi["called_up_to"] = max(amphi["called_up_to"], person["rank"])
    if amphi["policy"]["absent_clock"] == "SKIP" and model.is_absent(person):
        person.update(where="missed", missed="absent", placed=False)
        facts = {"turn": turn, "entry": person["id"], "reason": "absent", "charged_ms": 0}
        model.tell("TurnMissed", amphi, **facts)
        return
    if late and not placed:
        person["returns"] += 1
    _grant(model, amphi, person, turn, late)


def _grant(model: Naive, amphi: Json, person: Json, turn: str, late: bool) -> None:
    seconds = amphi["policy"]["turn_seconds"] + person["extra"]
    person.update(where="choosing", placed=False)
    amphi["turn"] = {
        "id": turn,
        "entry": person["id"],
        "granted_at": model.now,
        "seconds": seconds,
        "budget": seconds * 1000,
        "until": model.now + seconds * 1000,
        "left": None,
        "holds": [],
        "attended": amphi["policy"]["absent_clock"] == "FULL" or model.is_here(person),
        "prolonged": False,
    }
    deadline = amphi["turn"]["until"]
    facts = {"turn": turn, "entry": person["id"], "deadline": deadline, "seconds": seconds}
    model.tell("TurnStarted", amphi, **facts, late=late)


def end(model: Naive, amphi: Json, reason: str) -> None:
    """Over without a choice."""
    turn = amphi["turn"]
    person = find(amphi, turn["entry"])
    assert person is not None
    cost = charged(amphi, model.now)
    amphi["turn"] = None
    person.update(where="missed", missed=reason)
    facts = {"turn": turn["id"], "entry": person["id"], "reason": reason, "charged_ms": cost}
    model.tell("TurnMissed", amphi, **facts)


def _a_session_ends(model: Naive) -> bool:
    for amphi in model.amphis():
        session = running_session(amphi)
        busy = amphi["turn"] or latecomers(amphi) or still_to_call(amphi)
        if amphi["phase"] == "RUNNING" and session is not None and not busy:
            session["state"] = "ended"
            amphi["called_up_to"] = max(amphi["called_up_to"], session["to_rank"])
            amphi["phase"] = "BETWEEN_SESSIONS"
            model.tell("SessionEnded", amphi, session=session["n"])
            if all(each["state"] == "ended" for each in amphi["sessions"]):
                amphi["phase"] = "CATCH_UP"
                model.tell("CatchUpStarted", amphi)
            return True
    return False


# --- time passes ------------------------------------------------------------


def tick(model: Naive) -> None:
    if not model.offer["frozen"]:
        for amphi in model.amphis():
            _time_is_up(model, amphi)
        for amphi in model.amphis():
            _extra_time_begins(model, amphi)
            _starts_by_itself(model, amphi)
    go_on(model)


def _time_is_up(model: Naive, amphi: Json) -> None:
    turn = amphi["turn"]
    if turn is None or turn["holds"]:
        return
    person = find(amphi, turn["entry"])
    assert person is not None
    absent = model.is_absent(person)
    if remaining(turn, model.now) + amphi["policy"]["grace_ms"] <= 0:
        end(model, amphi, "absent" if absent else "timeout")
    elif absent and not turn["attended"] and _spent(turn, model.now) >= _for_the_absent(amphi):
        end(model, amphi, "absent")


def _spent(turn: Json, now: int) -> int:
    return int(turn["budget"]) - remaining(turn, now)


def _for_the_absent(amphi: Json) -> int:
    """FULL never comes here: a turn that runs in full counts as attended."""
    word, *seconds = amphi["policy"]["absent_clock"].split()
    return 0 if word == "SKIP" else int(seconds[0]) * 1000


def _extra_time_begins(model: Naive, amphi: Json) -> None:
    """ "Others are shown the ordinary deadline, then 'temps prolongé'." """
    turn = amphi["turn"]
    if turn is None or turn["holds"] or turn["prolonged"]:
        return
    extra = turn["seconds"] * 1000 - amphi["policy"]["turn_seconds"] * 1000
    if extra > 0 and remaining(turn, model.now) <= extra:
        turn["prolonged"] = True
        facts = {"turn": turn["id"], "deadline": turn["until"], "cause": "prolonged"}
        model.tell("TurnChanged", amphi, **facts)


def _starts_by_itself(model: Naive, amphi: Json) -> None:
    """ "with the policy on the clock does at its planned time; red: tries again each minute" """
    from tests.rules.choosing.naive_amphi import red, why_not_start

    planned = next((each for each in amphi["sessions"] if each["state"] == "planned"), None)
    if not amphi["policy"]["auto_start"] or planned is None:
        return
    if amphi["phase"] not in ("OPEN", "BETWEEN_SESSIONS") or model.now < planned["starts_at"]:
        return
    tried = amphi["delayed_at"]
    if tried is not None and model.now < tried + 60_000:
        return
    if red(amphi) or why_not_start(model, amphi, None):
        amphi["delayed_at"] = model.now
        model.tell("StartDelayed", amphi, session=planned["n"])
    else:
        begin(model, amphi, planned)


def begin(model: Naive, amphi: Json, session: Json) -> None:
    amphi.update(phase="RUNNING", delayed_at=None)
    session["state"] = "running"
    model.tell("SessionStarted", amphi, session=session["n"])
