"""What time does: turns expire, the absent are passed, sessions start, clocks are held and freed."""

from amphi.rules.choosing import commands as c
from amphi.rules.choosing import events as e
from amphi.rules.choosing.changing import holds_of, without_hold
from amphi.rules.choosing.course import go_on
from amphi.rules.choosing.draft import Draft
from amphi.rules.choosing.ordinary_time import extra_ms
from amphi.rules.choosing.phases import UNDER_WAY
from amphi.rules.choosing.queue import in_turn_order
from amphi.rules.choosing.readiness import red_lines
from amphi.rules.choosing.sessions import next_session, start_refusal
from amphi.rules.choosing.state import Amphi, HeldTurn, MissReason, OfferState, Phase, RunningTurn
from amphi.rules.ids import AmphiId, Millis, PersonId, TurnId
from amphi.rules.refusals import Refusal

TRY_AGAIN_MS = 60_000  # "alerts the operators and tries again each minute"


def tick(draft: Draft, _: c.Command, order: c.Tick) -> Refusal | None:
    """Time passed. A turn is over if the inbox was read to its end after deadline + grace."""
    read_at = draft.now if order.read_at is None else order.read_at
    if draft.state.frozen is None:
        for amphi in in_turn_order(draft.state):
            _miss_if_over(draft, amphi, read_at)
        for amphi in in_turn_order(draft.state):
            _prolong(draft, amphi)
            _start_by_itself(draft, amphi)
    go_on(draft)
    return None


# --- the end of a turn (live-rules.md §2) -----------------------------------


def _miss_if_over(draft: Draft, amphi: Amphi, read_at: Millis) -> None:
    turn = amphi.turn
    if not isinstance(turn, RunningTurn):
        return
    absent, until = draft.is_absent(amphi.entries[turn.entry]), _absent_until(amphi, turn)
    if read_at >= turn.deadline + amphi.policy.grace_ms:
        miss(draft, amphi, "absent" if absent else "timeout")
    elif absent and until is not None and read_at >= until:
        miss(draft, amphi, "absent")


def _absent_until(amphi: Amphi, turn: RunningTurn) -> Millis | None:
    """ "GRACE n: missed if nobody has come after n seconds, who comes sooner keeps the 90 s" """
    grace = amphi.policy.absent_grace_ms
    if turn.attended or grace is None:
        return None
    return turn.deadline - turn.budget_ms + grace


def _prolong(draft: Draft, amphi: Amphi) -> None:
    """ "others see the ordinary deadline [...], then "prolonged":true" (protocol.md §1)"""
    ordinary = _ordinary_end(amphi)
    if isinstance(amphi.turn, RunningTurn) and ordinary is not None and draft.now >= ordinary:
        deadline = amphi.turn.deadline
        draft.add(turn_changed(amphi, amphi.turn, "prolonged", deadline=deadline))


def _ordinary_end(amphi: Amphi) -> Millis | None:
    """When others have seen the turn's clock run out; None without extra time, or once told."""
    turn, extra = amphi.turn, extra_ms(amphi)
    if not isinstance(turn, RunningTurn) or turn.prolonged or not extra:
        return None
    return turn.deadline - extra


def miss(
    draft: Draft,
    amphi: Amphi,
    reason: MissReason,
    operator: PersonId | None = None,
    why: str = "",
) -> None:
    """The turn is over without a choice. Time beyond deadline + grace is charged to nobody."""
    turn = amphi.turn
    if turn is None:
        raise ValueError("nobody has the turn")
    event = e.TurnMissed(
        amphi=amphi.id,
        turn=turn.id,
        entry=turn.entry,
        reason=reason,
        charged_ms=charged(amphi, draft.now),
        operator=operator,
        why=why,
    )
    draft.add(event)


def charged(amphi: Amphi, now: Millis) -> Millis:
    """What the turn was charged: at most its budget + grace (live-rules.md §9.7)."""
    if amphi.turn is None:
        return 0
    most = amphi.turn.budget_ms + amphi.policy.grace_ms
    return min(max(0, amphi.turn.charged_ms(now)), most)


def next_instant(state: OfferState, *, presence_known: bool = True) -> Millis | None:
    """When a tick will next have something to do.

    As long as presence is unknown nobody is absent, so no absence is to be waited for.
    """
    if state.frozen is not None:
        return None
    instants = [i for amphi in state.amphis.values() for i in _instants(amphi, presence_known)]
    return min(instants, default=None)


def _instants(amphi: Amphi, presence_known: bool) -> list[Millis]:
    turn, instants = amphi.turn, []
    if isinstance(turn, RunningTurn):
        instants.append(turn.deadline + amphi.policy.grace_ms)
        absent_until = _absent_until(amphi, turn) if presence_known else None
        sooner = (absent_until, _ordinary_end(amphi))
        instants += [instant for instant in sooner if instant is not None]
    planned = _planned_start(amphi)
    return instants if planned is None else [*instants, planned]


def turn_ends(state: OfferState) -> dict[AmphiId, Millis]:
    """Deadline + grace of each running turn, by amphi: what the other conductors watch."""
    return {
        amphi.id: amphi.turn.deadline + amphi.policy.grace_ms
        for amphi in state.amphis.values()
        if isinstance(amphi.turn, RunningTurn)
    }


# --- sessions that start by themselves (policy auto_start) ------------------


def _planned_start(amphi: Amphi) -> Millis | None:
    session = next_session(amphi)
    startable = amphi.phase in (Phase.OPEN, Phase.BETWEEN_SESSIONS)
    if not amphi.policy.auto_start or session is None or not startable:
        return None
    if amphi.start_delayed_at is None:
        return session.facts.starts_at
    return max(session.facts.starts_at, amphi.start_delayed_at + TRY_AGAIN_MS)


def _start_by_itself(draft: Draft, amphi: Amphi) -> None:
    planned, session = _planned_start(amphi), next_session(amphi)
    if planned is None or session is None or draft.now < planned:
        return
    refused = start_refusal(draft.state, amphi, None)
    red = tuple(red_lines(amphi)) + (() if refused is None else (refused.code,))
    number = session.facts.n
    if red:
        draft.add(e.StartDelayed(amphi=amphi.id, session=number, red=red))
    else:
        draft.add(e.SessionStarted(amphi=amphi.id, session=number))


# --- clocks held and freed (live-rules.md §10) ------------------------------


def freeze(draft: Draft, _: c.Command, order: c.Freeze) -> Refusal | None:
    """Nothing to note while no amphi of the offer is under way."""
    under_way = any(amphi.phase in UNDER_WAY for amphi in draft.state.amphis.values())
    if under_way and draft.state.frozen is None:
        turns = [amphi.turn for amphi in in_turn_order(draft.state) if amphi.turn is not None]
        left = {turn.id: _left(turn, order.charged) for turn in turns}
        draft.add(e.Frozen(cause=order.cause, remaining=left))
    return None


def _left(turn: RunningTurn | HeldTurn, charged_by_turn: dict[TurnId, Millis]) -> Millis:
    """ "if that is lost too, the turn starts afresh"; one that stood still already loses nothing."""
    if isinstance(turn, HeldTurn):
        known = charged_by_turn.get(turn.id, turn.budget_ms)
        return max(turn.remaining, turn.budget_ms - known)
    return max(0, turn.budget_ms - charged_by_turn.get(turn.id, 0))


def thaw(draft: Draft, _: c.Command, order: c.Thaw) -> Refusal | None:
    if draft.state.frozen is not None:
        freed = [a.turn for a in draft.state.amphis.values() if _is_freed(a.turn)]
        deadlines = {t.id: draft.now + t.remaining for t in freed if isinstance(t, HeldTurn)}
        draft.add(e.Thawed(credit_ms=order.credit_ms, deadlines=deadlines))
        go_on(draft)
    return None


def _is_freed(turn: RunningTurn | HeldTurn | None) -> bool:
    return isinstance(turn, HeldTurn) and not without_hold(turn.holds, "freeze")


def hold_turn(draft: Draft, _: c.Command, order: c.HoldTurn) -> Refusal | None:
    """ "If the chooser's own gateway misses 3 beats the clock stops" """
    amphi = _with_turn(draft.state, order.turn)
    if amphi is None or amphi.turn is None or "gateway" in holds_of(amphi.turn):
        return None
    left = max(0, amphi.turn.budget_ms - order.charged_ms)
    draft.add(turn_changed(amphi, amphi.turn, "gateway_lost", remaining_ms=left))
    return None


def release_turn(draft: Draft, _: c.Command, order: c.ReleaseTurn) -> Refusal | None:
    amphi = _with_turn(draft.state, order.turn)
    turn = None if amphi is None else amphi.turn
    if amphi is None or not isinstance(turn, HeldTurn) or "gateway" not in turn.holds:
        return None
    left = turn.remaining
    if without_hold(turn.holds, "gateway"):
        draft.add(turn_changed(amphi, turn, "gateway_back", remaining_ms=left))
    else:
        draft.add(turn_changed(amphi, turn, "gateway_back", deadline=draft.now + left))
    return None


def credit_turns(draft: Draft, _: c.Command, order: c.CreditTurns) -> Refusal | None:
    """ "a stalled loop (> 500 ms) is never charged: always in the intern's favour" """
    for amphi in in_turn_order(draft.state):
        if isinstance(amphi.turn, RunningTurn):
            deadline = amphi.turn.deadline + order.credit_ms
            draft.add(turn_changed(amphi, amphi.turn, "stalled", deadline=deadline))
    return None


def turn_changed(
    amphi: Amphi,
    turn: RunningTurn | HeldTurn,
    cause: e.TurnCause,
    *,
    deadline: Millis | None = None,
    remaining_ms: Millis | None = None,
) -> e.TurnChanged:
    """The same budget, another clock."""
    return e.TurnChanged(
        amphi=amphi.id,
        turn=turn.id,
        deadline=deadline,
        remaining_ms=remaining_ms,
        budget_ms=turn.budget_ms,
        cause=cause,
    )


def _with_turn(state: OfferState, turn: TurnId) -> Amphi | None:
    return next((a for a in state.amphis.values() if a.turn and a.turn.id == turn), None)
