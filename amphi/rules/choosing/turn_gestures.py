"""Operators' gestures on the running turn (live-rules.md §2, §8)."""

from amphi.rules.choosing import commands as c
from amphi.rules.choosing import events as e
from amphi.rules.choosing.clockwork import charged, miss
from amphi.rules.choosing.course import after_a_choice, go_on
from amphi.rules.choosing.draft import Draft
from amphi.rules.choosing.eligibility import post_refusal
from amphi.rules.choosing.operating import amphi_in, operator_of
from amphi.rules.choosing.personal import served_refusal
from amphi.rules.choosing.state import Amphi, Entry, HeldTurn, Phase, RunningTurn
from amphi.rules.ids import Millis, TurnId
from amphi.rules.refusals import Refusal

# --- the running turn (live-rules.md §2) ------------------------------------


def _meant(amphi: Amphi, turn: TurnId | None) -> RunningTurn | HeldTurn | Refusal:
    """The turn that runs, unless the operator who saw another one meant that."""
    if amphi.turn is None:
        return Refusal("no_turn")
    return amphi.turn if turn in (None, amphi.turn.id) else Refusal("another_turn")


def add_time(draft: Draft, command: c.Command, order: c.AddTime) -> Refusal | None:
    amphi, more = amphi_in(draft, command), order.seconds * 1000
    turn = _meant(amphi, order.turn)
    if isinstance(turn, Refusal):
        return turn
    draft.add(_given(amphi, turn, command, order.reason, "time_added", more))
    return None


def restart_turn(draft: Draft, command: c.Command, order: c.RestartTurn) -> Refusal | None:
    """At full time again; whoever was given more than that keeps it."""
    amphi = amphi_in(draft, command)
    turn = _meant(amphi, order.turn)
    if isinstance(turn, Refusal):
        return turn
    left = turn.budget_ms - turn.charged_ms(draft.now)
    more = max(0, turn.seconds * 1000 - left)
    draft.add(_given(amphi, turn, command, order.reason, "restarted", more))
    return None


def _given(
    amphi: Amphi,
    turn: RunningTurn | HeldTurn,
    command: c.Command,
    reason: str,
    cause: e.TurnCause,
    more: Millis,
) -> e.TurnChanged:
    return e.TurnChanged(
        amphi=amphi.id,
        turn=turn.id,
        deadline=turn.deadline + more if isinstance(turn, RunningTurn) else None,
        remaining_ms=turn.remaining + more if isinstance(turn, HeldTurn) else None,
        budget_ms=turn.budget_ms + more,
        cause=cause,
        operator=command.person,
        reason=reason,
    )


def end_turn(draft: Draft, command: c.Command, order: c.EndTurn) -> Refusal | None:
    amphi = amphi_in(draft, command)
    turn = _meant(amphi, order.turn)
    if isinstance(turn, Refusal):
        return turn
    miss(draft, amphi, "ended_by_operator", command.person, order.reason)
    go_on(draft)
    return None


# --- choosing for somebody (live-rules.md §8) -------------------------------


def choose_for(draft: Draft, command: c.Command, order: c.ChooseFor) -> Refusal | None:
    """ "RUNNING: only for the holder of the turn; CATCH_UP or CLOSED: anyone unserved while nobody
    has the turn; checks 1, 4, 7-11 apply" """
    amphi = amphi_in(draft, command)
    entry = amphi.entries.get(order.entry)
    if entry is None:
        return Refusal("not_in_amphi")
    refused = (
        served_refusal(entry)
        or _not_now(amphi, entry)
        or post_refusal(draft.state, amphi, entry, order.post)
    )
    if refused is None:
        draft.add(_chosen_for(draft, amphi, entry, command, order))
        after_a_choice(draft, entry.facts.person)
    return refused


def _not_now(amphi: Amphi, entry: Entry) -> Refusal | None:
    turn = amphi.turn
    if amphi.phase is Phase.RUNNING:
        theirs = turn is not None and turn.entry == entry.id
        return None if theirs else Refusal("only_the_current_chooser")
    return None if turn is None else Refusal("turn_in_progress")


def _chosen_for(
    draft: Draft, amphi: Amphi, entry: Entry, command: c.Command, order: c.ChooseFor
) -> e.PostChosen:
    turn = amphi.turn
    return e.PostChosen(
        amphi=amphi.id,
        turn=None if turn is None else turn.id,
        entry=entry.id,
        post=order.post,
        by="operator",
        person=operator_of(command),
        choice_status=entry.choice_status,
        charged_ms=None if turn is None else charged(amphi, draft.now),
        reason=order.reason,
    )
