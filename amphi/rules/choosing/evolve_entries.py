"""An amphi after an event about one line of its call list."""

from msgspec.structs import replace

from amphi.rules.choosing import events as e
from amphi.rules.choosing.changing import (
    back_after_the_call,
    out_of_the_queue,
    standing,
    with_entry,
)
from amphi.rules.choosing.facts import Proxy
from amphi.rules.choosing.state import Amphi, Late, Missed, ServedElsewhere
from amphi.rules.ids import EntryId


def latecomer_placed(amphi: Amphi, event: e.LatecomerPlaced, recorded: e.Recorded) -> Amphi:
    return _late(amphi, event.entry, recorded, placed=False)


def latecomer_left(amphi: Amphi, event: e.LatecomerLeft, _: e.Recorded) -> Amphi:
    return out_of_the_queue(amphi, event.entry)


def placed(amphi: Amphi, event: e.InternPlaced, recorded: e.Recorded) -> Amphi:
    """An operator's placement overrules an expected absence or an exclusion."""
    amphi = with_entry(amphi, event.entry, excluded=False, expected_absence=False)
    return _late(amphi, event.entry, recorded, placed=True)


def _late(amphi: Amphi, entry_id: EntryId, recorded: e.Recorded, placed: bool) -> Amphi:
    before = amphi.entries[entry_id].standing
    reason = before.reason if isinstance(before, Missed) else "absent"
    return standing(amphi, entry_id, Late(reason, recorded.seq, placed))


def excluded(amphi: Amphi, event: e.InternExcluded, _: e.Recorded) -> Amphi:
    return with_entry(out_of_the_queue(amphi, event.entry), event.entry, excluded=True)


def restored(amphi: Amphi, event: e.InternRestored, _: e.Recorded) -> Amphi:
    amphi = with_entry(amphi, event.entry, excluded=False)
    return back_after_the_call(amphi, event.entry)


def absence_set(amphi: Amphi, event: e.AbsenceSet, _: e.Recorded) -> Amphi:
    amphi = with_entry(amphi, event.entry, expected_absence=event.expected)
    if event.expected:
        return out_of_the_queue(amphi, event.entry)
    return back_after_the_call(amphi, event.entry)


def extra_time_set(amphi: Amphi, event: e.ExtraTimeSet, _: e.Recorded) -> Amphi:
    return with_entry(amphi, event.entry, extra_seconds=event.extra_seconds)


def served_elsewhere(amphi: Amphi, event: e.InternServedElsewhere, _: e.Recorded) -> Amphi:
    """Whoever was choosing at that instant needs the turn no more."""
    if amphi.turn is not None and amphi.turn.entry == event.entry:
        amphi = replace(amphi, turn=None)
    return standing(amphi, event.entry, ServedElsewhere(event.offer))


def flag_raised(amphi: Amphi, event: e.FlagRaised, recorded: e.Recorded) -> Amphi:
    return with_entry(amphi, event.entry, flag_since=recorded.at)


def flag_lowered(amphi: Amphi, event: e.FlagLowered, _: e.Recorded) -> Amphi:
    return with_entry(amphi, event.entry, flag_since=None)


def status_decided(amphi: Amphi, event: e.ChoiceStatusDecided, _: e.Recorded) -> Amphi:
    return with_entry(amphi, event.entry, choice_status=event.choice_status)


def proxy_granted(amphi: Amphi, event: e.ProxyGranted, _: e.Recorded) -> Amphi:
    return with_entry(amphi, event.entry, proxy=Proxy(event.proxy))


def proxy_accepted(amphi: Amphi, event: e.ProxyAccepted, _: e.Recorded) -> Amphi:
    return with_entry(amphi, event.entry, proxy=Proxy(event.proxy, event.holder))


def proxy_cancelled(amphi: Amphi, event: e.ProxyCancelled, _: e.Recorded) -> Amphi:
    entry = amphi.entries[event.entry]
    former = () if entry.proxy is None or entry.proxy.holder is None else (entry.proxy.holder,)
    amphi = with_entry(amphi, event.entry, proxy=None)
    return with_entry(amphi, event.entry, former_holders=(*entry.former_holders, *former))
