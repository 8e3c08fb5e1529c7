"""Choice sessions: a partition of the call ranks, started one after the other."""

from collections.abc import Iterable
from itertools import pairwise

from amphi.rules.choosing.facts import SessionFacts
from amphi.rules.choosing.queue import in_turn_order
from amphi.rules.choosing.state import Amphi, ChoiceSession, OfferState, Phase
from amphi.rules.refusals import Refusal

OUT_OF_THE_WAY = (Phase.CATCH_UP, Phase.CLOSED)


def next_session(amphi: Amphi) -> ChoiceSession | None:
    return next((each for each in amphi.sessions if each.state == "planned"), None)


def has_started(amphi: Amphi) -> bool:
    return any(each.state != "planned" for each in amphi.sessions)


def is_partition(sessions: Iterable[SessionFacts], ranks: Iterable[int]) -> bool:
    """ "ranks form a partition without gap or overlap" (ranking.md §6)"""
    ordered = sorted(sessions, key=lambda each: each.from_rank)
    wanted = set(ranks)
    if not ordered or not wanted:
        return not wanted
    joined = all(b.from_rank == a.to_rank + 1 for a, b in pairwise(ordered))
    whole = all(each.from_rank <= each.to_rank for each in ordered)
    covered = ordered[0].from_rank <= min(wanted) and ordered[-1].to_rank >= max(wanted)
    return joined and whole and covered and _numbered(ordered)


def _numbered(ordered: list[SessionFacts]) -> bool:
    numbers = [each.n for each in ordered]
    return numbers == sorted(set(numbers))


def start_refusal(state: OfferState, amphi: Amphi, asked: int | None) -> Refusal | None:
    """ "They run one after the other by default: the next may start once the one before is in
    CATCH_UP or CLOSED" (live-rules.md §11); sessions start in their order."""
    session = next_session(amphi)
    if session is None:
        return Refusal("no_session_left")
    if asked is not None and asked != session.facts.n:
        return Refusal("session_out_of_order", {"next": session.facts.n})
    busy = None if state.parallel else _in_the_way(state, amphi)
    return None if busy is None else Refusal("another_amphi_running", {"amphi": busy.code})


def _in_the_way(state: OfferState, amphi: Amphi) -> Amphi | None:
    """Whoever has begun goes on; an amphi declared before, but validated too late, comes after."""
    for other in in_turn_order(state):
        if other.id == amphi.id:
            continue
        before = other.position < amphi.position and not has_started(amphi)
        if not _is_done(other) and (before or has_started(other)):
            return other
    return None


def _is_done(amphi: Amphi) -> bool:
    paused = amphi.paused
    caught_up = paused is not None and paused.came_from is Phase.CATCH_UP
    return caught_up or amphi.phase in OUT_OF_THE_WAY
