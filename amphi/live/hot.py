"""The hot state: what lobby pages and other programs read without folding a journal."""

from typing import Any

from amphi.live.ports import Hot
from amphi.rules.choosing.clockwork import turn_ends
from amphi.rules.choosing.queue import before_in_other_amphis, upcoming
from amphi.rules.choosing.state import Amphi, OfferState


def hot_of(state: OfferState) -> Hot:
    """Everything of `state` that is shown outside rooms."""
    return Hot(
        amphis={each.id: _card(state, each) for each in state.amphis.values()},
        queue={each.id: upcoming(each) for each in state.amphis.values()},
        deadlines=turn_ends(state),
    )


def _card(state: OfferState, amphi: Amphi) -> dict[str, Any]:
    """The card of an amphi on the home page (DCI §9.1)."""
    session = amphi.running_session
    return {
        "seq": state.seq,
        "phase": amphi.phase.value,
        "frozen": state.frozen is not None,
        "session": None if session is None else session.facts.n,
        "before": len(before_in_other_amphis(state, amphi)),
        "turn": None if amphi.turn is None else amphi.turn.entry,
        "served": sum(1 for each in amphi.entries.values() if each.served),
        "interns": len(amphi.entries),
    }
