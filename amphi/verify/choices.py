"""Who took which post, and whether it was theirs to take (live-rules.md §5, §9.1, §9.2, §9.3)."""

from typing import Any

from amphi.verify import clock
from amphi.verify.evidence import Event, Line
from amphi.verify.problems import Findings

Offer = dict[str, Any]
Amphi = dict[str, Any]
Entry = dict[str, Any]


def chosen(offer: Offer, amphi: Amphi, line: Line) -> Findings:
    """Everything that a `PostChosen` must be."""
    entry = amphi["entries"][line.event["entry"]]
    yield from _whose_turn(amphi, entry, line)
    yield from _by_whom(entry, line.event)
    if offer["frozen"] and line.event["by"] != "operator":  # "operators are heard" (§10)
        yield "chosen_while_suspended", {}
    if any(
        _has_a_post(other, entry)
        for each in offer["amphis"].values()
        for other in each["entries"].values()
    ):
        yield "served_twice", {"entry": entry["id"]}
    if line.event["choice_status"] != entry["choice_status"]:
        found = line.event["choice_status"]
        yield "status_differs", {"found": found, "expected": entry["choice_status"]}
    yield from _post(offer, amphi, entry, line.event)


def _has_a_post(other: Entry, entry: Entry) -> bool:
    """ "at most one live assignment per campaign", under whichever line of whichever call list."""
    if other is entry:
        return other["standing"] in ("served", "elsewhere")
    return bool(other["person"] == entry["person"] and other["standing"] == "served")


def _whose_turn(amphi: Amphi, entry: Entry, line: Line) -> Findings:
    turn, named = amphi["turn"], line.event["turn"]
    facts = {"entry": entry["id"], "turn": named}
    if named is None:
        outside = amphi["phase"] in ("CATCH_UP", "CLOSED") and turn is None
        if line.event["by"] != "operator" or not outside:
            yield "not_the_turn", facts
    elif turn is None or turn["id"] != named or turn["entry"] != entry["id"]:
        yield "not_the_turn", facts
    else:
        yield from clock.charged(amphi, turn, line)
        yield from clock.in_time(amphi, turn, line)


def _by_whom(entry: Entry, event: Event) -> Findings:
    """ "From the moment the request is sent, the grantor can no longer choose" (§6)"""
    proxy, person = entry["proxy"], event["person"]
    entitled = {
        "intern": proxy is None and person == entry["person"],
        "proxy": proxy is not None and proxy["holder"] == person and person is not None,
        "operator": True,
    }
    if not entitled.get(event["by"], False):
        yield "not_entitled", {"entry": entry["id"], "person": person, "by": event["by"]}


def _post(offer: Offer, amphi: Amphi, entry: Entry, event: Event) -> Findings:
    post = offer["posts"][event["post"]]
    if post["withdrawn"] or not _offered(amphi, post):
        yield "post_not_offered", {"post": event["post"]}
    if post["reserved_for"] and entry["des"] not in post["reserved_for"]:
        yield "post_reserved", {"post": event["post"], "des": entry["des"]}
    yield from seat(offer, amphi, entry, event)


def _offered(amphi: Amphi, post: dict[str, Any]) -> bool:
    regime = not post["regimes"] or amphi["regime"] in post["regimes"]
    return regime and (not post["groups"] or amphi["group"] in post["groups"])


def seat(offer: Offer, amphi: Amphi, entry: Entry, event: Event) -> Findings:
    """ "at most one STANDARD assignment and, beside it, surnombre ones" """
    post = offer["posts"][event["post"]]
    if event["choice_status"] == "STANDARD":
        if post["standard"] not in (None, entry["id"]):
            yield "post_taken_twice", {"post": post["number"], "holder": post["standard"]}
        return
    yield from _cap(offer, amphi, entry, post)
    if not _surnombre_allowed(offer, amphi, entry, event):
        status = event["choice_status"]
        yield "surnombre_not_allowed", {"post": post["number"], "status": status}


def _cap(offer: Offer, amphi: Amphi, entry: Entry, post: dict[str, Any]) -> Findings:
    """ "At most max_surnombre_per_service … over the offer's posts with one service number".

    A post without a number has no service in common with another.
    """
    cap, service = amphi["policy"]["max_surnombre_per_service"], post["service"]
    others = offer["posts"].values() if service else [post]
    same = [each for each in others if each["service"] == service]
    taken = [holder for each in same for holder in each["surnombre"] if holder != entry["id"]]
    if cap is not None and len(taken) + 1 > cap:
        yield "surnombre_over_cap", {"service": service, "cap": cap}


def _surnombre_allowed(offer: Offer, amphi: Amphi, entry: Entry, event: Event) -> bool:
    """DCI §10.3: "vous choisissez au regard de votre rang de classement"."""
    holder, policy = offer["posts"][event["post"]]["standard"], amphi["policy"]
    if event["choice_status"] == "SURNOMBRE_NON_VALIDANT":
        return policy["non_validant_targets"] == "ANY" or holder is not None
    if holder is None:
        return True
    if policy["validant_targets"] == "FREE_ONLY":
        return False
    return _place(offer, holder) > (amphi["position"], entry["rank"])


def _place(offer: Offer, holder: str) -> tuple[int, int]:
    amphi = next(each for each in offer["amphis"].values() if holder in each["entries"])
    return amphi["position"], amphi["entries"][holder]["rank"]


def rectified(offer: Offer, amphi: Amphi, line: Line) -> Findings:
    """ "a second operator's approval"; a court may order any post, never two on one seat (§7)."""
    event = line.event
    entry = amphi["entries"][event["entry"]]
    if entry["standing"] != "served" or entry["post"] != event["former_post"]:
        yield "not_served", {"entry": entry["id"]}
    asked_by = amphi["rectifications"].get(event["id"])
    if asked_by is None or asked_by == event.get("operator") or asked_by != event["asked_by"]:
        yield "one_operator", {"entry": entry["id"]}
    standard = event["post"] is not None and event["choice_status"] == "STANDARD"
    if standard:
        yield from seat(offer, amphi, entry, event)
