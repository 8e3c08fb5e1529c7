"""Whose `you` may have changed by a commit: few enough to be worked out again at each one.

Everybody's is only worked out again when the call list or the offer is replaced. That this is
enough is a property the tests prove: it equals working out all of them.
"""

from collections.abc import Iterator, Sequence

from amphi.rules.choosing import events as e
from amphi.rules.choosing.commands import Presence
from amphi.rules.choosing.queue import SOON, coming
from amphi.rules.choosing.state import Amphi, OfferState
from amphi.rules.ids import EntryId

_ABOUT_EVERYBODY = (e.AmphiValidated, e.CallListReplaced)


def concerned(
    before: OfferState, after: OfferState, records: Sequence[e.Recorded], presence: Presence
) -> set[EntryId]:
    """Entries, of any amphi of the offer, whose `you` may differ between the two states."""
    if any(isinstance(each.event, _ABOUT_EVERYBODY) for each in records):
        return {entry for amphi in after.amphis.values() for entry in amphi.entries}
    named = {entry for each in records for entry in _named(each.event)}
    return named | watchful(before, presence) | watchful(after, presence)


def watchful(state: OfferState, presence: Presence) -> set[EntryId]:
    """Those whose `you` depends on others: with the turn, or soon to have it."""
    return {entry for amphi in state.amphis.values() for entry in _soon(amphi, presence)}


def _named(event: e.AnyEvent) -> Iterator[EntryId]:
    entry = getattr(event, "entry", None)
    if entry is not None:
        yield entry
    if isinstance(event, e.NoticePosted) and event.to.startswith("entry:"):
        yield EntryId(event.to.removeprefix("entry:"))


def _soon(amphi: Amphi, presence: Presence) -> Iterator[EntryId]:
    """ "n ≤ 4" (live-rules.md §4); those of other amphis may only add to n."""
    counted = 0
    for entry_id in coming(amphi):  # a few, of hundreds
        if counted > SOON:
            return
        yield entry_id
        counted += _counts(amphi, entry_id, presence)


def _counts(amphi: Amphi, entry_id: EntryId, presence: Presence) -> bool:
    """Whether this one is counted among those ahead (policy ahead_counts)."""
    if amphi.policy.ahead_counts == "ALL" or not presence.known:
        return True
    return amphi.entries[entry_id].chooser in presence.here
