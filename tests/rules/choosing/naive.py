"""A naive model of live-rules.md: plain dicts and lists, slow and obvious, shares nothing.

Imports nothing of `amphi.rules`. Commands and events are plain JSON, as on the wire. Where the
engine folds events into a state, this model changes its dicts first and tells of it afterwards.
"""

import copy
from typing import Any

Json = dict[str, Any]

PHASES = [
    "PLANNED",
    "VALIDATED",
    "OPEN",
    "RUNNING",
    "PAUSED",
    "BETWEEN_SESSIONS",
    "CATCH_UP",
    "CLOSED",
]


class No(Exception):
    """The rules say no."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Naive:
    """One offer with its amphis. `play` is the only way to change it."""

    def __init__(self, offer: str) -> None:
        self.offer: Json = {
            "id": offer,
            "seq": 0,
            "amphis": [],
            "posts": {},
            "version": 0,
            "frozen": False,
        }
        self.now = 0
        self.here: set[str] = set()
        self.known = True
        self.events: list[Json] = []

    def play(self, command: Json, now: int, here: set[str], known: bool) -> list[Json] | str:
        """Events, or the code of the refusal. Not `known`: others than `here` may be present."""
        from tests.rules.choosing import naive_commands

        before = copy.deepcopy(self.offer)
        self.now, self.here, self.known, self.events = now, here, known, []
        try:
            naive_commands.obey(self, command)
        except No as no:
            self.offer = before
            return no.code
        return self.events

    # --- telling ------------------------------------------------------------

    def tell(self, kind: str, amphi: Json | None = None, **fields: Any) -> None:
        self.offer["seq"] += 1
        where = {} if amphi is None else {"amphi": amphi["id"]}
        self.events.append({"kind": kind, **where, **fields})

    def next_seq(self) -> int:
        return int(self.offer["seq"]) + 1

    # --- looking ------------------------------------------------------------

    def amphis(self) -> list[Json]:
        return sorted(self.offer["amphis"], key=lambda amphi: int(amphi["position"]))

    def amphi(self, name: str | None) -> Json | None:
        return next((each for each in self.offer["amphis"] if each["id"] == name), None)

    def everybody(self) -> list[tuple[Json, Json]]:
        return [(amphi, each) for amphi in self.amphis() for each in people(amphi)]

    def parallel(self) -> bool:
        return all(amphi["policy"]["parallel"] for amphi in self.offer["amphis"])

    def is_here(self, person: Json) -> bool:
        return chooser(person) in self.here

    def is_absent(self, person: Json) -> bool:
        """Unknown is never absent."""
        return self.known and chooser(person) not in self.here


# --- building ---------------------------------------------------------------


def new_amphi(facts: Json) -> Json:
    return {
        **{key: facts[key] for key in ("id", "code", "group", "regime", "position", "policy")},
        "phase": "VALIDATED",
        "came_from": None,
        "sessions": new_sessions(facts["sessions"]),
        "people": new_people(facts["entries"]),
        "turn": None,
        "called_up_to": 0,
        "delayed_at": None,
        "asked": [],
        "version": facts["call_list_version"],
    }


def new_sessions(facts: list[Json]) -> list[Json]:
    return [{**each, "state": "planned"} for each in sorted(facts, key=lambda s: s["from_rank"])]


def new_people(entries: list[Json]) -> list[Json]:
    return [new_person(each) for each in sorted(entries, key=lambda entry: entry["call_rank"])]


def new_person(facts: Json) -> Json:
    return {
        "id": facts["id"],
        "account": facts["person"],
        "rank": facts["call_rank"],
        "des": facts["des"],
        "status": facts["choice_status"],
        "extra": facts["extra_seconds"],
        "expected_absence": facts["expected_absence"],
        "proxy": copy.deepcopy(facts["proxy"]),
        "former_holders": [],
        "excluded": False,
        "where": "waiting",  # waiting, choosing, missed, late, served, elsewhere
        "missed": None,  # why: absent, timeout, ended_by_operator
        "placed": False,  # late by an operator's gesture
        "since": 0,  # late since this event
        "returns": 0,
        "calls": 0,
        "flag": False,
        "turns": [],
        "post": None,
        "chosen_at": None,
    }


def new_post(facts: Json) -> Json:
    return {**facts, "withdrawn": False, "standard": None, "surnombre": []}


# --- looking at an amphi ----------------------------------------------------


def people(amphi: Json) -> list[Json]:
    found: list[Json] = amphi["people"]
    return found


def find(amphi: Json, entry: str | None) -> Json | None:
    return next((each for each in people(amphi) if each["id"] == entry), None)


def chooser(person: Json) -> str | None:
    """DCI §6: the intern, or the holder once a proxy is granted; nobody until it is accepted."""
    account = person["account"] if person["proxy"] is None else person["proxy"]["holder"]
    return None if account is None else str(account)


def is_served(person: Json) -> bool:
    return person["where"] in ("served", "elsewhere")


def latecomers(amphi: Json) -> list[Json]:
    """DCI §10.3: "several: by call rank (policy late_order = RANK, or ARRIVAL)"."""
    late = [each for each in people(amphi) if each["where"] == "late"]
    if amphi["policy"]["late_order"] == "ARRIVAL":
        late.sort(key=lambda each: int(each["since"]))
    return late


def running_session(amphi: Json) -> Json | None:
    return next((each for each in amphi["sessions"] if each["state"] == "running"), None)


def still_to_call(amphi: Json) -> list[Json]:
    """Ranks of the running session that wait, without those passed over without a clock."""
    session = running_session(amphi)
    if session is None:
        return []
    ranks = range(session["from_rank"], session["to_rank"] + 1)
    return [each for each in people(amphi) if each["rank"] in ranks and waits_for_a_call(each)]


def waits_for_a_call(person: Json) -> bool:
    free = not person["excluded"] and not person["expected_absence"]
    return person["where"] == "waiting" and free


def queue(amphi: Json) -> list[Json]:
    """Who will be called, in order: the one choosing, latecomers, ranks of this session and the next."""
    choosing = [each for each in people(amphi) if each["where"] == "choosing"]
    return [*choosing, *latecomers(amphi), *filter(waits_for_a_call, people(amphi))]


# --- the clock of a turn ----------------------------------------------------


def remaining(turn: Json, now: int) -> int:
    """Negative behind the deadline."""
    return int(turn["left"] if turn["holds"] else turn["until"] - now)


def charged(amphi: Json, now: int) -> int:
    """At most the budget and the grace; never less than nothing."""
    turn = amphi["turn"]
    most = turn["budget"] + amphi["policy"]["grace_ms"]
    return int(max(0, min(most, turn["budget"] - remaining(turn, now))))


def hold(turn: Json, why: str, now: int, left: int | None = None) -> int:
    """Stop the clock for one more reason; what remains, never below nothing."""
    kept = max(0, remaining(turn, now)) if left is None else left
    turn["holds"] = sorted({*turn["holds"], why})
    turn.update(left=kept, until=None)
    return kept


def release(turn: Json, why: str, now: int) -> bool:
    """One reason less; True when the clock runs again."""
    turn["holds"] = [each for each in turn["holds"] if each != why]
    if turn["holds"]:
        return False
    turn.update(until=now + turn["left"], left=None)
    return True
