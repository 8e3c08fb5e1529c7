"""Who may choose what: the list of live-rules.md §5, read naively, on the model's state."""

from collections.abc import Iterator
from typing import Any

from loadtests.history.findings import Json
from loadtests.history.model import State

# What a choice may be refused for because of the machinery, not because of who asks for what.
OF_THE_MACHINERY = frozenset({"amphi_frozen", "unavailable", "conductor_changed", "id_reused"})
OF_THE_RULES = frozenset(
    {
        *("not_in_amphi", "amphi_paused", "amphi_closed", "amphi_not_running"),
        *("proxy_holds_the_choice", "not_the_proxy_holder", "already_served"),
        *("turn_expired", "not_your_turn", "unknown_post", "post_withdrawn"),
        *("post_not_in_your_offer", "post_reserved", "post_filled", "surnombre_not_allowed"),
    }
)


def of_choosing(state: State, amphi_id: str, person: str, frame: Json) -> str | None:
    """The code with which `choose` is refused in this state; None: it is accepted."""
    amphi = state["amphis"].get(amphi_id)
    mine = [] if amphi is None else _lines_of(amphi, person)
    if amphi is None or not mine:
        return "not_in_amphi"
    entry = next((each for each in mine if frame["turn"] in each["turns"]), mine[0])
    codes = _reasons(state, amphi, entry, (person, frame["turn"], frame["post"]))
    return next(codes, None)


def _lines_of(amphi: State, person: str) -> list[State]:
    """One's own line first, then those one holds or held for somebody."""
    entries = list(amphi["entries"].values())
    held = [each for each in entries if (each["proxy"] or {}).get("holder") == person]
    former = [each for each in entries if person in each["former"]]
    return [*(each for each in entries if each["person"] == person), *held, *former]


def _reasons(
    state: State, amphi: State, entry: State, asked: tuple[str, str, str]
) -> Iterator[str]:
    """All that hold, in the order of the manual."""
    person, turn, number = asked
    if state["frozen"]:
        yield "amphi_frozen"
    if amphi["phase"] not in ("RUNNING", "CATCH_UP"):
        names = {"PAUSED": "amphi_paused", "CLOSED": "amphi_closed"}
        yield names.get(amphi["phase"], "amphi_not_running")
    if entry["person"] == person and entry["proxy"] is not None:
        yield "proxy_holds_the_choice"
    if entry["person"] != person and (entry["proxy"] or {}).get("holder") != person:
        yield "not_the_proxy_holder"
    if entry["served"]:
        yield "already_served"
    if amphi["turn"] is None or amphi["turn"] != {"id": turn, "entry": entry["id"]}:
        yield "turn_expired" if turn in entry["turns"] else "not_your_turn"
    yield from _of_the_post(state, amphi, entry, state["posts"].get(number))


def _of_the_post(state: State, amphi: State, entry: State, post: State | None) -> Iterator[str]:
    if post is None:
        yield "unknown_post"
        return
    if post["withdrawn"]:
        yield "post_withdrawn"
    if _not_offered(amphi, post):
        yield "post_not_in_your_offer"
    if post["reserved_for"] and entry["des"] not in post["reserved_for"]:
        yield "post_reserved"
    if entry["choice_status"] == "STANDARD":
        if post["standard"] is not None:
            yield "post_filled"
    elif not _in_addition(state, amphi, entry, post):
        yield "surnombre_not_allowed"


def _not_offered(amphi: State, post: State) -> bool:
    wrong_regime = post["regimes"] and amphi["regime"] not in post["regimes"]
    return bool(wrong_regime or (post["groups"] and amphi["group"] not in post["groups"]))


def _in_addition(state: State, amphi: State, entry: State, post: State) -> bool:
    """The table of live-rules.md §5, by policy."""
    policy: dict[str, Any] = amphi["policy"]
    service, cap = post["service"], policy["max_surnombre_per_service"]
    same = [each for each in state["posts"].values() if each["service"] == service]
    taken = sum(len(each["surnombre"]) for each in (same if service else [post]))
    if cap is not None and taken >= cap:
        return False
    if entry["choice_status"] == "SURNOMBRE_NON_VALIDANT":
        return policy["non_validant_targets"] == "ANY" or post["standard"] is not None
    if post["standard"] is None:
        return True
    return policy["validant_targets"] == "FREE_OR_LOWER_RANKED" and (
        _place(state, post["standard"]) > (amphi["position"], entry["rank"])
    )


def _place(state: State, entry: str) -> tuple[int, int]:
    amphi = next(each for each in state["amphis"].values() if entry in each["entries"])
    return amphi["position"], amphi["entries"][entry]["rank"]
