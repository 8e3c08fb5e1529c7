"""Commands not answered yet: kept here, sent again after a reset, answered to all who wait.

"Gateways keep unanswered commands and send them again (same id)" (architecture.md). Their key is (person, id), the offer being the room's. The same letter sent again is the same
command; the same id with another body is the conductor's to refuse (`id_reused`): both are posted,
and answers come in the order of posting.
"""

from typing import Generic, TypeVar

from amphi.live.letters import CommandLetter
from amphi.live.notes import AnswerNote
from amphi.rules.ids import PersonId

MOST_PER_PERSON = 32

Socket = TypeVar("Socket")
Key = tuple[PersonId, str]


class Waiting(Generic[Socket]):
    """One id of one person: its letters, oldest first, and who wants the answer."""

    def __init__(self) -> None:
        self.letters: list[CommandLetter] = []
        self.sockets: list[Socket] = []

    def add(self, letter: CommandLetter, socket: Socket) -> None:
        if letter not in self.letters:
            self.letters.append(letter)
        if socket not in self.sockets:
            self.sockets.append(socket)

    def answered(self, note: AnswerNote) -> None:
        """`id_reused` is about a later letter, anything else about the first."""
        later = note.code == "id_reused" and len(self.letters) > 1
        del self.letters[1 if later else 0]


class Pending(Generic[Socket]):
    """All unanswered commands of a room, in the order of arrival."""

    def __init__(self) -> None:
        self._waiting: dict[Key, Waiting[Socket]] = {}
        self._count: dict[PersonId, int] = {}

    def knows(self, person: PersonId, command_id: str) -> bool:
        """Whether this id of this person waits already."""
        return (person, command_id) in self._waiting

    def full(self, person: PersonId) -> bool:
        """So many unanswered ids that one more would only fill memory."""
        return self._count.get(person, 0) >= MOST_PER_PERSON

    def add(self, letter: CommandLetter, socket: Socket) -> None:
        """Remember until answered; several sockets may wait for one answer."""
        key = (letter.person, letter.id)
        if key not in self._waiting:
            self._waiting[key] = Waiting()
            self._count[letter.person] = self._count.get(letter.person, 0) + 1
        self._waiting[key].add(letter, socket)

    def answered(self, note: AnswerNote) -> list[Socket]:
        """Who waits for this answer; none when it was given before."""
        key = (note.person, note.id)
        waiting = self._waiting.get(key)
        if waiting is None:
            return []
        waiting.answered(note)
        if not waiting.letters:
            self._forget(key)
        return list(waiting.sockets)

    def letters(self) -> list[CommandLetter]:
        """What to send again, oldest first."""
        return [letter for waiting in self._waiting.values() for letter in waiting.letters]

    def left(self, socket: Socket) -> None:
        """The socket closed: its commands stay, their answers go to whoever asks again."""
        for waiting in self._waiting.values():
            if socket in waiting.sockets:
                waiting.sockets.remove(socket)

    def _forget(self, key: Key) -> None:
        del self._waiting[key]
        left = self._count.pop(key[0]) - 1
        if left:
            self._count[key[0]] = left
