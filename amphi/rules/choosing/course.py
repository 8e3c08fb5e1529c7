"""How an offer goes on by itself: latecomers come and go, turns are granted, sessions end.

Called after every command, until nothing more follows.
"""

from amphi.rules.choosing import events as e
from amphi.rules.choosing.draft import Draft
from amphi.rules.choosing.phases import UNDER_WAY
from amphi.rules.choosing.queue import in_turn_order, next_rank
from amphi.rules.choosing.state import Amphi, Entry, Late, Missed, Phase
from amphi.rules.ids import PersonId

CALLING = (Phase.RUNNING, Phase.CATCH_UP)


def go_on(draft: Draft) -> None:
    """Latecomers first, then turns. While frozen nobody is late or absent (live-rules.md §10)."""
    if draft.state.frozen is not None:
        return
    see_who_came(draft)
    while _grant_one(draft) or _end_a_session(draft):
        pass


def after_a_choice(draft: Draft, person: PersonId) -> None:
    """ "Passed over without a clock: [...] those already served (here or in another offer)": a person
    on the call lists of two amphis of this offer is served in both (live-rules.md §9.2)."""
    for amphi in in_turn_order(draft.state):
        for entry in amphi.entries.values():
            if entry.facts.person == person and not entry.served:
                offer = draft.state.offer
                draft.add(e.InternServedElsewhere(amphi=amphi.id, entry=entry.id, offer=offer))
    go_on(draft)


# --- latecomers (live-rules.md §3) ------------------------------------------


def see_who_came(draft: Draft) -> None:
    """Latecomers by presence, and whoever has the turn is noted as attending it."""
    for amphi in in_turn_order(draft.state):
        if amphi.phase in UNDER_WAY:
            _attend(draft, amphi)
            _place_and_release(draft, amphi)


def _attend(draft: Draft, amphi: Amphi) -> None:
    turn = amphi.turn
    if turn is not None and not turn.attended and draft.is_here(amphi.entries[turn.entry]):
        draft.add(e.TurnAttended(amphi=amphi.id, turn=turn.id))


def _place_and_release(draft: Draft, amphi: Amphi) -> None:
    for entry in amphi.entries.values():
        if _comes_back(draft, amphi, entry):
            draft.add(e.LatecomerPlaced(amphi=amphi.id, entry=entry.id))
        elif _walks_away(draft, entry):
            draft.add(e.LatecomerLeft(amphi=amphi.id, entry=entry.id))


def _comes_back(draft: Draft, amphi: Amphi, entry: Entry) -> bool:
    """DCI §10.3: "connectez-vous [...] pour être automatiquement placé après l'interne étant en
    train de choisir" """
    missed_absent = isinstance(entry.standing, Missed) and entry.standing.reason == "absent"
    return missed_absent and may_return(amphi, entry) and draft.is_here(entry)


def may_return(amphi: Amphi, entry: Entry) -> bool:
    """ "Each comes back at most max_returns times" """
    kept_away = entry.excluded or entry.expected_absence
    return not kept_away and entry.returns < amphi.policy.max_returns


def _walks_away(draft: Draft, entry: Entry) -> bool:
    """ "A waiting latecomer whose last connection closes leaves the queue at no cost." """
    waits = isinstance(entry.standing, Late) and not entry.standing.placed
    return waits and draft.is_absent(entry)


# --- turns ------------------------------------------------------------------


def _grant_one(draft: Draft) -> bool:
    """ "At most one turn per amphi (per offer when not parallel)" """
    amphis = list(in_turn_order(draft.state))
    if draft.state.parallel:
        return any(_grant_in(draft, [amphi]) for amphi in amphis)
    return _grant_in(draft, amphis)


def _grant_in(draft: Draft, amphis: list[Amphi]) -> bool:
    if any(amphi.turn is not None for amphi in amphis):
        return False
    chosen = _next_in_turn(amphis)
    if chosen is None:
        return False
    grant(draft, *chosen)
    return True


def _next_in_turn(amphis: list[Amphi]) -> tuple[Amphi, Entry] | None:
    """ "Next in turn: the waiting latecomers first, by call rank; then the next call rank of the
    running session." """
    calling = [amphi for amphi in amphis if amphi.phase in CALLING]
    for amphi in calling:
        if amphi.late:
            return amphi, amphi.entries[amphi.late[0]]
    for amphi in calling:
        entry = next_rank(amphi) if amphi.phase is Phase.RUNNING else None
        if entry is not None:
            return amphi, entry
    return None


def grant(draft: Draft, amphi: Amphi, entry: Entry) -> None:
    """The 90 s, or with the policy SKIP and nobody there a turn missed at once."""
    if amphi.policy.skips_the_absent and draft.is_absent(entry):
        draft.add(_missed_at_once(draft, amphi, entry))
    else:
        draft.add(_started(draft, amphi, entry))


def _missed_at_once(draft: Draft, amphi: Amphi, entry: Entry) -> e.TurnMissed:
    turn = draft.next_turn(amphi.id)
    return e.TurnMissed(amphi=amphi.id, turn=turn, entry=entry.id, reason="absent", charged_ms=0)


def _started(draft: Draft, amphi: Amphi, entry: Entry) -> e.TurnStarted:
    late = isinstance(entry.standing, Late)
    seconds = amphi.policy.turn_seconds + entry.extra_seconds
    return e.TurnStarted(
        amphi=amphi.id,
        turn=draft.next_turn(amphi.id),
        entry=entry.id,
        deadline=draft.now + seconds * 1000,
        seconds=seconds,
        late=late,
        returning=isinstance(entry.standing, Late) and not entry.standing.placed,
        attended=amphi.policy.absent_grace_ms is None or draft.is_here(entry),
    )


def _end_a_session(draft: Draft) -> bool:
    """ "RUNNING ends when no rank of the session remains and no latecomer waits." """
    for amphi in in_turn_order(draft.state):
        session = amphi.running_session
        waits = amphi.turn is not None or amphi.late or next_rank(amphi) is not None
        if amphi.phase is Phase.RUNNING and session is not None and not waits:
            draft.add(e.SessionEnded(amphi=amphi.id, session=session.facts.n))
            if all(each.state == "ended" for each in draft.amphi(amphi.id).sessions):
                draft.add(e.CatchUpStarted(amphi=amphi.id))
            return True
    return False
