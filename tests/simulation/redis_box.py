"""What Redis holds of one offer: inbox, feed, head. The same answers as live_store's scripts give."""

from typing import Literal

import msgspec

from amphi.live.letters import BeatLetter, FarewellLetter, Letter, PresenceLetter, Received
from amphi.live.notes import CommitNote, Note
from amphi.live.ports import Charge, HigherTerm, Publication, StoreLost, StoreUnavailable
from amphi.rules.ids import AmphiId, Millis

Mode = Literal["first", "next", "rebuild"]
Place = tuple[int, int]

NOTHING: Place = (0, 0)
SIGN_SECONDS = 3.0  # a gateway that gave no sign for as long no longer lives


def place_of(id_: str) -> Place:
    first, _, second = id_.partition("-")
    return int(first), int(second or 0)


def id_of(place: Place) -> str:
    return f"{place[0]}-{place[1]}"


class Writing:
    """One script's arguments."""

    def __init__(self, writer: str, mode: Mode, term: int, order: int, floor: int) -> None:
        self.writer, self.mode, self.term = writer, mode, term
        self.order, self.floor = order, floor
        self.notes: tuple[Note, ...] = ()
        self.charge: Charge | None = None
        self.publication: Publication | None = None


class Box:
    """All keys of one offer. `forget` is FLUSHALL, `lose` a restart from a file without its end."""

    def __init__(self) -> None:
        self.inbox: list[tuple[Place, float, Received]] = []
        self.feed: list[tuple[Place, Note]] = []
        self.signs: dict[str, float] = {}
        self.deadlines: dict[AmphiId, Millis] = {}
        self.newest_letter: Place = NOTHING
        self.forget()

    def forget(self) -> None:
        self.inbox.clear()
        self.feed.clear()
        self.signs.clear()
        self.deadlines = {}
        self.newest_letter = NOTHING
        self.term: int | None = None
        self.order, self.seq = -1, 0
        self.answered: str | None = None
        self.charged: Charge | None = None
        self.charged_at = 0.0

    def lose(self, notes: int, letters: int) -> None:
        """The last so many of each, and what the head knew of them."""
        del self.feed[len(self.feed) - min(notes, len(self.feed)) :]
        del self.inbox[len(self.inbox) - min(letters, len(self.inbox)) :]
        self.seq = self.feed[-1][0][0] if self.feed else 0
        self.order = -1
        self.charged = None

    # --- the inbox ---

    def post(self, letter: Letter, now: float, clock: float) -> str:
        """The id of a stream grows with Redis's clock, and never goes back when that does."""
        self._note_the_sign(letter, clock)
        millis = int(clock * 1000) + 1
        last = self.newest_letter
        self.newest_letter = (millis, 0) if millis > last[0] else (last[0], last[1] + 1)
        received = Received(id_of(self.newest_letter), letter)
        self.inbox.append((self.newest_letter, now, received))
        return received.at

    def _note_the_sign(self, letter: Letter, clock: float) -> None:
        if isinstance(letter, BeatLetter | PresenceLetter):
            self.signs[letter.gateway] = clock
        elif isinstance(letter, FarewellLetter):
            self.signs.pop(letter.gateway, None)

    def letters(self, after: str) -> list[Received]:
        place = place_of(after)
        return [received for at, _, received in self.inbox if at > place]

    def last(self) -> str:
        return self.inbox[-1][2].at if self.inbox else "0-0"

    def living(self, clock: float) -> frozenset[str]:
        return frozenset(g for g, at in self.signs.items() if clock - at < SIGN_SECONDS)

    def last_charge(self, clock: float) -> Charge | None:
        """With its age, by Redis's clock."""
        if self.charged is None:
            return None
        return msgspec.structs.replace(
            self.charged, age=max(0, int((clock - self.charged_at) * 1000))
        )

    # --- the conductor's script (lua/publish.lua) ---

    def write(self, writing: Writing, clock: float) -> None:
        """Refused below the highest term; whole or not at all; publishing twice changes nothing."""
        if self.term is not None and self.term > writing.term:
            raise HigherTerm(str(self.term))
        if self.term == writing.term and self.order >= writing.order:
            raise StoreUnavailable("a newer write came first")
        commits = [note.seq for note in writing.notes if isinstance(note, CommitNote)]
        if writing.mode != "rebuild" and self._is_lost(writing):
            raise StoreLost(str(self.seq))
        seen = bool(commits) and writing.mode != "rebuild" and commits[-1] <= self.seq
        self.term_before, self.term, self.order = self.term, writing.term, writing.order
        if not seen:
            self._write(writing, clock)

    def _is_lost(self, writing: Writing) -> bool:
        return (writing.mode == "next" and self.term is None) or self.seq < writing.floor

    def _write(self, writing: Writing, clock: float) -> None:
        start = self._prepare(writing, clock) if writing.mode == "rebuild" else None
        for note in writing.notes:
            start = self._say(note, start)
        self.seq = max(self.seq, writing.floor)
        if writing.charge is not None:
            self.charged, self.charged_at = writing.charge, clock
        if writing.publication is not None:
            self._take_over(writing.publication)

    def _prepare(self, writing: Writing, clock: float) -> Place | None:
        """The feed is kept unless it is ahead of the journal; new ids lie behind any seen before."""
        last = self.feed[-1][0] if self.feed else None
        if last is not None and last[0] > writing.floor:
            self.feed.clear()
            self.charged, last = None, None
        self.answered = None
        self.seq = last[0] if last else 0
        start = (writing.floor, 1_000_000_000 + int(clock * 1_000_000))
        return start if last is None or start > last else None

    def _say(self, note: Note, start: Place | None) -> Place | None:
        if isinstance(note, CommitNote):
            if note.seq > self.seq:
                self.feed.append(((note.seq, 0), note))
                self.seq = note.seq
            return start
        if start is not None:
            self.feed.append((start, note))
            self.seq = start[0]
            return None
        last = self.feed[-1][0] if self.feed else NOTHING
        self.feed.append(((last[0], last[1] + 1) if last[0] == self.seq else (self.seq, 1), note))
        return None

    def _take_over(self, publication: Publication) -> None:
        if publication.hot is not None:
            self.deadlines = dict(publication.hot.deadlines)
        answered = publication.answered
        if answered is None:
            return
        if self.answered is None or place_of(answered) > place_of(self.answered):
            self.answered = answered
            place = place_of(answered)
            self.inbox = [each for each in self.inbox if each[0] >= place]
