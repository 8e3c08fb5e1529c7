"""What concerns one entry alone: the `you` of protocol.md §1, for the intern or the proxy holder."""

from typing import Any

from amphi.rules.choosing.commands import Presence
from amphi.rules.choosing.eligibility import post_refusal
from amphi.rules.choosing.ordinary_time import turn_shown
from amphi.rules.choosing.queue import SOON, ahead
from amphi.rules.choosing.state import (
    Amphi,
    Entry,
    Late,
    Missed,
    OfferState,
    Phase,
    RunningTurn,
    Served,
    ServedElsewhere,
)
from amphi.rules.choosing.views import notice_shown, proxy_state
from amphi.rules.ids import AmphiId, EntryId

Json = dict[str, Any]


def you(state: OfferState, amphi_id: AmphiId, entry_id: EntryId, presence: Presence) -> Json:
    """Everything about one entry that others do not see; the entry is one of the amphi's.

    `proxy.holder` is the id of the grant: the gateway puts the holder's address there (DCI §6.1
    "un rappel vous indique l'email de la personne ayant procuration"). `turn` is mine with the true
    deadline, extra time included. Only `soon` may depend on presence, under one policy. How many
    are ahead is not here but counted from the view (protocol.md §1): it changes for everybody with
    every choice, and `you` must change for the few alone.
    """
    amphi = state.amphis[amphi_id]
    entry = amphi.entries[entry_id]
    before = ahead(state, amphi, entry, presence)
    return {
        "entry": entry.id,
        **_standing(entry),
        "choice_status": entry.choice_status.value,
        "extra_seconds": entry.extra_seconds,
        "expected_absence": entry.expected_absence,
        "excluded": entry.excluded,
        "proxy": _proxy(entry),
        "flag": entry.flag_since is not None,
        "returns_left": max(0, amphi.policy.max_returns - entry.returns),
        "soon": before if _is_soon(amphi, entry, before) else None,
        "turn": turn_shown(amphi, 0) if _has_the_turn(amphi, entry) else None,
        "may_choose": _may_choose(state, amphi, entry),
        "notices": [notice_shown(n) for n in amphi.notices if n.to == f"entry:{entry_id}"],
    }


def _standing(entry: Entry) -> Json:
    now = entry.standing
    assignment = None
    if isinstance(now, Served):
        assignment = {"post": now.post, "seq": now.seq, "receipt": now.receipt}
    return {
        "assignment": assignment,
        "served_elsewhere": isinstance(now, ServedElsewhere),
        "missed": now.reason if isinstance(now, Missed) else None,
    }


def _proxy(entry: Entry) -> Json | None:
    if entry.proxy is None:
        return None
    return {"state": proxy_state(entry.proxy), "holder": entry.proxy.id}


def _has_the_turn(amphi: Amphi, entry: Entry) -> bool:
    return amphi.turn is not None and amphi.turn.entry == entry.id


def _is_soon(amphi: Amphi, entry: Entry, before: int | None) -> bool:
    """live-rules.md §4: n ≤ 4, rank of the running session or latecomer, RUNNING or PAUSED."""
    if before is None or before > SOON or _has_the_turn(amphi, entry):
        return False
    in_time = amphi.phase in (Phase.RUNNING, Phase.PAUSED)
    return in_time and (isinstance(entry.standing, Late) or _in_the_session(amphi, entry))


def _in_the_session(amphi: Amphi, entry: Entry) -> bool:
    facts = None if amphi.running_session is None else amphi.running_session.facts
    return facts is not None and facts.from_rank <= entry.rank <= facts.to_rank


def _may_choose(state: OfferState, amphi: Amphi, entry: Entry) -> dict[str, str] | None:
    """protocol.md §1: filled only while the turn is mine, and only what is not `post_filled`."""
    if not (_has_the_turn(amphi, entry) and isinstance(amphi.turn, RunningTurn)):
        return None
    refusals = {number: post_refusal(state, amphi, entry, number) for number in state.seats}
    codes = {n: "ok" if no is None else no.code for n, no in refusals.items()}
    return {number: code for number, code in codes.items() if code != "post_filled"}
