"""One client's conversation, whatever carries its frames: `connection.py` and `fast.py` both hold it.

They bring bytes in and out; who is let in, and what each frame does, is decided here alone.
"""

from typing import Protocol as Interface
from typing import assert_never

from amphi.gateway.admission import Admission, Admitted, NotAdmitted, Shown, Visitor
from amphi.gateway.close_codes import CloseCode
from amphi.gateway.crowd import Crowd, Socket
from amphi.gateway.doorkeeper import Doorkeeper
from amphi.gateway.listener import Ear, Listener
from amphi.gateway.messages import server
from amphi.gateway.messages.client import (
    Choose,
    ClientFrame,
    Hello,
    Help,
    OperatorCommand,
    Ping,
    Ready,
)
from amphi.gateway.protocol import Protocol
from amphi.gateway.resume import ANYBODY, RENEW_AFTER_S
from amphi.gateway.rooms import OpenRoom, Rooms
from amphi.gateway.threshold import Threshold
from amphi.gateway.world import World
from amphi.live.ports import JournalUnavailable
from amphi.rules.ids import AmphiId

SUBPROTOCOL = "amphi.v1"


class WayOut(Ear, Socket, Interface):
    """Frames go out there; the crowd looks after it."""


class House:
    """What all visits of this process share."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rooms = Rooms(world)
        self.crowd = Crowd(world)
        self.doorkeeper = Doorkeeper(world)
        self.admission = Admission(world, self.doorkeeper)
        self.threshold = Threshold()


class Visit:
    """From handshake to close: `arrive`, then `greet` with hello, then `act`; at the end `leave`."""

    __slots__ = (
        *("_amphi", "_house", "_listener", "_opened", "_token_at", "_visitor", "_way_out"),
        "protocol",
    )

    def __init__(self, house: House, amphi: AmphiId, way_out: WayOut) -> None:
        self._house, self._amphi, self._way_out = house, amphi, way_out
        self.protocol = Protocol(house.world.clock())
        self._visitor: Visitor = ANYBODY
        self._opened: OpenRoom | None = None
        self._listener: Listener | None = None
        self._token_at = 0.0

    # --- coming and going ---------------------------------------------------

    def knock(self) -> None:
        """A handshake was answered: the crowd counts one more."""
        self._house.crowd.came(self._way_out)

    async def arrive(self, shown: Shown) -> None:
        """What the handshake shows. Raises NotAdmitted."""
        self._visitor = await self._house.admission.at_the_door(self._amphi, shown)

    def arrive_at_once(self, shown: Shown) -> None:
        """The same without a ticket: nobody needs to be asked. Raises NotAdmitted."""
        self._visitor = self._house.admission.without_ticket(shown)

    async def greet(self, hello: Hello) -> None:
        """Answered by a welcome, or by what was missed. Raises NotAdmitted."""
        token, admission = hello.resume_token, self._house.admission
        admitted = await admission.identify(self._amphi, self._visitor, token)
        self._enter(hello, admitted, await self._room())

    def greet_at_once(self, hello: Hello) -> bool:
        """The same when nobody needs to be asked and the room is open. Raises NotAdmitted."""
        token, admission = hello.resume_token, self._house.admission
        admitted = admission.at_once(self._amphi, self._visitor, token)
        opened = self._house.rooms.at_once(self._amphi)
        if admitted is None or opened is None:
            return False
        self._enter(hello, admitted, opened)
        return True

    def leave(self) -> None:
        """The socket is closed."""
        person = None
        if self._opened is not None and self._listener is not None:
            self._opened.room.leave(self._listener)
            self._opened.desk.went(self._listener)
            person = self._listener.who.person
        self._house.doorkeeper.went(self._way_out)
        self._house.crowd.went(self._way_out, person)

    def _enter(self, hello: Hello, admitted: Admitted, opened: OpenRoom) -> None:
        now = self._house.world.clock()
        listener = Listener(self._amphi, admitted.who, hello.as_, self._way_out, now)
        if not opened.room.enter(listener, hello.resume, admitted.bearer, now):
            raise NotAdmitted(CloseCode.NOT_ALLOWED)
        self._opened, self._listener, self._token_at = opened, listener, now
        opened.desk.came(listener)
        if admitted.who.person is not None:
            self._house.crowd.known(self._way_out, admitted.who.person)
        self._house.doorkeeper.let_in(self._way_out, admitted.who)

    async def _room(self) -> OpenRoom:
        try:
            opened = await self._house.rooms.of(self._amphi)
        except JournalUnavailable as away:
            raise NotAdmitted(CloseCode.UNAVAILABLE) from away
        if opened is None:
            raise NotAdmitted(CloseCode.NOT_ALLOWED)
        return opened

    # --- hearing and saying -------------------------------------------------

    @property
    def inside(self) -> bool:
        """Hello was answered."""
        return self._listener is not None

    def act(self, frame: ClientFrame) -> None:
        """Whatever comes after hello."""
        match frame:
            case Ping():
                self._pong(frame)
            case Choose() | Ready() | Help() | OperatorCommand():
                opened, listener = self._inside()
                opened.desk.submit(listener, frame)
            case Hello():
                raise RuntimeError("hello is greeted")
            case _:
                assert_never(frame)

    def catch_up(self) -> None:
        """A slow reader is ready again."""
        if self._opened is not None and self._listener is not None:
            self._opened.room.catch_up(self._listener, self._house.world.clock())

    def _inside(self) -> tuple[OpenRoom, Listener]:
        if self._opened is None or self._listener is None:
            raise RuntimeError("the protocol let a frame through before hello")
        return self._opened, self._listener

    def _pong(self, ping: Ping) -> None:
        opened, listener = self._inside()
        now = self._house.world.clock()
        if now - self._token_at < RENEW_AFTER_S:
            pong = server.Pong(t=ping.t, now=opened.room.now(now))
        else:
            token = opened.room.token(listener)
            pong = server.Pong(t=ping.t, now=opened.room.now(now), resume_token=token)
            self._token_at = now
        listener.say(pong)
