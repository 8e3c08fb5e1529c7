"""Where a room's people hand in commands and get answers; and where they are counted as present.

Commands are judged by the conductor. Refused here are only those that cannot be posted at all.
"""

from collections.abc import Iterator
from typing import Any

from amphi.gateway.listener import Listener
from amphi.gateway.messages import server
from amphi.gateway.messages.client import Choose, Help, OperatorCommand, Ready, Sent
from amphi.gateway.pending import Pending
from amphi.gateway.ports import Inbox
from amphi.gateway.postbox import Postbox
from amphi.gateway.presence import Attendance
from amphi.gateway.pulse import Pulse
from amphi.http.sentences import sentence
from amphi.live.letters import BeatLetter, CommandLetter, FarewellLetter, Letter
from amphi.live.notes import AnswerNote, PresenceAsked
from amphi.rules.ids import OfferId, PersonId
from amphi.rules.refusals import Refusal


class Desk:
    """One room's, one gateway's."""

    def __init__(self, gateway: str, offer: OfferId, inbox: Inbox, pulse: Pulse) -> None:
        self._gateway, self._pulse = gateway, pulse
        self._pending: Pending[Listener] = Pending()
        self.attendance = Attendance(gateway)
        self.postbox = Postbox(offer, inbox, self._say_anew)

    # --- people -------------------------------------------------------------

    def came(self, listener: Listener) -> None:
        """Counts as here from now on; operators are not waited for by any clock."""
        if listener.who.person is not None and not listener.who.operator:
            self.attendance.came(listener.who.person)

    def went(self, listener: Listener) -> None:
        """The socket is closed; what it asked is still asked."""
        self._pending.left(listener)
        if listener.who.person is not None and not listener.who.operator:
            self.attendance.went(listener.who.person)

    # --- commands -----------------------------------------------------------

    def submit(self, listener: Listener, sent: Sent) -> None:
        """Hand a command on to the conductor, or say at once why not."""
        refused = self._refusal(listener, sent)
        if refused is not None:
            listener.say(_refused(sent.id, refused))
            return
        letter = self._letter(listener, sent)
        if self.attendance.untold(letter.person):
            self.news()
        self._pending.add(letter, listener)
        self.postbox.send(letter)

    def answered(self, note: AnswerNote) -> None:
        """To every socket that waits for this id."""
        for listener in self._pending.answered(note):
            listener.say(_answer(note))

    @property
    def idle(self) -> bool:
        """Nothing is unanswered."""
        return not self._pending.letters()

    def _refusal(self, listener: Listener, sent: Sent) -> Refusal | None:
        person = listener.who.person
        if person is None:
            return Refusal("not_in_amphi")
        if isinstance(sent, OperatorCommand) and not listener.who.operator:
            return Refusal("not_an_operator")
        if self._pending.knows(person, sent.id):
            return None
        if self.postbox.down and (self._pulse.frozen or listener.who.operator):
            return Refusal("amphi_frozen")  # never posted, so it cannot be accepted later
        return Refusal("unavailable") if self._pending.full(person) else None

    def _letter(self, listener: Listener, sent: Sent) -> CommandLetter:
        name, args = _order(sent)
        return CommandLetter(
            id=sent.id,
            person=_known(listener.who.person),
            role="operator" if listener.who.operator else "intern",
            amphi=listener.amphi,
            name=name,
            args=args,
            gateway=self._gateway,
        )

    # --- letters of the gateway's own ---------------------------------------

    def news(self) -> None:
        """Who came and went, if anybody did."""
        letter = self.attendance.news()
        if letter is not None:
            self.postbox.send(letter)

    def beat(self) -> None:
        """Each second while somebody listens."""
        self.postbox.send(BeatLetter(self._gateway))

    def farewell(self) -> None:
        """Our people are gone; silence from now on is no outage."""
        self.news()
        self.postbox.send(FarewellLetter(self._gateway))

    def report(self, term: int) -> None:
        """Everybody who is here, to the conductor of that term."""
        self.postbox.send(self.attendance.report(term))

    def asked(self, note: PresenceAsked) -> None:
        """After a take-over, a thaw or a reset: report in full, send again what is unanswered."""
        self.report(note.term)
        for letter in self._unanswered():
            self.postbox.send(letter)

    def _say_anew(self) -> Iterator[Letter]:
        yield self.attendance.report()
        yield from self._unanswered()

    def _unanswered(self) -> Iterator[CommandLetter]:
        """Interns' only.

        "After a take-over, operators' gestures older than it are refused" by the conductor
        (architecture.md): sent again by us, they would be younger than it.
        """
        return (letter for letter in self._pending.letters() if letter.role == "intern")


def _order(sent: Sent) -> tuple[str, dict[str, Any]]:
    """The command's name and arguments, as the conductor knows them."""
    match sent:
        case Choose():
            return "choose", {"turn": sent.turn, "post": sent.post}
        case Ready():
            return "ready", {}
        case Help():
            return "help", {}
        case OperatorCommand():
            return sent.name, sent.args


def _answer(note: AnswerNote) -> server.Accepted | server.Refused:
    if note.code is not None:
        return _refused(note.id, Refusal(note.code, note.facts))
    if note.seq is None:
        raise ValueError(f"an answer to {note.id} that neither accepts nor refuses")
    return server.Accepted(id=note.id, seq=note.seq)


def _refused(command_id: str, refusal: Refusal) -> server.Refused:
    return server.Refused(
        id=command_id, code=refusal.code, message=sentence(refusal), facts=refusal.facts
    )


def _known(person: PersonId | None) -> PersonId:
    if person is None:
        raise ValueError("an anonymous spectator's command was not refused")
    return person
