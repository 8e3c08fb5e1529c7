"""What was asked: one operation for each id (and body) that a person sent, with all its answers."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from loadtests.history.findings import Json
from loadtests.history.record import Note

ASKING = ("choose", "ready", "help", "command")


@dataclass(slots=True)
class Answer:
    """`at`: when it was heard; `frame`: `accepted` or `refused`."""

    at: int
    frame: Json

    @property
    def accepted(self) -> bool:
        return bool(self.frame["type"] == "accepted")

    @property
    def code(self) -> str:
        return str(self.frame.get("code"))

    @property
    def seq(self) -> int:
        """The line of the journal, of an acceptance."""
        return int(self.frame["seq"])


@dataclass(slots=True)
class Operation:
    """`sent`: the first sending; clients send again under the same id until they are answered."""

    person: str
    amphi: str
    id: str
    frame: Json
    sent: int
    answers: list[Answer] = field(default_factory=list)

    @property
    def acceptance(self) -> Answer | None:
        """The first of them."""
        return next((answer for answer in self.answers if answer.accepted), None)

    @property
    def asks(self) -> str:
        """`choose`, `ready`, `help`, or the name of an operator's gesture."""
        kind = str(self.frame["type"])
        return str(self.frame["name"]) if kind == "command" else kind

    def __str__(self) -> str:
        return f"{self.asks} {self.id} of {self.person}"


def operations(notes: Iterable[Note]) -> list[Operation]:
    """In the order of their first sending; an answer belongs to the first body of its id, except
    `id_reused`, which says that another had the id before."""
    found: dict[tuple[str, str], list[Operation]] = {}
    for note in notes:
        key = (note.person, str(note.frame.get("id")))
        if note.what == "sent" and note.frame.get("type") in ASKING:
            _sent(found.setdefault(key, []), note)
        elif note.what == "heard" and note.frame.get("type") in ("accepted", "refused"):
            _answered(found.get(key, []), note)
    return sorted((each for of_id in found.values() for each in of_id), key=lambda each: each.sent)


def _sent(of_id: list[Operation], note: Note) -> None:
    if all(each.frame != note.frame for each in of_id):
        of_id.append(Operation(note.person, note.amphi, str(note.frame["id"]), note.frame, note.at))


def _answered(of_id: list[Operation], note: Note) -> None:
    if of_id:
        later = note.frame.get("code") == "id_reused"
        of_id[-1 if later else 0].answers.append(Answer(note.at, note.frame))
