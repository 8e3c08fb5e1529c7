"""The ARS: a steward who brings every amphi to its end, and hands that gesture at random."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from amphi.live.letters import CommandLetter
from amphi.live.notes import AnswerNote
from amphi.rules.choosing.facts import ChoiceStatus
from amphi.rules.choosing.state import Amphi, Missed, OfferState, Phase, Served
from amphi.rules.ids import AmphiId, EntryId, OfferId, PersonId
from tests.simulation.casting import OPERATORS

if TYPE_CHECKING:
    from tests.simulation.stage import Stage

STEP_SECONDS = 0.25
PATIENCE_SECONDS = 1.5  # an operator's gesture is never sent again: asked anew, if need be

_NEXT = {
    Phase.VALIDATED: "publish",
    Phase.OPEN: "start",
    Phase.BETWEEN_SESSIONS: "start",
    Phase.PAUSED: "resume",
    Phase.CATCH_UP: "close",
}

GESTURES = (
    *("pause", "pause", "pause", "add_time", "restart_turn", "end_turn", "place", "exclude"),
    *("restore", "set_absence", "lift_absence", "set_extra_time", "status", "choose_for"),
    *("withdraw_post", "add_post", "notice", "rectify", "rectify", "cancel_proxy"),
    *("reschedule", "replace_offer", "lower_flag", "resume"),
)


class Steward:
    """`open`: the amphis that are not closed yet, as far as any gateway knows."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._random = stage.random
        self._busy: set[AmphiId] = set()
        self.open = {amphi for _, amphi in stage.amphis}

    def step(self) -> None:
        """Four times a second until everything is closed."""
        for offer, amphi in self._stage.amphis:
            state = self._state(offer)
            if state is not None and amphi not in self._busy and amphi in self.open:
                self._bring_on(offer, amphi, state.amphis.get(amphi))
        self._stage.loop.call_later(STEP_SECONDS, self.step)

    def _state(self, offer: OfferId) -> OfferState | None:
        gateway = self._stage.a_gateway()
        opened = None if gateway is None else gateway.rooms.get(offer)
        return None if opened is None else opened.room.state

    def _bring_on(self, offer: OfferId, amphi_id: AmphiId, amphi: Amphi | None) -> None:
        if amphi is None:
            self.gesture(offer, amphi_id, "validate", {})
        elif amphi.phase is Phase.CLOSED:
            self.open.discard(amphi_id)
        elif amphi.phase in _NEXT and self._in_the_mood(amphi.phase):
            self.gesture(offer, amphi_id, _NEXT[amphi.phase], {})

    def _in_the_mood(self, phase: Phase) -> bool:
        """Pauses last a little; whoever is late has a moment to come before the end."""
        if self._stage.quiet:
            return True
        share = {Phase.PAUSED: 0.3, Phase.CATCH_UP: 0.12}.get(phase, 1.0)
        return self._random.random() < share

    def gesture(
        self,
        offer: OfferId,
        amphi: AmphiId,
        name: str,
        args: dict[str, Any],
        operator: PersonId = OPERATORS[0],
    ) -> None:
        gateway = self._stage.a_gateway()
        if gateway is None:
            return
        letter = CommandLetter(
            id=self._stage.new_id(),
            person=operator,
            role="operator",
            amphi=amphi,
            name=name,
            args=args if name in ("start", "lower_flag", "notice") else {**args, "reason": "essai"},
            gateway=gateway.process.name,
        )
        self._busy.add(amphi)
        gateway.ask(offer, letter, lambda note: self._answered(amphi, note))
        self._stage.loop.call_later(PATIENCE_SECONDS, self._give_up, amphi)

    def _answered(self, amphi: AmphiId, _note: AnswerNote) -> None:
        self._busy.discard(amphi)

    def _give_up(self, amphi: AmphiId) -> None:
        self._busy.discard(amphi)

    # --- at random ---

    def meddle(self, name: str = "", operator: PersonId = OPERATORS[0]) -> None:
        """One gesture of one of two operators, sensible or not; a rectification needs both."""
        if self._stage.quiet:
            return
        offer, amphi_id = self._random.choice(self._stage.amphis)
        state = self._state(offer)
        amphi = None if state is None else state.amphis.get(amphi_id)
        if state is None or amphi is None:
            return
        name = name or self._random.choice(GESTURES)
        args = self._arguments(name, state, amphi)
        if name == "rectify":
            second = ("approve_rectification", OPERATORS[1])
            self._stage.loop.call_later(0.3 + self._random.random(), self.meddle, *second)
        real = {"status": "decide_status_request", "lift_absence": "set_absence"}.get(name, name)
        self.gesture(offer, amphi_id, real, args, operator)

    def _arguments(self, name: str, state: OfferState, amphi: Amphi) -> dict[str, Any]:
        random = self._random
        entry = random.choice(_fitting(name, amphi) or [*amphi.entries])
        post = random.choice([*state.seats])
        asked = [each.id for each in amphi.rectifications] or ["r0"]
        new = {"number": f"n-{random.randint(1, 9)}", "des": "P117", "service": "s1"}
        by_name: dict[str, dict[str, Any]] = {
            "add_time": {"seconds": random.choice((1, 2))},
            "place": {"entry": entry},
            "exclude": {"entry": entry},
            "restore": {"entry": entry},
            "set_absence": {"entry": entry, "expected": True},
            "lift_absence": {"entry": entry, "expected": False},
            "set_extra_time": {"entry": entry, "extra_seconds": random.choice((0, 1))},
            "status": {
                "entry": entry,
                "accepted": random.random() < 0.7,
                "choice_status": random.choice([*ChoiceStatus]).value,
            },
            "choose_for": {"entry": entry, "post": post},
            "withdraw_post": {"post": post},
            "add_post": {"post": new},
            "notice": {"text": "À tous", "to": "all"},
            "rectify": {"entry": entry, "post": random.choice((None, post))},
            "approve_rectification": {"id": random.choice(asked)},
            "cancel_proxy": {"entry": entry},
            "lower_flag": {"entry": entry},
            "reschedule": {"sessions": _sessions(amphi)},
        }
        return by_name.get(name, {})


def _fitting(name: str, amphi: Amphi) -> list[EntryId]:
    """Whom a gesture is meant for."""
    entries = amphi.entries.values()
    if name == "choose_for" and amphi.turn is not None:
        return [amphi.turn.entry]
    if name == "rectify":
        return [each.id for each in entries if isinstance(each.standing, Served)]
    if name == "place":
        return [each.id for each in entries if isinstance(each.standing, Missed)]
    if name in ("restore", "lift_absence"):
        return [each.id for each in entries if each.excluded or each.expected_absence]
    return []


def _sessions(amphi: Amphi) -> list[dict[str, Any]]:
    ranks = [entry.rank for entry in amphi.entries.values()]
    planned = amphi.sessions[0].facts.starts_at
    return [{"n": 1, "from_rank": min(ranks), "to_rank": max(ranks), "starts_at": planned}]
