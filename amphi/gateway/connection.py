"""One socket, from handshake to close: the thin shell around `protocol.py`."""

import asyncio
from typing import assert_never

from starlette.websockets import WebSocket, WebSocketDisconnect

from amphi.gateway.admission import Admission, NotAdmitted, Visitor
from amphi.gateway.close_codes import CloseCode
from amphi.gateway.crowd import Crowd
from amphi.gateway.listener import Listener
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
from amphi.gateway.outlet import Outlet, SocketGone
from amphi.gateway.protocol import Close, Protocol
from amphi.gateway.resume import RENEW_AFTER_S
from amphi.gateway.rooms import OpenRoom, Rooms
from amphi.gateway.world import World
from amphi.live.ports import JournalUnavailable
from amphi.rules.ids import AmphiId

SUBPROTOCOL = "amphi.v1"


class Connection:
    """`run` returns when the socket is closed, whoever closed it."""

    def __init__(
        self, socket: WebSocket, amphi: AmphiId, world: World, rooms: Rooms, crowd: Crowd
    ) -> None:
        self._socket, self._amphi = socket, amphi
        self._world, self._rooms, self._crowd = world, rooms, crowd
        self._admission = Admission(world)
        self._outlet = Outlet(self._send, self._close_socket, world.clock)
        self._protocol = Protocol(world.clock())
        self._opened: OpenRoom | None = None
        self._listener: Listener | None = None
        self._token_at = 0.0

    async def run(self) -> None:
        """Accepted before anything is checked: only an open socket can be told a close code."""
        offered = SUBPROTOCOL in self._socket.scope["subprotocols"]
        await self._socket.accept(subprotocol=SUBPROTOCOL if offered else None)
        self._crowd.came(self._outlet)
        writing = asyncio.create_task(self._outlet.run())
        try:
            await self._converse()
        finally:
            self._leave()
            await _ended(writing)

    # --- coming and going ---------------------------------------------------

    async def _converse(self) -> None:
        try:
            visitor = await self._admission.at_the_door(
                self._amphi,
                self._socket.query_params,
                self._socket.headers,
                self._socket.cookies,
            )
            await self._listen(visitor)
        except NotAdmitted as refused:
            await self._close(refused.code)

    async def _enter(self, visitor: Visitor, hello: Hello) -> None:
        """Hello is answered by a welcome, by what was missed, or by a close."""
        admitted = await self._admission.identify(self._amphi, visitor, hello.resume_token)
        opened = await self._room()
        now = self._world.clock()
        listener = Listener(self._amphi, admitted.who, hello.as_, self._outlet, now)
        if not opened.room.enter(listener, hello.resume, admitted.bearer, now):
            raise NotAdmitted(CloseCode.NOT_ALLOWED)
        self._opened, self._listener, self._token_at = opened, listener, now
        opened.desk.came(listener)
        if admitted.who.person is not None:
            self._crowd.known(self._outlet, admitted.who.person)

    async def _room(self) -> OpenRoom:
        try:
            opened = await self._rooms.of(self._amphi)
        except JournalUnavailable as away:
            raise NotAdmitted(CloseCode.UNAVAILABLE) from away
        if opened is None:
            raise NotAdmitted(CloseCode.NOT_ALLOWED)
        return opened

    def _leave(self) -> None:
        person = None
        if self._opened is not None and self._listener is not None:
            self._opened.room.leave(self._listener)
            self._opened.desk.went(self._listener)
            person = self._listener.who.person
        self._crowd.went(self._outlet, person)

    # --- hearing ------------------------------------------------------------

    async def _listen(self, visitor: Visitor) -> None:
        while (data := await self._receive()) is not None:
            heard = self._protocol.heard(data, self._world.clock())
            if isinstance(heard, Close):
                await self._refuse(heard)
                return
            await self._act(visitor, heard)

    async def _receive(self) -> str | bytes | None:
        """The next frame; None when the socket is closed, or hello did not come in time."""
        try:
            async with asyncio.timeout(self._until_hello()):
                message = await self._socket.receive()
        except TimeoutError:
            await self._close(CloseCode.NO_HELLO)
            return None
        if message["type"] == "websocket.disconnect":
            return None
        data: str | bytes = message.get("text") or message.get("bytes") or ""
        return data

    def _until_hello(self) -> float | None:
        if self._listener is not None:
            return None
        return max(0.0, self._protocol.hello_due - self._world.clock())

    async def _act(self, visitor: Visitor, frame: ClientFrame) -> None:
        match frame:
            case Hello():
                await self._enter(visitor, frame)
            case Ping():
                self._pong(frame)
            case Choose() | Ready() | Help() | OperatorCommand():
                opened, listener = self._inside()
                opened.desk.submit(listener, frame)
            case _:
                assert_never(frame)

    def _inside(self) -> tuple[OpenRoom, Listener]:
        if self._opened is None or self._listener is None:
            raise RuntimeError("the protocol let a frame through before hello")
        return self._opened, self._listener

    # --- saying -------------------------------------------------------------

    def _pong(self, ping: Ping) -> None:
        opened, listener = self._inside()
        now = self._world.clock()
        if now - self._token_at < RENEW_AFTER_S:
            pong = server.Pong(t=ping.t, now=opened.room.now(now))
        else:
            token = opened.room.token(listener)
            pong = server.Pong(t=ping.t, now=opened.room.now(now), resume_token=token)
            self._token_at = now
        listener.say(pong)

    async def _refuse(self, close: Close) -> None:
        if close.error is not None:
            self._outlet.say(server.text(close.error))
        await self._close(close.code)

    async def _close(self, code: CloseCode) -> None:
        """Closes, and reads on until the other end has closed too."""
        self._outlet.close(code)
        while (await self._socket.receive())["type"] != "websocket.disconnect":
            continue

    async def _send(self, text: str) -> None:
        try:
            await self._socket.send_text(text)
        except (WebSocketDisconnect, RuntimeError) as gone:
            raise SocketGone from gone

    async def _close_socket(self, code: int, reason: str) -> None:
        try:
            await self._socket.close(code, reason)
        except (WebSocketDisconnect, RuntimeError) as gone:
            raise SocketGone from gone


async def _ended(writing: asyncio.Task[None]) -> None:
    """The socket is closed: nothing more can be written."""
    writing.cancel()
    await asyncio.wait({writing})
    if not writing.cancelled() and (failure := writing.exception()) is not None:
        raise failure
