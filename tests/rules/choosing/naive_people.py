"""The naive model, what interns and proxy holders do (live-rules.md §3, §5, §6)."""

from tests.rules.choosing.naive import Json, Naive, No, charged, chooser, is_served, people
from tests.rules.choosing.naive_course import go_on, may_come_back, place
from tests.rules.choosing.naive_posts import take


def lines_of(amphi: Json, account: str | None) -> list[Json]:
    """An account's lines in an amphi: its own, those it holds a proxy for, those it held."""
    own = [each for each in people(amphi) if each["account"] == account]
    held = [each for each in people(amphi) if each["proxy"] and each["proxy"]["holder"] == account]
    former = [each for each in people(amphi) if account in each["former_holders"]]
    return own + [each for each in held + former if each not in own]


def _must_be_the_chooser(person: Json, account: str) -> None:
    """Check 3: the grantor cannot choose from the moment the request is sent."""
    if person["account"] == account and person["proxy"] is not None:
        raise No("proxy_holds_the_choice")
    if person["account"] != account and chooser(person) != account:
        raise No("not_the_proxy_holder")
    if person["account"] != account and person["proxy"] is None:
        raise No("not_the_proxy_holder")


def choose(model: Naive, amphi: Json, command: Json) -> None:
    mine = lines_of(amphi, command["person"])
    meant = [each for each in mine if command["turn"] in each["turns"]]
    person = (meant or mine)[0]
    _must_be_the_chooser(person, command["person"])
    if is_served(person):
        raise No("already_served")
    turn = amphi["turn"]
    if turn is None or turn["id"] != command["turn"] or turn["entry"] != person["id"]:
        raise No("turn_expired" if command["turn"] in person["turns"] else "not_your_turn")
    take(model, amphi, person, command["post"])
    by = "intern" if person["account"] == command["person"] else "proxy"
    chosen(model, amphi, person, command, by)


def chosen(model: Naive, amphi: Json, person: Json, command: Json, by: str) -> None:
    """The post is taken already; the turn, if it was one, is over."""
    turn = amphi["turn"]
    cost = None if turn is None else charged(amphi, model.now)
    amphi["turn"] = None
    person.update(where="served", post=command["post"], chosen_at=model.next_seq(), placed=False)
    facts = {"entry": person["id"], "post": command["post"], "choice_status": person["status"]}
    who = {"by": by, "person": command["person"], "charged_ms": cost}
    model.tell("PostChosen", amphi, turn=turn and turn["id"], **facts, **who)
    for other, line in model.everybody():
        if line["account"] == person["account"] and not is_served(line):
            served_elsewhere(model, other, line, model.offer["id"])
    go_on(model)


def served_elsewhere(model: Naive, amphi: Json, person: Json, offer: str) -> None:
    """Under another line of the campaign: this one is not called any more."""
    if amphi["turn"] and amphi["turn"]["entry"] == person["id"]:
        amphi["turn"] = None
    person.update(where="elsewhere", placed=False)
    model.tell("InternServedElsewhere", amphi, entry=person["id"], offer=offer)


def ready(model: Naive, amphi: Json, command: Json) -> None:
    mine = lines_of(amphi, command["person"])
    choosable = [each for each in mine if chooser(each) == command["person"]]
    able = [each for each in choosable if _why_not_ready(amphi, each) is None]
    unserved = [each for each in choosable if not is_served(each)]
    person = (able or unserved or choosable or mine)[0]
    _must_be_the_chooser(person, command["person"])
    why = _why_not_ready(amphi, person)
    if why is not None:
        raise No(why)
    place(model, amphi, person, by_operator=False)
    model.tell("LatecomerPlaced", amphi, entry=person["id"])
    go_on(model)


def _why_not_ready(amphi: Json, person: Json) -> str | None:
    if is_served(person):
        return "already_served"
    if person["where"] == "late":
        return "already_waiting"
    if person["where"] != "missed" or person["excluded"] or person["expected_absence"]:
        return "not_missed"
    return None if may_come_back(amphi, person) else "no_returns_left"


def help_wanted(model: Naive, amphi: Json, command: Json) -> None:
    person = lines_of(amphi, command["person"])[0]
    person["flag"] = not person["flag"]
    model.tell("FlagRaised" if person["flag"] else "FlagLowered", amphi, entry=person["id"])


# --- proxies (DCI §6) -------------------------------------------------------


def grant_proxy(model: Naive, amphi: Json, command: Json) -> None:
    own = [each for each in people(amphi) if each["account"] == command["person"]]
    if not own:
        raise No("not_in_amphi")
    person = own[0]
    if is_served(person):
        raise No("already_served")
    if person["expected_absence"]:
        raise No("absence_expected")
    if person["proxy"] is not None:
        raise No("proxy_exists")
    person["proxy"] = {"id": command["proxy"], "holder": None}
    model.tell("ProxyGranted", amphi, entry=person["id"], proxy=command["proxy"])
    go_on(model)


def accept_proxy(model: Naive, amphi: Json, command: Json) -> None:
    asked = [p for p in people(amphi) if p["proxy"] and p["proxy"]["id"] == command["proxy"]]
    if not asked:
        raise No("no_proxy")
    person, holder = asked[0], command["person"]
    if person["account"] == holder:
        raise No("not_the_proxy_holder")
    if person["proxy"]["holder"] is not None:
        raise No("proxy_already_accepted")
    if any(each["proxy"] and each["proxy"]["holder"] == holder for _, each in model.everybody()):
        raise No("holder_already_taken")
    person["proxy"]["holder"] = holder
    facts = {"entry": person["id"], "proxy": command["proxy"], "holder": holder}
    model.tell("ProxyAccepted", amphi, **facts)
    go_on(model)


def cancel_proxy(model: Naive, amphi: Json, command: Json) -> None:
    if command["role"] == "operator":
        found = [each for each in people(amphi) if each["id"] == command["entry"]]
    else:
        found = [each for each in people(amphi) if each["account"] == command["person"]]
    if not found:
        raise No("unknown_entry")
    person = found[0]
    if person["proxy"] is None:
        raise No("no_proxy")
    proxy, person["proxy"] = person["proxy"], None
    if proxy["holder"] is not None:
        person["former_holders"].append(proxy["holder"])
    model.tell("ProxyCancelled", amphi, entry=person["id"], proxy=proxy["id"])
    go_on(model)
