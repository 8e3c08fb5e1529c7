"""Commands in, events or a Refusal out: the one door to the rules of a running offer."""

from collections.abc import Callable
from typing import Any

from amphi.rules.choosing import (
    clockwork,
    entry_gestures,
    operating,
    personal,
    rectifying,
    turn_gestures,
)
from amphi.rules.choosing import commands as c
from amphi.rules.choosing.commands import Command, Presence
from amphi.rules.choosing.course import go_on
from amphi.rules.choosing.draft import Draft
from amphi.rules.choosing.events import AnyEvent, InternServedElsewhere
from amphi.rules.choosing.phases import refused_in
from amphi.rules.choosing.state import OfferState, Phase
from amphi.rules.ids import Millis
from amphi.rules.refusals import Refusal

Handler = Callable[[Draft, Command, Any], Refusal | None]


def decide(
    state: OfferState, command: Command, now: Millis, presence: Presence
) -> tuple[AnyEvent, ...] | Refusal:
    """The events that follow from `command` at the instant `now`, possibly none; or why not.

    `now` is the conductor's clock; a turn expires only by a Tick, so that whatever was received
    before (live-rules.md §2) has been handled first.
    """
    draft = Draft(state, now, presence)
    refused = _refused_at_the_door(state, command) or _handle(draft, command)
    return tuple(draft.events) if refused is None else refused


def _handle(draft: Draft, command: Command) -> Refusal | None:
    return HANDLERS[type(command.order)](draft, command, command.order)


def _refused_at_the_door(state: OfferState, command: Command) -> Refusal | None:
    """Who may give this order here, and in this phase."""
    return _DOORS[command.role](state, command)


def _persons_door(state: OfferState, command: Command) -> Refusal | None:
    """Checks 1 and 2 of live-rules.md §5, in that order."""
    if not isinstance(command.order, c.PersonalOrder):
        return Refusal("not_an_operator")
    amphi = None if command.amphi is None else state.amphis.get(command.amphi)
    if amphi is None:
        return Refusal("not_in_amphi")
    accepts = isinstance(command.order, c.AcceptProxy)
    if not accepts and not personal.entries_of(amphi, command.person):
        return Refusal("not_in_amphi")
    return personal.phase_refusal(state, amphi, command.order)


def _operators_door(state: OfferState, command: Command) -> Refusal | None:
    """A frozen offer hears operators, once it can hear at all (live-rules.md §10)."""
    if not isinstance(command.order, c.OperatorOrder):
        return Refusal("bad_command", {"name": str(type(command.order).__struct_config__.tag)})
    amphi = None if command.amphi is None else state.amphis.get(command.amphi)
    code = refused_in(command.order, Phase.PLANNED if amphi is None else amphi.phase)
    return Refusal(code) if code else None


def _engines_door(_: OfferState, command: Command) -> Refusal | None:
    if not isinstance(command.order, c.EngineOrder):
        raise TypeError(f"not the engine's own: {command.order!r}")
    return None


_DOORS: dict[str, Callable[[OfferState, Command], Refusal | None]] = {
    "intern": _persons_door,
    "operator": _operators_door,
    "engine": _engines_door,
}


def _served_elsewhere(
    draft: Draft, command: Command, order: c.MarkServedElsewhere
) -> Refusal | None:
    """ "Passed over without a clock: [...] those already served (here or in another offer)" """
    amphi = draft.state.amphis.get(command.amphi) if command.amphi else None
    entry = None if amphi is None else amphi.entries.get(order.entry)
    if amphi is not None and entry is not None and not entry.served:
        draft.add(InternServedElsewhere(amphi=amphi.id, entry=entry.id, offer=order.offer))
        go_on(draft)
    return None


HANDLERS: dict[type[c.Order], Handler] = {
    c.Choose: personal.choose,
    c.Ready: personal.ready,
    c.Help: personal.help_wanted,
    c.GrantProxy: personal.grant_proxy,
    c.AcceptProxy: personal.accept_proxy,
    c.CancelProxy: personal.cancel_proxy,
    c.Validate: operating.validate,
    c.Publish: operating.publish,
    c.Start: operating.start,
    c.Pause: operating.pause,
    c.Resume: operating.resume,
    c.Close: operating.close,
    c.Reschedule: operating.reschedule,
    c.ReplaceOffer: operating.replace_offer,
    c.ReplaceCallList: operating.replace_call_list,
    c.WithdrawPost: operating.withdraw_post,
    c.AddPost: operating.add_post,
    c.PostNotice: operating.post_notice,
    c.AddTime: turn_gestures.add_time,
    c.RestartTurn: turn_gestures.restart_turn,
    c.EndTurn: turn_gestures.end_turn,
    c.ChooseFor: turn_gestures.choose_for,
    c.Place: entry_gestures.place,
    c.Exclude: entry_gestures.exclude,
    c.Restore: entry_gestures.restore,
    c.SetAbsence: entry_gestures.set_absence,
    c.SetExtraTime: entry_gestures.set_extra_time,
    c.DecideStatusRequest: entry_gestures.decide_status_request,
    c.Rectify: rectifying.rectify,
    c.ApproveRectification: rectifying.approve_rectification,
    c.LowerFlag: entry_gestures.lower_flag,
    c.Tick: clockwork.tick,
    c.Freeze: clockwork.freeze,
    c.Thaw: clockwork.thaw,
    c.HoldTurn: clockwork.hold_turn,
    c.ReleaseTurn: clockwork.release_turn,
    c.CreditTurns: clockwork.credit_turns,
    c.MarkServedElsewhere: _served_elsewhere,
}
