"""Spectators, interns and operators who fold every frame: what they hold is what a newcomer is shown.

live-rules.md §9.10; with a merge patch of their own (RFC 7396), not the gateway's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from amphi.gateway.close_codes import CloseCode
from amphi.gateway.listener import Listener
from amphi.gateway.resume import Who
from amphi.gateway.spoken import Spoken
from amphi.rules.choosing.views import Audience, view
from amphi.rules.ids import AmphiId, OfferId, PersonId
from tests.simulation.casting import OPERATORS
from tests.simulation.gateways import Gateway

if TYPE_CHECKING:
    from tests.simulation.stage import Stage

Json = dict[str, Any]


def patched(view: Json, patch: Json) -> Json:
    """RFC 7396, as a page does it."""
    after = {
        key: value for key, value in view.items() if key not in patch or patch[key] is not None
    }
    for key, value in patch.items():
        if isinstance(value, dict):
            before = after.get(key)
            after[key] = patched(before if isinstance(before, dict) else {}, value)
        elif value is not None:
            after[key] = value
    return after


class Watcher:
    """One seat in a room; an `Ear`."""

    def __init__(self, gateway: Gateway, offer: OfferId, amphi: AmphiId, who: Who) -> None:
        self.gateway, self.offer, self.amphi = gateway, offer, amphi
        self.listener = Listener(amphi, who, None, self, 0.0)
        self.held: Json = {}
        self.seq = 0
        self.gap = ""

    @classmethod
    def all_of(cls, gateway: Gateway, offer: OfferId, stage: Stage) -> list[Watcher]:
        """One for each audience that is let in now and has nobody yet."""
        first = stage.cast.persons[0]
        found = []
        for amphi in stage.cast.amphis[offer]:
            for who in (Who(), Who(PersonId(first)), Who(OPERATORS[0], operator=True)):
                known = [w for w in stage.watchers if (w.amphi, w.listener.who) == (amphi, who)]
                watcher = cls(gateway, offer, amphi, who)
                room = gateway.rooms[offer].room
                if not known and room.enter(watcher.listener, None, None, stage.now()):
                    found.append(watcher)
        return found

    ready = True

    def hear(self, spoken: Spoken) -> None:
        for text in spoken.texts:
            self.say(text)

    def say(self, text: bytes) -> None:
        frame = msgspec.json.decode(text)
        if frame["type"] == "welcome":
            self.held, self.seq = frame["view"], frame["seq"]
        elif frame["type"] == "event":
            if frame["from"] != self.seq:
                self.gap = f"a frame from {frame['from']} after {self.seq}"
            self.held, self.seq = patched(self.held, frame["patch"]), frame["seq"]
            self.gap = self._found_wrong()

    def close(self, code: CloseCode) -> None:
        """4410, when the amphi is over; what was held is compared all the same."""

    def difference(self, at: float) -> str:
        """What a newcomer would be shown otherwise; empty when all is the same."""
        state = self.gateway.rooms[self.offer].room.state
        if self.gap or not self.gateway.process.alive:
            return self.gap
        self.gateway.rooms[self.offer].room.catch_up(self.listener, at)
        if self.seq != state.seq:
            return f"{self._audience}: is at {self.seq}, the room at {state.seq}"
        return self._found_wrong()

    def _found_wrong(self) -> str:
        return self.gap or self._unlike_a_fresh_view()

    def _unlike_a_fresh_view(self) -> str:
        """ "A listener that has seen frames 1..n and one that took a fresh view at n …", for every n."""
        state = self.gateway.rooms[self.offer].room.state
        fresh = msgspec.to_builtins(view(state, self.amphi, self._audience))
        if self.seq != state.seq or self.held == fresh:
            return ""
        return f"{self._audience} at {self.seq}: held {self.held}, fresh {fresh}"

    @property
    def _audience(self) -> Audience:
        role = self.listener.part.role
        if role == "operator":
            return Audience.OPERATOR
        return Audience.PUBLIC if role == "spectator" else Audience.PARTICIPANT
