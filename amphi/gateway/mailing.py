"""One commit's frames: one per amphi and audience, and one more for whom alone it concerns.

"to those concerned alone: `ChoiceStatusDecided ProxyGranted …`" (protocol.md §1): they hear the
event beside what their audience hears, in a frame with the same numbers and the same patch.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from msgspec.structs import replace

from amphi.gateway.edition import Commit, Edition, Kept
from amphi.gateway.messages.server import encoded
from amphi.gateway.parts import Part
from amphi.rules.choosing import events as e
from amphi.rules.choosing.public import personal
from amphi.rules.choosing.state import OfferState
from amphi.rules.choosing.views import Audience
from amphi.rules.ids import AmphiId, EntryId

_CHANGE_PEOPLE = (
    e.AmphiValidated,
    e.CallListReplaced,
    e.ProxyGranted,
    e.ProxyAccepted,
    e.ProxyCancelled,
)


def changes_people(records: Sequence[e.Recorded]) -> bool:
    """Whether somebody may play another part than before."""
    return any(isinstance(each.event, _CHANGE_PEOPLE) for each in records)


class Mailing:
    """Filled by the editions, asked by each listener's part."""

    def __init__(self, records: Sequence[e.Recorded]) -> None:
        self._frames: dict[tuple[AmphiId, Audience], Kept] = {}
        self._own: defaultdict[EntryId, list[dict[str, Any]]] = defaultdict(list)
        self._own_frames: dict[EntryId, bytes] = {}
        for each in records:
            concerned = personal(each.event)
            if concerned is not None:
                self._own[concerned[0]].append(concerned[1])

    def add(self, edition: Edition, kept: Kept) -> None:
        """The frame of one edition."""
        self._frames[edition.amphi, edition.audience] = kept

    @property
    def concerned(self) -> Collection[EntryId]:
        """Entries whose frame is not everybody's."""
        return self._own.keys()

    def frame(self, amphi: AmphiId, part: Part) -> bytes:
        """What a listener is sent."""
        kept = self._frames[amphi, part.audience]
        if part.entry is None or part.entry not in self._own:
            return kept.encoded
        if part.entry not in self._own_frames:
            self._own_frames[part.entry] = self._own_frame(kept, part.entry)
        return self._own_frames[part.entry]

    def _own_frame(self, kept: Kept, entry: EntryId) -> bytes:
        return encoded(replace(kept.frame, events=[*kept.frame.events, *self._own[entry]]))


class Editions:
    """All editions of one offer: made for the first listener, kept up ever after."""

    def __init__(self) -> None:
        self._editions: dict[tuple[AmphiId, Audience], Edition] = {}

    def of(self, amphi: AmphiId, part: Part, state: OfferState) -> Edition:
        """What this part of this amphi is shown."""
        key = (amphi, part.audience)
        if key not in self._editions:
            self._editions[key] = Edition(*key, state)
        return self._editions[key]

    def advance(self, commit: Commit) -> Mailing:
        """One commit's frames."""
        mailing = Mailing(commit.records)
        for edition in self._editions.values():
            mailing.add(edition, edition.advance(commit))
        return mailing
