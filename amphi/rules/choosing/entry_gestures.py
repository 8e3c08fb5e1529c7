"""Operators' gestures on one line of the call list (live-rules.md §8)."""

from amphi.rules.choosing import commands as c
from amphi.rules.choosing import events as e
from amphi.rules.choosing.changing import was_called
from amphi.rules.choosing.clockwork import miss
from amphi.rules.choosing.course import go_on
from amphi.rules.choosing.draft import Draft
from amphi.rules.choosing.operating import amphi_in
from amphi.rules.choosing.personal import served_refusal
from amphi.rules.choosing.state import Amphi, Choosing, Entry, Late
from amphi.rules.ids import EntryId
from amphi.rules.refusals import Refusal


def place(draft: Draft, command: c.Command, order: c.Place) -> Refusal | None:
    """ "only somebody already called or passed over, else `not_called_yet`" """
    amphi, entry = _line(draft, command, order.entry)
    if entry is None:
        return Refusal("unknown_entry")
    refused = served_refusal(entry) or _placing_refusal(amphi, entry)
    if refused is None:
        draft.add(
            e.InternPlaced(
                amphi=amphi.id, entry=entry.id, operator=command.person, reason=order.reason
            )
        )
        go_on(draft)
    return refused


def _placing_refusal(amphi: Amphi, entry: Entry) -> Refusal | None:
    if isinstance(entry.standing, Late | Choosing):
        return Refusal("already_waiting")
    return None if was_called(amphi, entry) else Refusal("not_called_yet")


def exclude(draft: Draft, command: c.Command, order: c.Exclude) -> Refusal | None:
    """ "an exclusion acts like an expected absence" """
    amphi, entry = _line(draft, command, order.entry)
    if entry is None:
        return Refusal("unknown_entry")
    if entry.excluded:
        return Refusal("already_excluded")
    refused = served_refusal(entry)
    if refused is None:
        _end_their_turn(draft, amphi, entry, command)
        draft.add(
            e.InternExcluded(
                amphi=amphi.id, entry=entry.id, operator=command.person, reason=order.reason
            )
        )
        go_on(draft)
    return refused


def restore(draft: Draft, command: c.Command, order: c.Restore) -> Refusal | None:
    amphi, entry = _line(draft, command, order.entry)
    if entry is None:
        return Refusal("unknown_entry")
    if not entry.excluded:
        return Refusal("not_excluded")
    draft.add(
        e.InternRestored(
            amphi=amphi.id, entry=entry.id, operator=command.person, reason=order.reason
        )
    )
    go_on(draft)
    return None


def set_absence(draft: Draft, command: c.Command, order: c.SetAbsence) -> Refusal | None:
    """ "on the current chooser it ends the turn" """
    amphi, entry = _line(draft, command, order.entry)
    if entry is None:
        return Refusal("unknown_entry")
    refused = served_refusal(entry) or _absence_refusal(entry, order.expected)
    if refused is None:
        if order.expected:
            _end_their_turn(draft, amphi, entry, command)
        draft.add(
            e.AbsenceSet(
                amphi=amphi.id,
                entry=entry.id,
                expected=order.expected,
                operator=command.person,
                reason=order.reason,
            )
        )
        go_on(draft)
    return refused


def _absence_refusal(entry: Entry, expected: bool) -> Refusal | None:
    """ "A proxy and an expected absence exclude each other." (live-rules.md §6)"""
    if entry.expected_absence == expected:
        return Refusal("absence_unchanged")
    return Refusal("proxy_exists") if expected and entry.proxy is not None else None


def _end_their_turn(draft: Draft, amphi: Amphi, entry: Entry, command: c.Command) -> None:
    if isinstance(entry.standing, Choosing):
        miss(draft, amphi, "ended_by_operator", command.person)


def set_extra_time(draft: Draft, command: c.Command, order: c.SetExtraTime) -> Refusal | None:
    """For the turns to come; the running one gets more by add_time."""
    amphi, entry = _line(draft, command, order.entry)
    if entry is None:
        return Refusal("unknown_entry")
    draft.add(
        e.ExtraTimeSet(
            amphi=amphi.id,
            entry=entry.id,
            extra_seconds=order.extra_seconds,
            operator=command.person,
            reason=order.reason,
        )
    )
    return None


def decide_status_request(
    draft: Draft, command: c.Command, order: c.DecideStatusRequest
) -> Refusal | None:
    """DCI §5; refused, the present type of choice goes on."""
    amphi, entry = _line(draft, command, order.entry)
    if entry is None:
        return Refusal("unknown_entry")
    refused = served_refusal(entry)
    if refused is None:
        status = order.choice_status if order.accepted else entry.choice_status
        draft.add(
            e.ChoiceStatusDecided(
                amphi=amphi.id,
                entry=entry.id,
                accepted=order.accepted,
                choice_status=status,
                operator=command.person,
                reason=order.reason,
            )
        )
    return refused


def lower_flag(draft: Draft, command: c.Command, order: c.LowerFlag) -> Refusal | None:
    amphi, entry = _line(draft, command, order.entry)
    if entry is None:
        return Refusal("unknown_entry")
    if entry.flag_since is None:
        return Refusal("no_flag")
    lowered = e.FlagLowered(
        amphi=amphi.id, entry=entry.id, operator=command.person, reason=order.reason
    )
    draft.add(lowered)
    return None


def _line(draft: Draft, command: c.Command, entry: EntryId) -> tuple[Amphi, Entry | None]:
    amphi = amphi_in(draft, command)
    return amphi, amphi.entries.get(entry)
