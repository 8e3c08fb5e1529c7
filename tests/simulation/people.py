"""Interns and a proxy holder: prompt, slow, absent, flaky, late, in a hurry, or up to no good.

They look at what their gateway shows and act by timers; they never wait. Chance is the run's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from amphi.gateway.listener import Listener
from amphi.gateway.messages.client import Choose, Help, Ready
from amphi.rules.choosing.facts import ChoiceStatus
from amphi.rules.choosing.state import Amphi, Entry, Missed, OfferState
from amphi.rules.ids import AmphiId, OfferId, PersonId, PostNumber, TurnId
from tests.simulation.gateways import Gateway, a_listener

if TYPE_CHECKING:
    from tests.simulation.stage import Stage

STYLES = ("prompt", "last_moment", "flaky", "late", "sleepy", "double", "adversary", "grantor")
_WEIGHTS = (30, 20, 14, 12, 10, 8, 8, 10)

RESEND_SECONDS = 1.6
MOST_TRIES = 30


class Socket:
    """One open connection of a person to an amphi."""

    def __init__(self, gateway: Gateway, offer: OfferId, listener: Listener, since: float) -> None:
        self.gateway, self.offer, self.listener, self.since = gateway, offer, listener, since


class Sent:
    """A choice on its way: what is sent again must be the same."""

    def __init__(self, frame: Choose, offer: OfferId, amphi: AmphiId) -> None:
        self.frame, self.offer, self.amphi = frame, offer, amphi


class Person:
    """One account, with a socket for each amphi it may see."""

    def __init__(self, stage: Stage, person: PersonId, style: str) -> None:
        self.id, self.style = person, style
        self._stage = stage
        self._random = stage.random
        self.sockets: dict[AmphiId, Socket] = {}
        self._planned: set[TurnId] = set()
        self._waiting: dict[str, Sent] = {}
        self._ready_for: set[str] = set()
        self._tries = 0

    # --- coming and going ---

    def begin(self) -> None:
        """Some are there from the start, some come late, some never before the faults stop."""
        draw, style = self._random.random(), self.style
        if style == "late":
            self._later(1.0 + draw * 6.0, self.connect)
        elif style != "sleepy" or draw < 0.5:
            self._later(draw * 0.4, self.connect)
        if style in ("flaky", "grantor") and draw < 0.8:
            self._later(0.6 + self._random.random() * 3.0, self._waver)

    def connect(self) -> None:
        for offer, amphi in self._stage.amphis:
            if amphi not in self.sockets:
                self._connect(offer, amphi)

    def _connect(self, offer: OfferId, amphi: AmphiId) -> None:
        gateway = self._stage.a_gateway()
        if gateway is None or offer not in gateway.rooms:
            self._later(0.4, self.connect)
            return
        listener = a_listener(amphi, self.id, self._told, operator=False)
        self.sockets[amphi] = Socket(gateway, offer, listener, self._stage.now())
        gateway.rooms[offer].desk.came(listener)
        self.look(gateway, offer)

    def disconnect(self, amphi: AmphiId) -> None:
        socket = self.sockets.pop(amphi, None)
        if socket is not None and socket.gateway.process.alive:
            socket.gateway.rooms[socket.offer].desk.went(socket.listener)

    def cut_off(self, gateway: Gateway) -> None:
        """The gateway died: the page notices and comes back somewhere."""
        lost = [amphi for amphi, socket in self.sockets.items() if socket.gateway is gateway]
        for amphi in lost:
            del self.sockets[amphi]
        if lost:
            self._later(0.2 + self._random.random(), self.connect)

    def _waver(self) -> None:
        """Away for a moment, or for good until the end."""
        if self._stage.quiet:
            return
        if self.style == "grantor":
            self._stage.proxies.grant(self)
            return
        for amphi in list(self.sockets):
            self.disconnect(amphi)
        if self._random.random() < 0.9:
            self._later(0.2 + self._random.random() * 2.5, self.connect)
            self._later(1.0 + self._random.random() * 4.0, self._waver)

    # --- looking ---

    def look(self, gateway: Gateway, offer: OfferId) -> None:
        """Something has changed at a gateway."""
        state = gateway.rooms[offer].room.state
        for amphi_id, socket in self.sockets.items():
            amphi = state.amphis.get(amphi_id)
            if amphi is not None and socket.gateway is gateway and socket.offer == offer:
                self._look_at(amphi, offer)

    def _look_at(self, amphi: Amphi, offer: OfferId) -> None:
        turn = amphi.turn
        mine = turn is not None and amphi.entries[turn.entry].chooser == self.id
        if turn is not None and mine and turn.id not in self._planned:
            self._planned.add(turn.id)
            self._tries = 0
            self._plan(amphi, offer, turn.id)
        self._look_at_myself(amphi, offer)

    def _look_at_myself(self, amphi: Amphi, offer: OfferId) -> None:
        for entry in amphi.entries.values():
            if entry.chooser == self.id and isinstance(entry.standing, Missed):
                key = f"{entry.id}/{entry.calls}"
                if entry.standing.reason != "absent" and key not in self._ready_for:
                    self._ready_for.add(key)
                    self._later(0.1 + self._random.random(), self._ready, offer, amphi.id)

    def _plan(self, amphi: Amphi, offer: OfferId, turn: TurnId) -> None:
        """When to click."""
        style, draw = self.style, self._random.random()
        seconds = amphi.policy.turn_seconds
        if self._stage.quiet or style in ("prompt", "double", "late", "grantor"):
            wait = 0.05 + draw * (0.2 if self._stage.quiet else 1.0)
        elif style == "last_moment":
            wait = seconds - 0.3 + draw * (0.4 + amphi.policy.grace_ms / 1000)
        elif style == "sleepy" and draw < 0.7:
            return
        else:
            wait = draw * seconds
        self._later(wait, self._choose, offer, amphi.id, turn)

    # --- acting ---

    def _state(self, offer: OfferId, amphi: AmphiId) -> OfferState | None:
        socket = self.sockets.get(amphi)
        if socket is None or not socket.gateway.process.alive:
            return None
        return socket.gateway.rooms[offer].room.state

    def _choose(self, offer: OfferId, amphi: AmphiId, turn: TurnId) -> None:
        state = self._state(offer, amphi)
        if state is None or amphi not in state.amphis:
            self._planned.discard(turn)  # to be planned again once back, or once the page shows it
            return
        now = state.amphis[amphi].turn
        if now is None or now.id != turn or self._tries >= MOST_TRIES:
            return
        self._tries += 1
        post = self._stage.pick(state, state.amphis[amphi].entries[now.entry])
        sent = Sent(Choose(self._stage.new_id(), turn, post), offer, amphi)
        self._send(sent)
        if self.style == "double":
            self._send(sent)

    def _send(self, sent: Sent) -> None:
        self._waiting[sent.frame.id] = sent
        socket = self.sockets.get(sent.amphi)
        if socket is not None:
            self._stage.heard_choice(self.id, sent.frame.id, sent.frame.turn)
            socket.gateway.submit(sent.offer, socket.listener, sent.frame)
        self._later(RESEND_SECONDS, self._send_again, sent.frame.id)

    def _send_again(self, command: str) -> None:
        """The page keeps what was not answered and sends it again, same id, same body."""
        sent = self._waiting.get(command)
        if sent is not None:
            self._send(sent)

    def _told(self, frame: dict[str, Any]) -> None:
        if frame["type"] not in ("accepted", "refused"):
            return
        sent = self._waiting.pop(frame["id"], None)
        if sent is not None and frame["type"] == "refused":
            wait = 0.1 + self._random.random() * 0.3
            self._later(wait, self._choose, sent.offer, sent.amphi, sent.frame.turn)

    @property
    def unanswered(self) -> list[str]:
        return list(self._waiting)

    def _ready(self, offer: OfferId, amphi: AmphiId) -> None:
        socket = self.sockets.get(amphi)
        if socket is not None:
            socket.gateway.submit(offer, socket.listener, Ready(self._stage.new_id()))

    def mischief(self) -> None:
        """Frames at the wrong moment: another's turn, a stale turn, a used id, a flag."""
        offer, amphi = self._random.choice(self._stage.amphis)
        socket, state = self.sockets.get(amphi), self._state(offer, amphi)
        if socket is None or state is None or amphi not in state.amphis:
            return
        turns = [turn for e in state.amphis[amphi].entries.values() for turn in e.turns]
        turn = self._random.choice(turns) if turns else TurnId("no-turn")
        post = self._random.choice([*state.seats, PostNumber("none")])
        used = self._stage.some_id(self.id)
        frames = (Choose(used, turn, post), Help(used), Ready(self._stage.new_id()))
        socket.gateway.submit(offer, socket.listener, self._random.choice(frames))

    def settle(self) -> None:
        """The faults are over: everybody is there and chooses."""
        self.style = "prompt"
        self._planned.clear()
        self.connect()
        for socket in list(self.sockets.values()):
            self.look(socket.gateway, socket.offer)

    def _later(self, seconds: float, act: Any, *args: Any) -> None:
        self._stage.loop.call_later(seconds, act, *args)


def draw_style(stage: Stage) -> str:
    return stage.random.choices(STYLES, _WEIGHTS)[0]


def is_free_for(state: OfferState, entry: Entry) -> list[PostNumber]:
    """Posts that an honest page would offer."""
    standard = entry.choice_status is ChoiceStatus.STANDARD
    return [
        seat.post.number
        for seat in state.seats.values()
        if not seat.withdrawn
        and not seat.post.reserved_for
        and not (standard and seat.standard is not None)
    ]
