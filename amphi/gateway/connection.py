"""One socket carried by Starlette, from handshake to close: the plain path, the reference of `fast.py`."""

import asyncio

from starlette.websockets import WebSocket, WebSocketDisconnect

from amphi.gateway.admission import NotAdmitted, Shown
from amphi.gateway.close_codes import CloseCode
from amphi.gateway.messages.client import Hello
from amphi.gateway.messages.server import encoded
from amphi.gateway.outlet import Outlet, SocketGone
from amphi.gateway.protocol import Close
from amphi.gateway.visit import SUBPROTOCOL, House, Visit
from amphi.rules.ids import AmphiId


class Connection:
    """`run` returns when the socket is closed, whoever closed it."""

    def __init__(self, socket: WebSocket, amphi: AmphiId, house: House) -> None:
        self._socket, self._clock, self._cookie = socket, house.world.clock, house.world.cookie
        self._outlet = Outlet(self._send, self._close_socket, self._clock)
        self._visit = Visit(house, amphi, self._outlet)

    async def run(self) -> None:
        """Accepted before anything is checked: only an open socket can be told a close code."""
        offered = SUBPROTOCOL in self._socket.scope["subprotocols"]
        await self._socket.accept(subprotocol=SUBPROTOCOL if offered else None)
        self._visit.knock()
        writing = asyncio.create_task(self._outlet.run())
        try:
            await self._converse()
        finally:
            self._visit.leave()
            await _ended(writing)

    async def _converse(self) -> None:
        try:
            await self._visit.arrive(self._shown())
            await self._listen()
        except NotAdmitted as refused:
            await self._close(refused.code)

    def _shown(self) -> Shown:
        return Shown(
            ticket=self._socket.query_params.get("ticket"),
            cookie=self._socket.cookies.get(self._cookie),
            origin=self._socket.headers.get("origin"),
        )

    # --- hearing ------------------------------------------------------------

    async def _listen(self) -> None:
        while (data := await self._receive()) is not None:
            heard = self._visit.protocol.heard(data, self._clock())
            match heard:
                case Close():
                    await self._refuse(heard)
                    return
                case Hello():
                    await self._visit.greet(heard)
                case _:
                    self._visit.act(heard)

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
        if self._visit.inside:
            return None
        return max(0.0, self._visit.protocol.hello_due - self._clock())

    # --- saying -------------------------------------------------------------

    async def _refuse(self, close: Close) -> None:
        if close.error is not None:
            self._outlet.say(encoded(close.error))
        await self._close(close.code)

    async def _close(self, code: CloseCode) -> None:
        """Closes, and reads on until the other end has closed too."""
        self._outlet.close(code)
        while (await self._socket.receive())["type"] != "websocket.disconnect":
            continue

    async def _send(self, text: bytes) -> None:
        try:
            await self._socket.send_text(text.decode())
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
