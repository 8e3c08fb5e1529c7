"""What gateways and HTTP programs put into an offer's inbox: one stream, the order of arrival."""

from typing import Any

import msgspec

from amphi.rules.choosing.commands import Role
from amphi.rules.ids import AmphiId, OfferId, PersonId


class CommandLetter(msgspec.Struct, frozen=True, tag_field="letter", tag="command"):
    """A command as received: `name` and `args` are judged by the conductor, not by the sender.

    (offer, person, id) is the command's key: the same letter sent again is answered the same.
    `private` never enters the journal (a proxy holder's address); the commit writes it to its row.
    """

    id: str
    person: PersonId
    role: Role
    amphi: AmphiId
    name: str
    args: dict[str, Any]
    gateway: str
    private: dict[str, Any] = {}


class PresenceLetter(msgspec.Struct, frozen=True, tag_field="letter", tag="presence"):
    """Who came and went at one gateway, coalesced to 500 ms, before any command of the same person.

    `full`: `here` is everybody connected there now, the answer to a `PresenceAsked` of `term`.
    """

    gateway: str
    here: tuple[PersonId, ...] = ()
    gone: tuple[PersonId, ...] = ()
    full: bool = False
    term: int | None = None


class BeatLetter(msgspec.Struct, frozen=True, tag_field="letter", tag="beat"):
    """Each second from every gateway with listeners of the offer."""

    gateway: str


class FarewellLetter(msgspec.Struct, frozen=True, tag_field="letter", tag="farewell"):
    """The gateway closes in order: its people are gone, its silence is no outage."""

    gateway: str


class SiblingLetter(msgspec.Struct, frozen=True, tag_field="letter", tag="sibling"):
    """From another offer of the campaign: somebody of yours was served here, look at the rows."""

    offer: OfferId


Letter = CommandLetter | PresenceLetter | BeatLetter | FarewellLetter | SiblingLetter


class Received(msgspec.Struct, frozen=True):
    """A letter at its place in the inbox; `at` is the stream's id, opaque but ordered.

    `letter` None: the entry could not be read; it is skipped and counted.
    """

    at: str
    letter: Letter | None
