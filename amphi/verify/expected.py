"""The rows that every projection table must hold, made from the naive fold alone.

Instants are milliseconds since 1970 UTC; columns that the journal does not determine are left out
(compared_tables.py names them, each with its reason).
"""

from collections.abc import Callable, Iterator
from typing import Any

from amphi.verify.outcomes import UNKNOWN

Row = dict[str, Any]
Offer = dict[str, Any]

_RULES = ("des", "regimes", "groups", "reserved_for")
_AMPHI = ("id", "code", "group", "regime", "position", "policy", "opens_at", "call_list_version")
_SESSION = ("n", "from_rank", "to_rank", "starts_at", "ends_at", "state")
_ENTRY = ("id", "person", "des", "choice_status", "extra_seconds", "excluded")


def _offers(offer: Offer, _campaign: str) -> Iterator[Row]:
    """The version counts replacements; a journal that replaced nothing leaves it as it was made."""
    yield {"id": offer["id"], "version": offer["version"]}


def _amphis(offer: Offer, _campaign: str) -> Iterator[Row]:
    for amphi in offer["amphis"].values():
        frozen = {key: amphi[key] for key in _AMPHI}
        yield {**frozen, "offer": offer["id"], "phase": amphi["phase"]}


def _sessions(offer: Offer, _campaign: str) -> Iterator[Row]:
    for amphi in offer["amphis"].values():
        for each in amphi["sessions"]:
            yield {"amphi": amphi["id"], **{key: each[key] for key in _SESSION}}


def _entries(offer: Offer, _campaign: str) -> Iterator[Row]:
    for amphi in offer["amphis"].values():
        for each in amphi["entries"].values():
            told = {"call_rank": each["rank"], "expected_absence": each["expected"]}
            yield {"amphi": amphi["id"], **told, **{key: each[key] for key in _ENTRY}}


def _posts(offer: Offer, _campaign: str) -> Iterator[Row]:
    for each in offer["posts"].values():
        rules = {key: list(each[key]) for key in _RULES if key != "des"}
        key = {"offer": offer["id"], "number": each["number"]}
        told = {"des": each["des"], "imotep": each["service"], "withdrawn": each["withdrawn"]}
        yield {**key, **told, **rules}


def _assignments(offer: Offer, campaign: str) -> Iterator[Row]:
    for each in offer["assignments"]:
        yield {**each, "offer": offer["id"], "campaign": campaign, "origin": "amphi"}


def _mails(offer: Offer, _campaign: str) -> Iterator[Row]:
    for each in offer["mails"]:
        yield {**each, "offer": offer["id"]}


def _proxies(offer: Offer, campaign: str) -> Iterator[Row]:
    for id_, each in offer["proxies"].items():
        known = {key: value for key, value in each.items() if value is not UNKNOWN}
        yield {**known, "id": id_, "campaign": campaign}


EXPECTED: dict[str, Callable[[Offer, str], Iterator[Row]]] = {
    "offers": _offers,
    "amphis": _amphis,
    "choice_sessions": _sessions,
    "call_list_entries": _entries,
    "posts": _posts,
    "assignments": _assignments,
    "mails": _mails,
    "proxies": _proxies,
}


# --- which stored rows the journal must know of -----------------------------


def _of_a_known_amphi(offer: Offer, row: Row) -> bool:
    """Before it is validated an amphi's rows are drafts."""
    return row["amphi"] in offer["amphis"]


def _validated(offer: Offer, row: Row) -> bool:
    return row["id"] in offer["amphis"] or row["phase"] != "PLANNED"


def _offered(offer: Offer, row: Row) -> bool:
    """A post that an older version of the offer had stays, withdrawn."""
    return bool(offer["amphis"]) and (row["number"] in offer["posts"] or not row["withdrawn"])


def _made_in_an_amphi(_offer: Offer, row: Row) -> bool:
    return bool(row["origin"] == "amphi")


def _live_grant(offer: Offer, row: Row) -> bool:
    """One cancelled before the amphi was validated is none of the journal's."""
    if row["id"] in offer["proxies"]:
        return True
    of_ours = any(row["entry"] in amphi["entries"] for amphi in offer["amphis"].values())
    return of_ours and row["state"] in ("pending", "accepted")


def _announced(_offer: Offer, row: Row) -> bool:
    return row["seq"] is not None


OURS: dict[str, Callable[[Offer, Row], bool]] = {
    "amphis": _validated,
    "choice_sessions": _of_a_known_amphi,
    "call_list_entries": _of_a_known_amphi,
    "posts": _offered,
    "assignments": _made_in_an_amphi,
    "mails": _announced,
    "proxies": _live_grant,
}
