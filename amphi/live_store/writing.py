"""What `lua/publish.lua` is told: one write of a conductor, spelled out as keys and arguments."""

from typing import Literal

import msgspec

from amphi.live.notes import CommitNote, Note
from amphi.live.ports import Hot
from amphi.live_store import keys
from amphi.rules.ids import OfferId

Mode = Literal["first", "next", "rebuild"]
Word = str | bytes | int


class Writing(msgspec.Struct, frozen=True, kw_only=True):
    """`floor`: the seq the store must have reached before; for a rebuild, the journal's last one."""

    offer: OfferId
    mode: Mode
    term: int
    floor: int
    notes: tuple[Note, ...]
    hot: Hot | None = None
    answered: str | None = None
    charged: bytes | None = None

    @property
    def reaches(self) -> int:
        """The line up to which the feed is whole once this is written."""
        commits = (note.seq for note in self.notes if isinstance(note, CommitNote))
        return max(commits, default=self.floor)


_encode = msgspec.json.encode


def keys_of(writing: Writing) -> list[str]:
    """KEYS of the script."""
    offer = writing.offer
    return [
        keys.head(offer),
        keys.feed(offer),
        keys.hot(offer),
        keys.deadlines(offer),
        keys.inbox(offer),
        *(keys.queue(offer, amphi) for amphi in (writing.hot.amphis if writing.hot else ())),
    ]


def arguments_of(writing: Writing, order: int) -> list[Word]:
    """ARGV of the script. `order` grows with every write, so that a late one undoes nothing."""
    return [
        writing.mode,
        writing.term,
        order,
        writing.floor,
        max((_number(note) for note in writing.notes if isinstance(note, CommitNote)), default=""),
        writing.answered or "",
        writing.charged or "",
        keys.FEED_LENGTH,
        keys.OFFER_SECONDS,
        *_of_notes(writing.notes),
        *_of_hot(writing.hot),
    ]


def _number(note: Note) -> int | str:
    return note.seq if isinstance(note, CommitNote) else ""


def _of_notes(notes: tuple[Note, ...]) -> list[Word]:
    words: list[Word] = [len(notes)]
    for note in notes:
        words += [_number(note), _encode(note)]
    return words


def _of_hot(hot: Hot | None) -> list[Word]:
    """Each amphi with its JSON, its deadline and its turn queue; whole, so that nothing is stale."""
    if hot is None:
        return [""]
    words: list[Word] = [len(hot.amphis)]
    for amphi, shown in hot.amphis.items():
        deadline = hot.deadlines.get(amphi, "")
        words += [amphi, _encode(shown), deadline, _encode(hot.queue.get(amphi, []))]
    return words
