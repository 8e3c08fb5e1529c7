"""What a line of the journal leaves behind in other tables, row by row: never taken back.

Assignments, the mails that announce something, proxy grants, requests decided (live-rules.md §6, §7).
Looked at before the line is folded: whose proxy it was is forgotten afterwards.
"""

from collections.abc import Callable
from typing import Any

from amphi.verify.evidence import Line

Row = dict[str, Any]


class Part(dict[str, Any]):
    """Fields among others: those beside them are none of the journal's business."""


class Unknown:
    """A value that the journal never held."""

    def __repr__(self) -> str:
        return "?"


UNKNOWN = Unknown()


def none_yet() -> dict[str, Any]:
    """Before the first line."""
    return {"assignments": [], "mails": [], "proxies": {}, "decisions": []}


def note(offer: dict[str, Any], line: Line) -> None:
    """The rows that `line` leaves behind."""
    step = _STEPS.get(line.kind)
    if step is not None:
        step(offer, line)


def _entry(offer: dict[str, Any], line: Line) -> dict[str, Any]:
    entry: dict[str, Any] = offer["amphis"][line.event["amphi"]]["entries"][line.event["entry"]]
    return entry


# --- mails ------------------------------------------------------------------


def _mail(offer: dict[str, Any], line: Line, kind: str, to: str | None, facts: Row) -> None:
    row = {"seq": line.seq, "kind": kind, "person": to, "facts": Part(facts)}
    offer["mails"].append({**row, "message_id": f"{offer['id']}.{line.seq}.{kind}"})


def _receipt(line: Line) -> Row:
    return {"amphi": line.event["amphi"], "seq": line.seq, "receipt": line.hash, "at": line.at}


# --- choices ----------------------------------------------------------------


def _chosen(offer: dict[str, Any], line: Line) -> None:
    """ "The confirmation goes to both" (live-rules.md §6)"""
    entry, event = _entry(offer, line), line.event
    _assign(offer, line)
    facts = _receipt(line) | {key: event[key] for key in ("by", "choice_status")}
    _mail(offer, line, "assignment", entry["person"], facts)
    holder = (entry["proxy"] or {}).get("holder")
    if event["by"] != "intern" and holder is not None:
        _mail(offer, line, "assignment_to_holder", holder, facts)


def _assign(offer: dict[str, Any], line: Line) -> None:
    entry, event = _entry(offer, line), line.event
    offer["assignments"].append(
        {
            **{key: event[key] for key in ("entry", "post", "choice_status")},
            "person": entry["person"],
            "seq": line.seq,
            "receipt": line.hash,
            "made_at": line.at,
            "live": True,
        }
    )


def _rectified(offer: dict[str, Any], line: Line) -> None:
    """The first assignment stays, no longer live."""
    entry, event = _entry(offer, line), line.event
    for each in offer["assignments"]:
        if each["entry"] == entry["id"]:
            each["live"] = False
    if event["post"] is not None:
        _assign(offer, line)
    facts = {"former_post": event["former_post"], "taken_back": event["post"] is None}
    _mail(offer, line, "rectification", entry["person"], _receipt(line) | facts)


def _decided(offer: dict[str, Any], line: Line) -> None:
    entry, event = _entry(offer, line), line.event
    state = "accepted" if event["accepted"] else "refused"
    row = {"entry": entry["id"], "state": state, "decided_by": event.get("operator")}
    offer["decisions"].append({**row, "decided_at": line.at})
    facts = {key: event[key] for key in ("accepted", "choice_status")}
    _mail(offer, line, "status_decided", entry["person"], facts)


# --- proxies ----------------------------------------------------------------


def _frozen_with_the_list(offer: dict[str, Any], entries: list[dict[str, Any]]) -> None:
    """A grant of before the amphi was validated: when it was made the journal does not know."""
    for each in entries:
        proxy = each["proxy"]
        if proxy is not None and proxy["id"] not in offer["proxies"]:
            offer["proxies"][proxy["id"]] = _grant(each["id"], proxy["holder"], UNKNOWN)


def _grant(entry: str, holder: str | None, made_at: object) -> Row:
    state = "pending" if holder is None else "accepted"
    times = {"created_at": made_at, "ended_at": None}
    return {"entry": entry, "holder": holder, "state": state, **times}


def _validated(offer: dict[str, Any], line: Line) -> None:
    _frozen_with_the_list(offer, line.event["facts"]["entries"])


def _listed(offer: dict[str, Any], line: Line) -> None:
    _frozen_with_the_list(offer, line.event["entries"])


def _granted(offer: dict[str, Any], line: Line) -> None:
    entry, proxy = _entry(offer, line), line.event["proxy"]
    offer["proxies"][proxy] = _grant(entry["id"], None, line.at)
    _mail(offer, line, "proxy_sent", entry["person"], {"proxy": proxy})
    _mail(offer, line, "proxy_offered", None, {"proxy": proxy})


def _accepted(offer: dict[str, Any], line: Line) -> None:
    grant = offer["proxies"][line.event["proxy"]]
    grant.update(state="accepted", holder=line.event["holder"])


def _cancelled(offer: dict[str, Any], line: Line) -> None:
    """The holder is told, also one who had not accepted yet."""
    proxy = line.event["proxy"]
    grant = offer["proxies"][proxy]
    grant.update(state="cancelled", ended_at=line.at)
    _mail(offer, line, "proxy_cancelled", grant["holder"], {"proxy": proxy})


_STEPS: dict[str, Callable[[dict[str, Any], Line], None]] = {
    "AmphiValidated": _validated,
    "CallListReplaced": _listed,
    "PostChosen": _chosen,
    "ChoiceRectified": _rectified,
    "ChoiceStatusDecided": _decided,
    "ProxyGranted": _granted,
    "ProxyAccepted": _accepted,
    "ProxyCancelled": _cancelled,
}
