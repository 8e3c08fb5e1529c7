"""The naive model, who may take which post (live-rules.md §5, checks 7 to 11)."""

from tests.rules.choosing.naive import Json, Naive, No


def take(model: Naive, amphi: Json, person: Json, number: str) -> None:
    """Sit `person` on the post, or say why not."""
    check(model, amphi, person, number)
    sit(model, person, number)


def check(model: Naive, amphi: Json, person: Json, number: str) -> None:
    post = model.offer["posts"].get(number)
    if post is None:
        raise No("unknown_post")
    if post["withdrawn"]:
        raise No("post_withdrawn")
    if post["regimes"] and amphi["regime"] not in post["regimes"]:
        raise No("post_not_in_your_offer")
    if post["groups"] and amphi["group"] not in post["groups"]:
        raise No("post_not_in_your_offer")
    if post["reserved_for"] and person["des"] not in post["reserved_for"]:
        raise No("post_reserved")
    if person["status"] == "STANDARD":
        if post["standard"] is not None:
            raise No("post_filled")
    elif not _beside_is_allowed(model, amphi, person, post):
        raise No("surnombre_not_allowed")


def _beside_is_allowed(model: Naive, amphi: Json, person: Json, post: Json) -> bool:
    policy, holder = amphi["policy"], post["standard"]
    cap = policy["max_surnombre_per_service"]
    if cap is not None and _beside_in_the_service(model, post) >= cap:
        return False
    if person["status"] == "SURNOMBRE_NON_VALIDANT":
        return holder is not None or policy["non_validant_targets"] == "ANY"
    if holder is None:
        return True
    if policy["validant_targets"] == "FREE_ONLY":
        return False
    return _call_place(model, holder) > (amphi["position"], person["rank"])


def _beside_in_the_service(model: Naive, post: Json) -> int:
    if post["service"] == "":
        return len(post["surnombre"])
    posts = model.offer["posts"].values()
    return sum(len(each["surnombre"]) for each in posts if each["service"] == post["service"])


def _call_place(model: Naive, entry: str) -> tuple[int, int]:
    """ "a holder from the amphi declared first in the offer ranks before" """
    for amphi, person in model.everybody():
        if person["id"] == entry:
            return amphi["position"], person["rank"]
    raise LookupError(entry)


def sit(model: Naive, person: Json, number: str) -> None:
    post = model.offer["posts"][number]
    if person["status"] == "STANDARD":
        post["standard"] = person["id"]
    else:
        post["surnombre"].append(person["id"])


def stand_up(model: Naive, person: Json) -> None:
    post = model.offer["posts"][person["post"]]
    if post["standard"] == person["id"]:
        post["standard"] = None
    post["surnombre"] = [each for each in post["surnombre"] if each != person["id"]]
