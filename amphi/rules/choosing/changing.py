"""Small steps on frozen values: the same offer with one thing changed."""

from typing import Any

from msgspec.structs import replace

from amphi.rules.choosing.queue import in_late_order
from amphi.rules.choosing.state import (
    Amphi,
    Entry,
    HeldTurn,
    Hold,
    Late,
    Missed,
    OfferState,
    RunningTurn,
    Seat,
    Standing,
)
from amphi.rules.ids import AmphiId, EntryId, Millis, PostNumber

PACES_KEPT = 30


def with_amphi(state: OfferState, amphi: Amphi) -> OfferState:
    return replace(state, amphis={**state.amphis, amphi.id: amphi})


def with_entry(amphi: Amphi, entry_id: EntryId, **changes: Any) -> Amphi:
    entry = replace(amphi.entries[entry_id], **changes)
    return replace(amphi, entries={**amphi.entries, entry_id: entry})


def with_seat(state: OfferState, seat: Seat) -> OfferState:
    return replace(state, seats={**state.seats, seat.post.number: seat})


def standing(amphi: Amphi, entry_id: EntryId, now: Standing) -> Amphi:
    """The entry stands there now; it leaves or joins the latecomers accordingly."""
    others = tuple(each for each in amphi.late if each != entry_id)
    amphi = with_entry(amphi, entry_id, standing=now)
    late = (*others, entry_id) if isinstance(now, Late) else others
    return replace(amphi, late=in_late_order(amphi, late))


def out_of_the_queue(amphi: Amphi, entry_id: EntryId) -> Amphi:
    """A latecomer is again just somebody who missed the turn."""
    now = amphi.entries[entry_id].standing
    return standing(amphi, entry_id, Missed(now.missed)) if isinstance(now, Late) else amphi


def was_called(amphi: Amphi, entry: Entry) -> bool:
    """The entry's rank was called or passed over."""
    return entry.rank <= amphi.reached


def back_after_the_call(amphi: Amphi, entry_id: EntryId) -> Amphi:
    """ "restored (lifted) after the rank was called = missed, absent" (live-rules.md §8)"""
    entry = amphi.entries[entry_id]
    if entry.served or not was_called(amphi, entry):
        return amphi
    return standing(amphi, entry_id, Missed("absent"))


def held(
    turn: RunningTurn | HeldTurn, remaining: Millis, budget: Millis, holds: tuple[Hold, ...]
) -> HeldTurn:
    return HeldTurn(
        id=turn.id,
        entry=turn.entry,
        started_at=turn.started_at,
        seconds=turn.seconds,
        budget_ms=budget,
        late=turn.late,
        attended=turn.attended,
        remaining=remaining,
        holds=holds,
        prolonged=_still_prolonged(turn, budget),
    )


def running(turn: RunningTurn | HeldTurn, deadline: Millis, budget: Millis) -> RunningTurn:
    return RunningTurn(
        id=turn.id,
        entry=turn.entry,
        started_at=turn.started_at,
        seconds=turn.seconds,
        budget_ms=budget,
        late=turn.late,
        attended=turn.attended,
        deadline=deadline,
        prolonged=_still_prolonged(turn, budget),
    )


def _still_prolonged(turn: RunningTurn | HeldTurn, budget: Millis) -> bool:
    """More time given: what runs is ordinary time again, until it is over once more."""
    return turn.prolonged and budget == turn.budget_ms


def holds_of(turn: RunningTurn | HeldTurn) -> tuple[Hold, ...]:
    return turn.holds if isinstance(turn, HeldTurn) else ()


def with_hold(holds: tuple[Hold, ...], hold: Hold) -> tuple[Hold, ...]:
    return tuple(sorted({*holds, hold}))


def without_hold(holds: tuple[Hold, ...], hold: Hold) -> tuple[Hold, ...]:
    return tuple(each for each in holds if each != hold)


def with_pace(amphi: Amphi, charged_ms: Millis) -> Amphi:
    return replace(amphi, paces_ms=(*amphi.paces_ms, charged_ms)[-PACES_KEPT:])


def off_the_seat(state: OfferState, number: PostNumber, entry_id: EntryId) -> OfferState:
    seat = state.seats[number]
    keeps = None if seat.standard == entry_id else seat.standard
    surnombre = tuple(each for each in seat.surnombre if each != entry_id)
    return with_seat(state, replace(seat, standard=keeps, surnombre=surnombre))


def amphi_of(state: OfferState, amphi_id: AmphiId | None) -> Amphi:
    """The amphi an event is about; events about the whole offer never come here."""
    if amphi_id is None:
        raise ValueError("this event names no amphi")
    return state.amphis[amphi_id]
