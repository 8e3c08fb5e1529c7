"""The naive fold of what concerns one line of the call list (live-rules.md §6, §7, §8)."""

from collections.abc import Callable
from typing import Any

from amphi.verify.evidence import Line

Step = Callable[[dict[str, Any], dict[str, Any], Line], None]


def _entry(amphi: dict[str, Any], line: Line) -> dict[str, Any]:
    entry: dict[str, Any] = amphi["entries"][line.event["entry"]]
    return entry


def _out_of_the_queue(amphi: dict[str, Any], entry: dict[str, Any]) -> None:
    if entry["standing"] == "late":
        amphi["late"].remove(entry["id"])
        entry.update(standing="missed", placed=False)


def _back(amphi: dict[str, Any], entry: dict[str, Any]) -> None:
    """ "restored (lifted) after the rank was called = missed, absent" """
    if entry["rank"] <= amphi["reached"] and entry["standing"] not in ("served", "elsewhere"):
        _out_of_the_queue(amphi, entry)
        entry.update(standing="missed", reason="absent")


def _excluded(_offer: dict[str, Any], amphi: dict[str, Any], line: Line) -> None:
    entry = _entry(amphi, line)
    entry["excluded"] = True
    _out_of_the_queue(amphi, entry)


def _restored(_offer: dict[str, Any], amphi: dict[str, Any], line: Line) -> None:
    entry = _entry(amphi, line)
    entry["excluded"] = False
    _back(amphi, entry)


def _absence(_offer: dict[str, Any], amphi: dict[str, Any], line: Line) -> None:
    entry = _entry(amphi, line)
    entry["expected"] = line.event["expected"]
    if entry["expected"]:
        _out_of_the_queue(amphi, entry)
    else:
        _back(amphi, entry)


def _extra_time(_offer: dict[str, Any], amphi: dict[str, Any], line: Line) -> None:
    _entry(amphi, line)["extra_seconds"] = line.event["extra_seconds"]


def _elsewhere(_offer: dict[str, Any], amphi: dict[str, Any], line: Line) -> None:
    entry = _entry(amphi, line)
    _out_of_the_queue(amphi, entry)
    if amphi["turn"] is not None and amphi["turn"]["entry"] == entry["id"]:
        amphi["turn"] = None
    entry["standing"] = "elsewhere"


def _status(_offer: dict[str, Any], amphi: dict[str, Any], line: Line) -> None:
    _entry(amphi, line)["choice_status"] = line.event["choice_status"]


def _granted(_offer: dict[str, Any], amphi: dict[str, Any], line: Line) -> None:
    _entry(amphi, line)["proxy"] = {"id": line.event["proxy"], "holder": None}


def _accepted(_offer: dict[str, Any], amphi: dict[str, Any], line: Line) -> None:
    _entry(amphi, line)["proxy"] = {"id": line.event["proxy"], "holder": line.event["holder"]}


def _cancelled(_offer: dict[str, Any], amphi: dict[str, Any], line: Line) -> None:
    entry = _entry(amphi, line)
    entry["former_holders"].add((entry["proxy"] or {}).get("holder"))
    entry["proxy"] = None


# --- choices ----------------------------------------------------------------


def _chosen(offer: dict[str, Any], amphi: dict[str, Any], line: Line) -> None:
    entry, event = _entry(amphi, line), line.event
    _out_of_the_queue(amphi, entry)
    turn = amphi["turn"]
    if turn is not None and turn["id"] == event["turn"]:
        amphi["turn"] = None
    _seat(offer, entry, event["post"], event["choice_status"])
    _serve(entry, line, event["post"])


def _serve(entry: dict[str, Any], line: Line, post: str) -> None:
    entry.update(standing="served", post=post, served_at=line.seq, receipt=line.hash)
    entry["served_as"] = line.event["choice_status"]


def _seat(offer: dict[str, Any], entry: dict[str, Any], number: str, status: str) -> None:
    post = offer["posts"][number]
    if status == "STANDARD":
        post["standard"] = entry["id"]
    else:
        post["surnombre"].append(entry["id"])


def _unseat(offer: dict[str, Any], entry: dict[str, Any], number: str) -> None:
    post = offer["posts"][number]
    if post["standard"] == entry["id"]:
        post["standard"] = None
    post["surnombre"] = [each for each in post["surnombre"] if each != entry["id"]]


def _rectified(offer: dict[str, Any], amphi: dict[str, Any], line: Line) -> None:
    entry, event = _entry(amphi, line), line.event
    _unseat(offer, entry, event["former_post"])
    if event["post"] is None:
        entry.update(standing="missed", reason="ended_by_operator")
        entry.update(post=None, served_at=None, receipt=None)
        return
    _seat(offer, entry, event["post"], event["choice_status"])
    _serve(entry, line, event["post"])


def _asked(_offer: dict[str, Any], amphi: dict[str, Any], line: Line) -> None:
    amphi["rectifications"][line.event["id"]] = line.event["operator"]


STEPS: dict[str, Step] = {
    "InternExcluded": _excluded,
    "InternRestored": _restored,
    "AbsenceSet": _absence,
    "ExtraTimeSet": _extra_time,
    "InternServedElsewhere": _elsewhere,
    "ChoiceStatusDecided": _status,
    "ProxyGranted": _granted,
    "ProxyAccepted": _accepted,
    "ProxyCancelled": _cancelled,
    "PostChosen": _chosen,
    "RectificationAsked": _asked,
    "ChoiceRectified": _rectified,
}
