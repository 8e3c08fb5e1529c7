"""Who comes next, and who is before whom (live-rules.md §2-4)."""

from collections.abc import Iterator

from amphi.rules.choosing.commands import Presence
from amphi.rules.choosing.state import Amphi, Entry, Late, OfferState, Phase, Waiting
from amphi.rules.ids import EntryId

SOON = 4  # DCI §10: "Quand il ne reste que 4 internes présents (hors absence prévue) devant vous"


def is_callable(entry: Entry) -> bool:
    """Waits for a first call: "Passed over without a clock: expected absences, those already
    served, those excluded." """
    return isinstance(entry.standing, Waiting) and not entry.excluded and not entry.expected_absence


def in_late_order(amphi: Amphi, late: tuple[EntryId, ...]) -> tuple[EntryId, ...]:
    """ "several: by call rank" (policy late_order)."""
    if amphi.policy.late_order == "RANK":
        return tuple(sorted(late, key=lambda each: amphi.entries[each].rank))
    return tuple(sorted(late, key=lambda each: _arrival(amphi.entries[each])))


def _arrival(entry: Entry) -> int:
    return entry.standing.arrival if isinstance(entry.standing, Late) else 0


def next_rank(amphi: Amphi) -> Entry | None:
    """The next call rank of the running session."""
    session = amphi.running_session
    if session is None:
        return None
    ranks = range(session.facts.from_rank, session.facts.to_rank + 1)
    return next((e for e in amphi.entries.values() if e.rank in ranks and is_callable(e)), None)


def coming(amphi: Amphi) -> Iterator[EntryId]:
    """Who will be called, in order: the one choosing, latecomers, then the ranks."""
    if amphi.turn is not None:
        yield amphi.turn.entry
    yield from amphi.late
    yield from (each.id for each in amphi.entries.values() if is_callable(each))


def upcoming(amphi: Amphi) -> list[EntryId]:
    """Everybody who will be called, in order."""
    return list(coming(amphi))


def before_in_other_amphis(state: OfferState, amphi: Amphi) -> list[Entry]:
    """Whoever has the turn there, and latecomers of earlier amphis, come first (live-rules.md §11).

    "latecomers of the earlier amphi then come right after the one choosing, before those of the later"
    """
    if state.parallel:
        return []
    others = [each for each in state.amphis.values() if each.id != amphi.id]
    choosing = [each.entries[each.turn.entry] for each in others if each.turn is not None]
    earlier = (each for each in others if each.position < amphi.position)
    return choosing + [each.entries[late] for each in earlier for late in each.late]


def ahead(state: OfferState, amphi: Amphi, entry: Entry, presence: Presence) -> int | None:
    """How many will be called before `entry`; None once served, missed or excluded.

    "Ahead of an intern = all who will be called before: the one now choosing, waiting latecomers,
    lower ranks not yet served, without expected absences, exclusions and those missed."
    """
    coming = upcoming(amphi)
    if amphi.phase is Phase.CLOSED or entry.id not in coming:
        return None
    first = [amphi.entries[each] for each in coming[: coming.index(entry.id)]]
    if amphi.turn is None or amphi.turn.entry != entry.id:
        first += before_in_other_amphis(state, amphi)
    return sum(1 for each in first if _counts(amphi, each, presence))


def _counts(amphi: Amphi, entry: Entry, presence: Presence) -> bool:
    if amphi.policy.ahead_counts == "ALL" or not presence.known:
        return True
    return entry.chooser in presence.here


def in_turn_order(state: OfferState) -> Iterator[Amphi]:
    """The amphis of an offer in the order declared."""
    return iter(sorted(state.amphis.values(), key=lambda each: each.position))
