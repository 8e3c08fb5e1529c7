"""One audience's edition of an amphi: its view, its frames, each made once for all who listen."""

from collections import deque
from collections.abc import Sequence
from typing import Any

import msgspec

from amphi.gateway.messages.server import Event, encoded, raw
from amphi.rules.choosing.events import Recorded
from amphi.rules.choosing.evolve import evolve
from amphi.rules.choosing.instants import iso
from amphi.rules.choosing.patches import merge_patch
from amphi.rules.choosing.public import visible
from amphi.rules.choosing.state import OfferState
from amphi.rules.choosing.views import Audience, view
from amphi.rules.ids import AmphiId, Millis

KEPT_FRAMES = 1_000


class Commit(msgspec.Struct, frozen=True):
    """One commit folded: the state before, the records with the state after each."""

    before: OfferState
    steps: tuple[tuple[Recorded, OfferState], ...]
    at: Millis

    @property
    def after(self) -> OfferState:
        return self.steps[-1][1]

    @property
    def records(self) -> tuple[Recorded, ...]:
        return tuple(recorded for recorded, _ in self.steps)


def folded(before: OfferState, records: Sequence[Recorded], at: Millis) -> Commit:
    """The records upon the state; there is at least one."""
    steps, state = [], before
    for recorded in records:
        state = evolve(state, recorded)
        steps.append((recorded, state))
    return Commit(before, tuple(steps), at)


class Kept(msgspec.Struct, frozen=True):
    """A frame of the ring: what it follows, what it leads to."""

    since: int
    frame: Event
    encoded: bytes


class Edition:
    """From the first listener on, kept up with every commit of the offer."""

    def __init__(self, amphi: AmphiId, audience: Audience, state: OfferState) -> None:
        self.amphi = amphi
        self.audience = audience
        self._seq = state.seq
        self._view = view(state, amphi, audience)
        self._raw: msgspec.Raw | None = None
        self._ring: deque[Kept] = deque(maxlen=KEPT_FRAMES)

    @property
    def seq(self) -> int:
        return self._seq

    @property
    def view(self) -> msgspec.Raw:
        """The present view, encoded once per `seq`."""
        if self._raw is None:
            self._raw = raw(self._view)
        return self._raw

    def advance(self, commit: Commit) -> Kept:
        """The frame of one commit: sent even when there is nothing to see, so that no number lacks."""
        fresh = view(commit.after, self.amphi, self.audience)
        frame = Event(
            from_=self._seq,
            seq=commit.after.seq,
            at=iso(commit.at),
            events=self._events(commit),
            patch=merge_patch(self._view, fresh),
        )
        kept = Kept(since=self._seq, frame=frame, encoded=encoded(frame))
        self._ring.append(kept)
        self._seq, self._view, self._raw = commit.after.seq, fresh, None
        return kept

    def missed(self, seq: int) -> list[msgspec.Raw] | None:
        """The frames behind `seq`, oldest first; None when we no longer, or never, had them."""
        if seq == self._seq:
            return []
        behind: list[Kept] = []
        for kept in reversed(self._ring):
            behind.append(kept)
            if kept.since == seq:
                return [msgspec.Raw(each.encoded) for each in reversed(behind)]
        return None

    def _events(self, commit: Commit) -> list[dict[str, Any]]:
        heard = (
            visible(recorded.event, after, self.amphi, self.audience)
            for recorded, after in commit.steps
        )
        return [event for event in heard if event is not None]
