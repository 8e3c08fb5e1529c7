"""What the conductor says into an offer's feed, to every gateway: numbered commits, and the rest."""

from typing import Any

import msgspec

from amphi.rules.choosing.events import Recorded
from amphi.rules.ids import Millis, PersonId


class CommitNote(msgspec.Struct, frozen=True, tag_field="note", tag="commit"):
    """One commit: feed id `seq-0`. `since` is the `seq` of the commit before."""

    since: int
    seq: int
    at: Millis
    term: int
    records: tuple[Recorded, ...]


class AnswerNote(msgspec.Struct, frozen=True, tag_field="note", tag="answer"):
    """To the person who sent command `id`: accepted at `seq`, or refused with `code` and `facts`."""

    person: PersonId
    id: str
    seq: int | None = None
    code: str | None = None
    facts: dict[str, Any] = {}


class StateNote(msgspec.Struct, frozen=True, tag_field="note", tag="state"):
    """Frozen or well again, told at once and unnumbered (live-rules.md §10)."""

    state: str  # frozen | ok
    cause: str
    thaw_at: Millis | None = None


class BeatNote(msgspec.Struct, frozen=True, tag_field="note", tag="beat"):
    """Each second: the conductor lives, and this is its clock."""

    now: Millis
    term: int


class PresenceAsked(msgspec.Struct, frozen=True, tag_field="note", tag="presence_asked"):
    """After a take-over, a thaw or a reset: report in full, send unanswered commands again."""

    term: int
    cause: str


Note = CommitNote | AnswerNote | StateNote | BeatNote | PresenceAsked
