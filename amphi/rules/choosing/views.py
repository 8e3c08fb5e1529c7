"""What each audience may see of an amphi: the `view` of protocol.md §1, as plain JSON values.

A view is a function of the journal alone, so that an old view and a patch make the fresh one.
Presence is not in the journal and therefore not in the view: frames `presence` carry it to the
operators. Nulls are left out: in a view a null and an absent key are the same thing.
"""

from enum import StrEnum
from statistics import median, quantiles
from typing import Any

from amphi.rules.choosing.facts import ChoiceStatus, Proxy
from amphi.rules.choosing.instants import iso
from amphi.rules.choosing.ordinary_time import extra_ms, turn_shown
from amphi.rules.choosing.state import (
    Amphi,
    ChoiceSession,
    Choosing,
    Entry,
    Late,
    Missed,
    Notice,
    OfferState,
    Phase,
    Rectification,
    Seat,
    Served,
    ServedElsewhere,
)
from amphi.rules.ids import AmphiId, EntryId

Json = dict[str, Any]
PACES_NEEDED = 3


class Audience(StrEnum):
    """Who looks: anybody; interns and proxy holders of the amphi; the ARS."""

    PUBLIC = "public"
    PARTICIPANT = "participant"
    OPERATOR = "operator"


def view(state: OfferState, amphi_id: AmphiId, audience: Audience) -> Json:
    """The whole picture for one audience; an amphi not yet validated is PLANNED and empty."""
    amphi = state.amphis.get(amphi_id)
    shown = _planned() if amphi is None else _of_the_amphi(amphi, audience)
    shown |= _of_the_offer(state, audience)
    if amphi is not None and audience is Audience.OPERATOR:
        shown |= _for_operators(amphi)
    return {key: value for key, value in shown.items() if value is not None}


def hears(to: str, audience: Audience) -> bool:
    """Whether a notice is in the audience's view; one to an entry goes to that entry's `you`."""
    if audience is Audience.OPERATOR or to == "all":
        return True
    return audience is Audience.PARTICIPANT and to.startswith("session:")


# --- the offer --------------------------------------------------------------


def _of_the_offer(state: OfferState, audience: Audience) -> Json:
    """live-rules.md §11: "Listeners of each hear of every post taken"."""
    shown = _post_for_operators if audience is Audience.OPERATOR else _post
    taken = [s for s in state.seats.values() if s.standard or s.surnombre or s.withdrawn]
    frozen = state.frozen
    return {
        "frozen": None if frozen is None else {"cause": frozen.cause, "since": iso(frozen.since)},
        "posts": {seat.post.number: shown(state, seat) for seat in taken},
    }


def _post(state: OfferState, seat: Seat) -> Json:
    post: Json = {"filled": seat.standard is not None, "by": _in_order_of_choice(state, seat)}
    return post | {"withdrawn": True} if seat.withdrawn else post


def _post_for_operators(state: OfferState, seat: Seat) -> Json:
    post = _post(state, seat)
    return post | {"surnombre": list(seat.surnombre)} if seat.surnombre else post


def _in_order_of_choice(state: OfferState, seat: Seat) -> list[EntryId]:
    """Never the STANDARD holder first: the order would tell the types of choice."""
    if not seat.surnombre:
        return [] if seat.standard is None else [seat.standard]
    return sorted(seat.by, key=lambda entry: _choice_seq(state, entry))


def _choice_seq(state: OfferState, entry_id: EntryId) -> int:
    holding = next(each for each in state.amphis.values() if entry_id in each.entries)
    standing = holding.entries[entry_id].standing
    return standing.seq if isinstance(standing, Served) else 0


# --- the amphi --------------------------------------------------------------


def _planned() -> Json:
    return {"phase": Phase.PLANNED.value, "sessions": [], "late": [], "entries": {}, "notices": []}


def _of_the_amphi(amphi: Amphi, audience: Audience) -> Json:
    running, paused = amphi.running_session, amphi.paused
    hidden = 0 if audience is Audience.OPERATOR else extra_ms(amphi)
    return {
        "phase": amphi.phase.value,
        "opens_at": None if amphi.opens_at is None else iso(amphi.opens_at),
        "session": None if running is None else running.facts.n,
        "sessions": [_session(each) for each in amphi.sessions],
        "paused": None if paused is None else {"reason": paused.reason, "since": iso(paused.since)},
        "turn": turn_shown(amphi, hidden),
        "late": list(amphi.late),
        "entries": _words(amphi),
        "notices": [notice_shown(each) for each in amphi.notices if hears(each.to, audience)],
        "pace": _pace(amphi),
    }


def _session(session: ChoiceSession) -> Json:
    facts = session.facts
    shown: Json = {
        "n": facts.n,
        "from": facts.from_rank,
        "to": facts.to_rank,
        "state": session.state,
        "starts_at": iso(facts.starts_at),
    }
    return shown if facts.ends_at is None else shown | {"ends_at": iso(facts.ends_at)}


def notice_shown(notice: Notice) -> Json:
    """A notice in a view or in `you`."""
    return {"id": notice.id, "text": notice.text, "at": iso(notice.at), "to": notice.to}


_WORDS: dict[type, str] = {
    Choosing: "turn",
    Late: "late",
    Missed: "missed",
    Served: "served",
    ServedElsewhere: "served",
}


def _words(amphi: Amphi) -> Json:
    """Only what differs from waiting."""
    return {each.id: word for each in amphi.entries.values() if (word := _word(each))}


def _word(entry: Entry) -> str | None:
    word = _WORDS.get(type(entry.standing))
    if word in ("served", "turn"):
        return word
    if entry.excluded:
        return "excluded"
    return "expected_absence" if entry.expected_absence else word


def _pace(amphi: Amphi) -> Json | None:
    """live-rules.md §4: "a range from the observed pace of the amphi, never a promise".

    Median and 20th and 80th percentiles of the charged time of the last turns, in seconds.
    """
    paces = amphi.paces_ms
    if len(paces) < PACES_NEEDED:
        return None
    low, *_, high = quantiles(paces, n=5, method="inclusive")
    figures = {"median_s": median(paces), "low_s": low, "high_s": high}
    return {name: round(ms / 1000, 1) for name, ms in figures.items()}


# --- what only the ARS sees -------------------------------------------------


def _for_operators(amphi: Amphi) -> Json:
    """Types of choice, extra time, proxies, flags, reasons: only what differs from the ordinary."""
    all_ = amphi.entries.values()
    return {
        "choice_status": {e.id: e.choice_status.value for e in all_ if _is_surnombre(e)},
        "extra_seconds": {e.id: e.extra_seconds for e in all_ if e.extra_seconds},
        "proxies": {e.id: proxy_state(e.proxy) for e in all_ if e.proxy},
        "flags": {e.id: iso(e.flag_since) for e in all_ if e.flag_since is not None},
        "missed": {e.id: e.standing.reason for e in all_ if isinstance(e.standing, Missed)},
        "rectifications": [_rectification(each) for each in amphi.rectifications],
    }


def _is_surnombre(entry: Entry) -> bool:
    return entry.choice_status is not ChoiceStatus.STANDARD


def proxy_state(proxy: Proxy) -> str:
    """`sent` (the grantor can no longer choose), then `accepted` (the holder can; DCI §6)."""
    return "accepted" if proxy.accepted else "sent"


def _rectification(asked: Rectification) -> Json:
    shown: Json = {"id": asked.id, "entry": asked.entry, "reason": asked.reason}
    return shown if asked.post is None else shown | {"post": asked.post}
