"""A gesture through an offer's mailbox with an answer awaited for 5 s, as HTTP handlers make it."""

import msgspec

from amphi.actions.gestures import Asks
from amphi.live.letters import CommandLetter
from amphi.live.ports import StoreUnavailable
from amphi.rules.ids import OfferId
from amphi.rules.refusals import Refusal, Refused


class Posted(msgspec.Struct, frozen=True):
    """`seq`: where it was accepted; None: no answer yet, look again at `offer` and `id`."""

    offer: OfferId
    id: str
    seq: int | None


async def ask(asks: Asks, offer: OfferId, letter: CommandLetter) -> Posted:
    """ "HTTP handlers post the command and await the answer for 5 s, else 202 with an address"

    The same `letter.id` may be asked again: accepted once, it is answered the same.

    Raises:
        Refused: the conductor's own refusal; `amphi_frozen` when Redis is away (architecture.md).
    """
    try:
        answer = await asks.ask(offer, letter)
    except StoreUnavailable as away:
        raise Refused(Refusal("amphi_frozen")) from away
    if answer is not None and answer.code is not None:
        raise Refused(Refusal(answer.code, answer.facts))
    return Posted(offer, letter.id, None if answer is None else answer.seq)
