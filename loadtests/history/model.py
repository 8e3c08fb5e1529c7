"""A naive fold of the journal, written from the manual: just enough to judge who may choose what."""

from collections.abc import Callable
from typing import Any

from loadtests.history.journal import Line

State = dict[str, Any]


def nothing() -> State:
    """Before the first line."""
    return {"amphis": {}, "posts": {}, "frozen": False}


def step(state: State, line: Line) -> None:
    """What `line` makes of `state`; kinds that bear on nobody's right to choose do nothing."""
    doing = _STEPS.get(line.kind)
    if doing is not None:
        doing(state, state["amphis"].get(line.event.get("amphi"), {}), line.event)


def holder_of(state: State, amphi: str) -> str | None:
    """The entry that has the turn."""
    turn = state["amphis"].get(amphi, {}).get("turn")
    return None if turn is None else str(turn["entry"])


def _validated(state: State, _amphi: State, event: State) -> None:
    facts = event["facts"]
    if event["posts"] is not None:
        _put_posts(state, event["posts"])
    state["amphis"][facts["id"]] = {
        "phase": "VALIDATED",
        "from": None,
        "turn": None,
        **{name: facts[name] for name in ("group", "regime", "position", "policy")},
        "entries": {each["id"]: _entry(each) for each in facts["entries"]},
    }


def _entry(facts: State) -> State:
    return {
        **{name: facts[name] for name in ("id", "person", "des", "choice_status")},
        "rank": facts["call_rank"],
        "proxy": facts.get("proxy"),
        "former": set(),
        "turns": set(),
        "served": False,
        "post": None,
    }


def _put_posts(state: State, posts: list[State]) -> None:
    state["posts"] = {each["number"]: _post(each) for each in posts}


def _post(facts: State) -> State:
    lists = {name: facts.get(name) or [] for name in ("reserved_for", "regimes", "groups")}
    return {**facts, **lists, "withdrawn": False, "standard": None, "surnombre": []}


def _call_list(_state: State, amphi: State, event: State) -> None:
    amphi["entries"] = {each["id"]: _entry(each) for each in event["entries"]}


def _phase(name: str) -> Callable[[State, State, State], None]:
    def doing(_state: State, amphi: State, _event: State) -> None:
        amphi["phase"] = name

    return doing


def _paused(_state: State, amphi: State, _event: State) -> None:
    amphi["from"], amphi["phase"] = amphi["phase"], "PAUSED"


def _resumed(_state: State, amphi: State, _event: State) -> None:
    amphi["phase"] = amphi["from"]


def _frozen(state: State, _amphi: State, event: State) -> None:
    state["frozen"] = event["kind"] == "Frozen"


def _started(_state: State, amphi: State, event: State) -> None:
    amphi["turn"] = {"id": event["turn"], "entry": event["entry"]}
    amphi["entries"][event["entry"]]["turns"].add(event["turn"])


def _over(_state: State, amphi: State, event: State) -> None:
    amphi["entries"][event["entry"]]["turns"].add(event["turn"])
    if amphi["turn"] is not None and amphi["turn"]["id"] == event["turn"]:
        amphi["turn"] = None


def _chosen(state: State, amphi: State, event: State) -> None:
    entry = amphi["entries"][event["entry"]]
    if amphi["turn"] is not None and amphi["turn"]["entry"] == entry["id"]:
        amphi["turn"] = None
    _seat(state, entry, event)


def _seat(state: State, entry: State, event: State) -> None:
    entry.update(served=True, post=event["post"])
    post = state["posts"][event["post"]]
    if event["choice_status"] == "STANDARD":
        post["standard"] = entry["id"]
    else:
        post["surnombre"].append(entry["id"])


def _rectified(state: State, amphi: State, event: State) -> None:
    entry, former = amphi["entries"][event["entry"]], state["posts"][event["former_post"]]
    if former["standard"] == entry["id"]:
        former["standard"] = None
    former["surnombre"] = [each for each in former["surnombre"] if each != entry["id"]]
    entry.update(served=False, post=None)
    if event["post"] is not None:
        _seat(state, entry, event)


def _elsewhere(_state: State, amphi: State, event: State) -> None:
    amphi["entries"][event["entry"]]["served"] = True
    if amphi["turn"] is not None and amphi["turn"]["entry"] == event["entry"]:
        amphi["turn"] = None


def _status(_state: State, amphi: State, event: State) -> None:
    amphi["entries"][event["entry"]]["choice_status"] = event["choice_status"]


def _proxy(_state: State, amphi: State, event: State) -> None:
    entry = amphi["entries"][event["entry"]]
    entry["proxy"] = {"id": event["proxy"], "holder": event.get("holder")}


def _no_proxy(_state: State, amphi: State, event: State) -> None:
    entry = amphi["entries"][event["entry"]]
    entry["former"].add((entry["proxy"] or {}).get("holder"))
    entry["proxy"] = None


def _withdrawn(state: State, _amphi: State, event: State) -> None:
    state["posts"][event["post"]]["withdrawn"] = True


def _added(state: State, _amphi: State, event: State) -> None:
    state["posts"][event["post"]["number"]] = _post(event["post"])


def _replaced(state: State, _amphi: State, event: State) -> None:
    _put_posts(state, event["posts"])


_STEPS: dict[str, Callable[[State, State, State], None]] = {
    "AmphiValidated": _validated,
    "AmphiPublished": _phase("OPEN"),
    "CallListReplaced": _call_list,
    "OfferReplaced": _replaced,
    "SessionStarted": _phase("RUNNING"),
    "SessionEnded": _phase("BETWEEN_SESSIONS"),
    "CatchUpStarted": _phase("CATCH_UP"),
    "AmphiClosed": _phase("CLOSED"),
    "Paused": _paused,
    "Resumed": _resumed,
    "Frozen": _frozen,
    "Thawed": _frozen,
    "TurnStarted": _started,
    "TurnMissed": _over,
    "PostChosen": _chosen,
    "ChoiceRectified": _rectified,
    "InternServedElsewhere": _elsewhere,
    "ChoiceStatusDecided": _status,
    "ProxyGranted": _proxy,
    "ProxyAccepted": _proxy,
    "ProxyCancelled": _no_proxy,
    "PostWithdrawn": _withdrawn,
    "PostAdded": _added,
}
