"""When everything is closed: every gateway, every fold and every table say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from amphi.rules.choosing.evolve import fold
from amphi.rules.choosing.state import Missed, OfferState, Served, ServedElsewhere
from amphi.rules.ids import OfferId

if TYPE_CHECKING:
    from tests.simulation.stage import Stage


def look_at_the_end(stage: Stage) -> None:
    """Fails the run at the first difference."""
    for offer in stage.cast.amphis:
        state = fold(OfferState(offer), stage.postgres.read(offer, 0))
        _same_everywhere(stage, offer, state)
        _same_as_the_naive_fold(stage, offer, state)
    for watcher in stage.watchers:
        difference = watcher.difference(stage.now())
        if difference:
            raise stage.violation("views_differ", difference)


def _same_everywhere(stage: Stage, offer: OfferId, state: OfferState) -> None:
    """live-rules.md §9.8: "the same state, byte for byte" """
    whole = msgspec.json.encode(state)
    if msgspec.json.encode(stage.witness.states.kept[offer]) != whole:
        raise stage.violation("snapshot_differs", offer)
    for gateway in stage.gateways:
        opened = gateway.rooms.get(offer)
        if opened is not None and msgspec.json.encode(opened.room.state) != whole:
            raise stage.violation("states_differ", f"{offer} at {gateway.process.name}")


_WORDS = {Served: "served", ServedElsewhere: "elsewhere", Missed: "missed"}


def _same_as_the_naive_fold(stage: Stage, offer: OfferId, state: OfferState) -> None:
    """The checker's own fold has come to the same end."""
    naive: dict[str, Any] = stage.witness.replays[offer].offer["amphis"]
    for amphi in state.amphis.values():
        for entry in amphi.entries.values():
            word = _WORDS.get(type(entry.standing), "waiting")
            if naive[amphi.id]["entries"][entry.id]["standing"] != word:
                raise stage.violation("folds_differ", f"{entry.id} is {word}")
