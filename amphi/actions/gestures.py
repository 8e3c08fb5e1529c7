"""Gestures through an offer's mailbox, as HTTP handlers and the command line make them."""

import asyncio
import uuid
from collections.abc import Mapping
from typing import Any, Protocol

from amphi.live.letters import CommandLetter
from amphi.live.notes import AnswerNote
from amphi.live.ports import StoreUnavailable
from amphi.rules.choosing.commands import Role
from amphi.rules.ids import AmphiId, OfferId, PersonId
from amphi.rules.refusals import Refusal, Refused

FROM = "commands"  # the letter's gateway: no socket waits for its answer


class Asks(Protocol):
    """live_store's feed: posts a letter and awaits its answer; None: none in time."""

    async def ask(
        self, offer: OfferId, letter: CommandLetter, seconds: float = 5.0
    ) -> AnswerNote | None: ...


async def gesture(
    asks: Asks, offer: OfferId, letter: CommandLetter, *, patience_s: float = 15.0
) -> int:
    """The `seq` at which it was accepted.

    The same letter is sent again while nobody answers: its id makes that harmless.

    Raises:
        Refused: the conductor's own refusal, or `no_conductor` after `patience_s` seconds.
    """
    try:
        async with asyncio.timeout(patience_s):
            answer = await _answer(asks, offer, letter)
    except TimeoutError as error:
        raise Refused(Refusal("no_conductor")) from error
    if answer.seq is None:
        raise Refused(Refusal(answer.code or "unavailable", answer.facts))
    return answer.seq


def a_letter(
    amphi: AmphiId,
    name: str,
    person: PersonId,
    *,
    role: Role = "operator",
    args: Mapping[str, Any] | None = None,
    private: Mapping[str, Any] | None = None,
) -> CommandLetter:
    """A command with a new id."""
    return CommandLetter(
        id=str(uuid.uuid4()),
        person=person,
        role=role,
        amphi=amphi,
        name=name,
        args=dict(args or {}),
        gateway=FROM,
        private=dict(private or {}),
    )


async def _answer(asks: Asks, offer: OfferId, letter: CommandLetter) -> AnswerNote:
    while True:
        try:
            answer = await asks.ask(offer, letter, 2.0)
        except StoreUnavailable:
            answer = None
            await asyncio.sleep(0.2)
        if answer is not None and answer.code != "amphi_frozen":
            return answer
