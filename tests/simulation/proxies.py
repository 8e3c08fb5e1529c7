"""Proxies granted, accepted and cancelled over HTTP, in the middle of turns too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from amphi.live.letters import CommandLetter
from amphi.live.notes import AnswerNote
from amphi.rules.ids import AmphiId, OfferId, PersonId
from tests.simulation.casting import HOLDER
from tests.simulation.people import Person

if TYPE_CHECKING:
    from tests.simulation.stage import Stage

PATIENCE_SECONDS = 5.0  # architecture.md: "await the answer for 5 s"


class Proxies:
    """Grant by the intern, acceptance by the holder's mailed link, cancelled at any time."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._random = stage.random

    def grant(self, grantor: Person) -> None:
        offer, amphi = self._stage.amphis[0]
        proxy = f"proxy-{self._stage.new_id()}"
        random = self._random
        self._ask(grantor.id, offer, amphi, "grant_proxy", {"proxy": proxy})
        self._later(0.1 + random.random() * 2, HOLDER, offer, amphi, "accept_proxy", proxy)
        if random.random() < 0.6:
            self._later(0.2 + random.random() * 4, grantor.id, offer, amphi, "cancel_proxy", None)

    def _later(
        self,
        seconds: float,
        who: PersonId,
        offer: OfferId,
        amphi: AmphiId,
        name: str,
        proxy: str | None,
    ) -> None:
        args = {} if proxy is None else {"proxy": proxy}
        self._stage.loop.call_later(seconds, self._ask, who, offer, amphi, name, args)

    def _ask(
        self, who: PersonId, offer: OfferId, amphi: AmphiId, name: str, args: dict[str, str]
    ) -> None:
        gateway = self._stage.a_gateway()
        if gateway is None:
            return
        letter = CommandLetter(
            id=self._stage.new_id(),
            person=who,
            role="intern",
            amphi=amphi,
            name=name,
            args=args,
            gateway=gateway.process.name,
        )
        gateway.ask(offer, letter, _heard)
        self._stage.loop.call_later(PATIENCE_SECONDS, gateway.give_up, who, letter.id)


def _heard(_note: AnswerNote) -> None:
    """Whether it was accepted shows in the room."""
