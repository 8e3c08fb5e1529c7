"""The naive model, operators' gestures on a whole amphi (live-rules.md §1, §8)."""

from itertools import pairwise
from typing import Any

from tests.rules.choosing.naive import (
    Json,
    Naive,
    No,
    find,
    hold,
    latecomers,
    new_amphi,
    new_people,
    new_post,
    new_sessions,
    people,
    release,
)
from tests.rules.choosing.naive_course import begin, go_on


def validate(model: Naive, amphi: Json, command: Json) -> None:
    facts = command["facts"]
    if facts is None:  # the rows were not brought
        raise No("bad_command")
    model.offer["amphis"].append(new_amphi(facts))
    if not model.offer["posts"]:
        _put_posts(model, command["posts"], 1)
    model.tell("AmphiValidated", {"id": facts["id"]})


def _put_posts(model: Naive, posts: list[Json], version: int) -> None:
    model.offer["posts"] = {each["number"]: new_post(each) for each in posts}
    model.offer["version"] = version


def publish(model: Naive, amphi: Json, command: Json) -> None:
    amphi["phase"] = "OPEN"
    model.tell("AmphiPublished", amphi)


def start(model: Naive, amphi: Json, command: Json) -> None:
    why_not = why_not_start(model, amphi, command["session"])
    if why_not:
        raise No(why_not)
    if red(amphi) and not command["override"].strip():
        raise No("not_ready")
    begin(model, amphi, next(each for each in amphi["sessions"] if each["state"] == "planned"))
    go_on(model)


def why_not_start(model: Naive, amphi: Json, asked: int | None) -> str | None:
    planned = [each["n"] for each in amphi["sessions"] if each["state"] == "planned"]
    if not planned:
        return "no_session_left"
    if asked not in (None, planned[0]):
        return "session_out_of_order"
    if model.parallel() or not any(_in_the_way(other, amphi) for other in model.amphis()):
        return None
    return "another_amphi_running"


def _in_the_way(other: Json, amphi: Json) -> bool:
    """One after the other: those before must be in CATCH_UP or CLOSED, those after not begun.

    Whoever has begun is not stopped by an amphi that was validated too late and has not.
    """
    done = other["phase"] in ("CATCH_UP", "CLOSED")
    done = done or (other["phase"] == "PAUSED" and other["came_from"] == "CATCH_UP")
    before = other["position"] < amphi["position"] and not _begun(amphi)
    return other is not amphi and not done and (before or _begun(other))


def _begun(amphi: Json) -> bool:
    return any(each["state"] != "planned" for each in amphi["sessions"])


def red(amphi: Json) -> bool:
    """ "duplicate or missing ranks, unranked interns, sessions that are no partition" """
    ranks = [each["rank"] for each in people(amphi)]
    twice = len(set(ranks)) < len(ranks)
    return not ranks or twice or min(ranks) < 1 or not is_partition(amphi["sessions"], ranks)


def is_partition(sessions: list[Json], ranks: list[int]) -> bool:
    """Each rank in exactly one session; sessions touch, numbered in order."""
    if not sessions or not ranks:
        return not ranks
    ordered = sorted(sessions, key=lambda each: int(each["from_rank"]))
    in_order = all(a["n"] < b["n"] for a, b in pairwise(ordered))
    touching = all(b["from_rank"] - a["to_rank"] == 1 for a, b in pairwise(ordered))
    proper = all(each["from_rank"] <= each["to_rank"] for each in ordered)
    covered = all(any(s["from_rank"] <= r <= s["to_rank"] for s in ordered) for r in ranks)
    return in_order and touching and proper and covered


def pause(model: Naive, amphi: Json, command: Json) -> None:
    left = None if amphi["turn"] is None else hold(amphi["turn"], "pause", model.now)
    amphi.update(came_from=amphi["phase"], phase="PAUSED")
    model.tell("Paused", amphi, remaining_ms=left)


def resume(model: Naive, amphi: Json, command: Json) -> None:
    turn, facts = amphi["turn"], {"deadline": None, "remaining_ms": None}
    if turn is not None:
        _refill(amphi, turn)
        runs = release(turn, "pause", model.now)
        facts = {"deadline": turn["until"]} if runs else {"remaining_ms": turn["left"]}
    amphi.update(phase=amphi["came_from"], came_from=None)
    model.tell("Resumed", amphi, **facts)
    go_on(model)


def _refill(amphi: Json, turn: Json) -> None:
    """Policy pause_resumes = FULL: as if the turn began anew."""
    if amphi["policy"]["pause_resumes"] == "FULL":
        full = max(turn["left"], turn["seconds"] * 1000)
        if full != turn["left"]:
            turn["prolonged"] = False
        turn["budget"] += full - turn["left"]
        turn["left"] = full


def close(model: Naive, amphi: Json, command: Json) -> None:
    if amphi["turn"] is not None or latecomers(amphi):
        raise No("turn_in_progress")
    amphi["phase"] = "CLOSED"
    model.tell("AmphiClosed", amphi)


# --- before session 1 -------------------------------------------------------


def reschedule(model: Naive, amphi: Json, command: Json) -> None:
    if not is_partition(command["sessions"], [each["rank"] for each in people(amphi)]):
        raise No("sessions_not_a_partition")
    amphi["sessions"] = new_sessions(command["sessions"])
    model.tell("Rescheduled", amphi, sessions=command["sessions"])


def replace_offer(model: Naive, amphi: Json, command: Json) -> None:
    every = [session for each in model.amphis() for session in each["sessions"]]
    if any(session["state"] != "planned" for session in every):
        raise No("already_started")
    _put_posts(model, command["posts"], model.offer["version"] + 1)
    model.tell("OfferReplaced", amphi, version=model.offer["version"])


def replace_call_list(model: Naive, amphi: Json, command: Json) -> None:
    ranks = [each["call_rank"] for each in command["entries"]]
    if len(set(ranks)) < len(ranks):
        raise No("duplicate_rank")
    if not is_partition(command["sessions"], ranks):
        raise No("sessions_not_a_partition")
    amphi["version"] += 1
    amphi["people"] = new_people(command["entries"])
    amphi["sessions"] = new_sessions(command["sessions"])
    model.tell("CallListReplaced", amphi, version=amphi["version"])


# --- posts, notices ---------------------------------------------------------


def withdraw_post(model: Naive, amphi: Json, command: Json) -> None:
    post = model.offer["posts"].get(command["post"])
    if post is None:
        raise No("unknown_post")
    if post["withdrawn"]:
        raise No("post_withdrawn")
    if post["standard"] or post["surnombre"]:
        raise No("post_has_assignments")
    post["withdrawn"] = True
    model.tell("PostWithdrawn", amphi, post=post["number"])


def add_post(model: Naive, amphi: Json, command: Json) -> None:
    post = command["post"]
    if post["number"] in model.offer["posts"]:
        raise No("post_exists")
    model.offer["posts"][post["number"]] = new_post(post)
    model.tell("PostAdded", amphi)


def notice(model: Naive, amphi: Json, command: Json) -> None:
    to = command["to"]
    if to.startswith("entry:") and find(amphi, to.removeprefix("entry:")) is None:
        raise No("unknown_entry")
    facts: dict[str, Any] = {"id": f"n{model.next_seq()}", "text": command["text"], "to": to}
    model.tell("NoticePosted", amphi, **facts)
