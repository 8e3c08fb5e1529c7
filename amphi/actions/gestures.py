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

PATIENCE_S = 15.0  # more than a take-over takes
ASK_S, AGAIN_S = 2.0, 0.1


class Asks(Protocol):
    """live_store's feed: posts a letter and awaits its answer; None: none in time."""

    async def ask(
        self, offer: OfferId, letter: CommandLetter, seconds: float = 5.0
    ) -> AnswerNote | None: ...


async def gesture(asks: Asks, offer: OfferId, letter: CommandLetter) -> int:
    """The `seq` at which it was accepted.

    The same letter is sent again while nobody answers: its id makes that harmless.

    Raises:
        Refused: the conductor's own refusal, or `no_conductor` when nobody answers in 15 s.
    """
    try:
        async with asyncio.timeout(PATIENCE_S):
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
    """Frozen is not an answer yet: a conductor that has just taken over is, for an instant."""
    while True:
        answer = await _asked(asks, offer, letter)
        if answer is not None and answer.code != "amphi_frozen":
            return answer
        await asyncio.sleep(AGAIN_S)


async def _asked(asks: Asks, offer: OfferId, letter: CommandLetter) -> AnswerNote | None:
    try:
        return await asks.ask(offer, letter, ASK_S)
    except StoreUnavailable:
        return None
