"""An amphi after an event about its turn. Whoever holds the clock is named in `holds`."""

from typing import Literal

from msgspec.structs import replace

from amphi.rules.choosing import events as e
from amphi.rules.choosing.changing import (
    held,
    holds_of,
    running,
    standing,
    with_entry,
    with_hold,
    with_pace,
    without_hold,
)
from amphi.rules.choosing.state import (
    Amphi,
    Choosing,
    HeldTurn,
    Missed,
    PausedSince,
    Phase,
    RunningTurn,
)
from amphi.rules.ids import EntryId, Millis, TurnId


def started(amphi: Amphi, event: e.TurnStarted, recorded: e.Recorded) -> Amphi:
    turn = RunningTurn(
        id=event.turn,
        entry=event.entry,
        started_at=recorded.at,
        seconds=event.seconds,
        budget_ms=event.seconds * 1000,
        late=event.late,
        attended=event.attended,
        deadline=event.deadline,
    )
    amphi = _called(amphi, event.entry, event.turn, event.late)
    entry = amphi.entries[event.entry]
    amphi = with_entry(amphi, entry.id, returns=entry.returns + int(event.returning))
    return replace(standing(amphi, entry.id, Choosing()), turn=turn)


def _called(amphi: Amphi, entry_id: EntryId, turn: TurnId, late: bool) -> Amphi:
    entry = amphi.entries[entry_id]
    amphi = with_entry(amphi, entry_id, calls=entry.calls + 1, turns=(*entry.turns, turn))
    return amphi if late else replace(amphi, reached=max(amphi.reached, entry.rank))


def attended(amphi: Amphi, _: e.TurnAttended, __: e.Recorded) -> Amphi:
    return replace(amphi, turn=replace(_turn(amphi), attended=True))


def changed(amphi: Amphi, event: e.TurnChanged, _: e.Recorded) -> Amphi:
    turn = _turn(amphi)
    if event.cause == "prolonged":
        return replace(amphi, turn=replace(turn, prolonged=True))
    if event.deadline is not None:
        return replace(amphi, turn=running(turn, event.deadline, event.budget_ms))
    holds = holds_of(turn)
    if event.cause == "gateway_lost":
        holds = with_hold(holds, "gateway")
    if event.cause == "gateway_back":
        holds = without_hold(holds, "gateway")
    return replace(amphi, turn=held(turn, event.remaining_ms or 0, event.budget_ms, holds))


def missed(amphi: Amphi, event: e.TurnMissed, _: e.Recorded) -> Amphi:
    """Also without a clock: whoever is passed at once was never given the turn (SKIP)."""
    if amphi.turn is None or amphi.turn.id != event.turn:
        late = event.entry in amphi.late
        amphi = _called(amphi, event.entry, event.turn, late)
    else:
        amphi = replace(with_pace(amphi, event.charged_ms), turn=None)
    return standing(amphi, event.entry, Missed(event.reason))


def paused(amphi: Amphi, event: e.Paused, recorded: e.Recorded) -> Amphi:
    since = PausedSince(event.reason, recorded.at, _came_from(amphi))
    amphi = replace(amphi, phase=Phase.PAUSED, paused=since)
    if amphi.turn is None:
        return amphi
    holds = with_hold(holds_of(amphi.turn), "pause")
    turn = held(amphi.turn, event.remaining_ms or 0, amphi.turn.budget_ms, holds)
    return replace(amphi, turn=turn)


def _came_from(amphi: Amphi) -> Literal[Phase.RUNNING, Phase.CATCH_UP]:
    return Phase.CATCH_UP if amphi.phase is Phase.CATCH_UP else Phase.RUNNING


def resumed(amphi: Amphi, event: e.Resumed, _: e.Recorded) -> Amphi:
    if amphi.paused is None:
        raise ValueError("nothing was paused")
    turn = amphi.turn
    if turn is not None:
        turn = _released(turn, event)
    return replace(amphi, phase=amphi.paused.came_from, paused=None, turn=turn)


def _released(turn: RunningTurn | HeldTurn, event: e.Resumed) -> RunningTurn | HeldTurn:
    budget = turn.budget_ms if event.budget_ms is None else event.budget_ms
    if event.deadline is not None:
        return running(turn, event.deadline, budget)
    return held(turn, event.remaining_ms or 0, budget, without_hold(holds_of(turn), "pause"))


def frozen(amphi: Amphi, remaining: dict[TurnId, Millis]) -> Amphi:
    turn = amphi.turn
    if turn is None:
        return amphi
    holds = with_hold(holds_of(turn), "freeze")
    return replace(amphi, turn=held(turn, remaining[turn.id], turn.budget_ms, holds))


def thawed(amphi: Amphi, deadlines: dict[TurnId, Millis]) -> Amphi:
    turn = amphi.turn
    if not isinstance(turn, HeldTurn):
        return amphi
    if turn.id in deadlines:
        return replace(amphi, turn=running(turn, deadlines[turn.id], turn.budget_ms))
    holds = without_hold(turn.holds, "freeze")
    return replace(amphi, turn=held(turn, turn.remaining, turn.budget_ms, holds))


def _turn(amphi: Amphi) -> RunningTurn | HeldTurn:
    if amphi.turn is None:
        raise ValueError("nobody has the turn")
    return amphi.turn
