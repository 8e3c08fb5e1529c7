"""What every commit leaves behind: one state for all, which any snapshot leads to (live-rules.md §9.8).

"Replaying the journal from the start gives the same state, byte for byte; so does any snapshot plus
the events after it."
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from amphi.rules.choosing.evolve import fold
from amphi.rules.choosing.state import OfferState
from amphi.rules.ids import OfferId
from amphi.verify.replay import Replay

if TYPE_CHECKING:
    from tests.simulation.stage import Stage


class States:
    """`kept`: each offer's state, written down after every commit and read again before the next."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.kept = {offer: OfferState(offer) for offer in stage.cast.amphis}

    def written(self, offer: OfferId) -> str:
        """After a commit: what is wrong with the snapshot, empty when nothing is."""
        before = self.kept[offer]
        after = fold(before, self._stage.postgres.read(offer, before.seq))
        self.kept[offer] = msgspec.json.decode(msgspec.json.encode(after), type=OfferState)
        return "" if self.kept[offer] == after else f"line {after.seq} is read as another state"

    def told(self, offer: OfferId, writer: str) -> str:
        """When a conductor speaks: how its own state differs from what is on record, if it does."""
        conductor = self._stage.conducting[writer].supervisor._conductors.get(offer)
        own = None if conductor is None else conductor[0]._bench.state
        kept = self.kept[offer]
        if own is None or own.seq != kept.seq or own == kept:
            return ""
        return f"{writer} has another state at line {own.seq}"


def served_twice(replays: dict[OfferId, Replay]) -> str:
    """ "at most one live assignment per campaign, over all amphis and offers" (§9.2): whose is another"""
    served: dict[str, Any] = {}
    for replay in replays.values():
        for amphi in replay.offer["amphis"].values():
            for entry in amphi["entries"].values():
                if entry["standing"] == "served":
                    if entry["person"] in served:
                        return str(entry["id"])
                    served[entry["person"]] = entry["id"]
    return ""
