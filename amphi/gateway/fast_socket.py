"""One socket of the fast path: what it hears goes to its visit, what it says to its transport."""

import asyncio
import logging
import socket
from collections import deque
from collections.abc import Coroutine, Sequence
from random import randrange
from typing import Any

import structlog
from websockets.exceptions import PayloadTooBig
from websockets.frames import Close as CloseFrame
from websockets.frames import CloseCode as CloseFrameCode
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol

from amphi.gateway.admission import NotAdmitted, Shown
from amphi.gateway.close_codes import REASONS, CloseCode
from amphi.gateway.fast_writing import Writing
from amphi.gateway.messages.client import Hello
from amphi.gateway.messages.server import encoded
from amphi.gateway.protocol import MAX_FRAME_BYTES, Close, too_big
from amphi.gateway.sockets import SEND_BUFFER
from amphi.gateway.visit import SUBPROTOCOL, House, Visit
from amphi.rules.ids import AmphiId

# Counted in sweeps of the crowd, one a second: a process that stood still blames nobody.
PING_AFTER, LOST_AFTER, CUT_AFTER = 10, 20, 10
DATA = (Opcode.TEXT, Opcode.BINARY, Opcode.CONT)

log = structlog.get_logger()
_quiet = logging.getLogger("amphi.gateway.fast")
_quiet.setLevel(logging.WARNING)


def _ours(_: ServerProtocol, offered: Sequence[Subprotocol]) -> Subprotocol | None:
    return Subprotocol(SUBPROTOCOL) if SUBPROTOCOL in offered else None


class FastSocket(Writing, asyncio.Protocol):
    """One socket from handshake to close: a `visit.WayOut`, and the transport's protocol."""

    __slots__ = (
        *(
            "_asking",
            "_calm",
            "_connections",
            "_is_text",
            "_parts",
            "_sweeps",
            "_visit",
            "_waiting",
        ),
        "_wire",
    )

    def __init__(
        self, house: House, amphi: AmphiId, transport: asyncio.Transport, connections: set[Any]
    ) -> None:
        super().__init__(transport, house.world.clock)
        self._connections = connections
        # uvicorn has read the request: what follows are frames.
        self._wire = ServerProtocol(
            state=State.OPEN, select_subprotocol=_ours, max_size=MAX_FRAME_BYTES, logger=_quiet
        )
        self._visit = Visit(house, amphi, self)
        self._is_text, self._parts = True, b""
        self._asking: asyncio.Task[None] | None = None
        self._waiting: deque[str | bytes] = deque()
        # Since the last sign of life or, once closing, since then. Not from nought for all: whoever
        # came in the same second must not be pinged in the same second for ever.
        self._calm = self._sweeps = -randrange(PING_AFTER)
        connections.add(self)

    # --- coming and going ---------------------------------------------------

    def handshake(self, request: Request, shown: Shown) -> None:
        """Accepted before anything is checked: only an open socket can be told a close code."""
        response = self._wire.accept(request)
        self._write(response.serialize())
        if response.status_code != 101:
            self._open = self.ready = False
            self._transport.close()
            return
        raw = self._transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        self._visit.knock()
        self._arrive(shown)

    def _arrive(self, shown: Shown) -> None:
        if shown.ticket is not None:
            self._ask(self._visit.arrive(shown))
            return
        try:
            self._visit.arrive_at_once(shown)
        except NotAdmitted as refused:
            self.close(refused.code)

    def connection_lost(self, _: Exception | None) -> None:
        self._gone()
        self._connections.discard(self)
        if self._asking is not None:
            self._asking.cancel()
        self._visit.leave()

    def shutdown(self) -> None:
        """Uvicorn ends: whoever is still here has had the time to leave."""
        self.close(CloseCode.RESTART)
        self._transport.close()

    # --- hearing ------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        wire = self._wire
        if self._open:
            self._sweeps = self._calm
        wire.receive_data(data)
        for event in wire.events_received():
            if isinstance(event, Frame) and event.opcode in DATA and self._open:
                self._piece(event)
        if isinstance(wire.parser_exc, PayloadTooBig) and self._open:
            self._too_big()
        self._flush()

    def _piece(self, frame: Frame) -> None:
        """A message, or a fragment of one; the library has checked their order and their size."""
        if frame.opcode is not Opcode.CONT:
            self._is_text, self._parts = frame.opcode is Opcode.TEXT, b""
        self._parts += frame.data
        if frame.fin:
            self._message(self._parts)

    def _message(self, whole: bytes) -> None:
        self._parts = b""
        try:
            heard = whole.decode() if self._is_text else whole
        except UnicodeDecodeError:
            self._fail(CloseFrameCode.INVALID_DATA, "invalid UTF-8")
        else:
            self._heard(heard)

    def _heard(self, data: str | bytes) -> None:
        if self._asking is not None:
            self._waiting.append(data)
            return
        heard = self._visit.protocol.heard(data, self._clock())
        match heard:
            case Close():
                self._refuse(heard)
            case Hello():
                self._greet(heard)
            case _:
                self._visit.act(heard)

    def _greet(self, hello: Hello) -> None:
        try:
            if not self._visit.greet_at_once(hello):
                self._ask(self._visit.greet(hello))
        except NotAdmitted as refused:
            self.close(refused.code)

    def _ask(self, asking: Coroutine[None, None, None]) -> None:
        """Somebody must be asked who this is: what is heard meanwhile waits, most of it unread."""
        self._transport.pause_reading()
        self._asking = asyncio.get_running_loop().create_task(asking)
        self._asking.add_done_callback(self._asked)

    def _asked(self, asking: asyncio.Task[None]) -> None:
        self._asking = None
        if asking.cancelled():
            return
        failure = asking.exception()
        if isinstance(failure, NotAdmitted):
            self.close(failure.code)
        elif failure is not None:
            log.error("visit_failed", exc_info=failure)
            self.close(CloseCode.UNAVAILABLE)
        while self._waiting and self._open:
            self._heard(self._waiting.popleft())
        self._transport.resume_reading()

    def _refuse(self, close: Close) -> None:
        if close.error is not None:
            self.say(encoded(close.error))
        self.close(close.code)

    # --- saying -------------------------------------------------------------

    def _catch_up(self) -> None:
        self._visit.catch_up()

    def _flush(self) -> None:
        """What the library has to say: pongs, closes, and the end of it."""
        for data in self._wire.data_to_send():
            if data:
                self._put(data)
            else:
                self._end()

    # --- closing: one of the crowd ------------------------------------------

    def close(self, code: CloseCode) -> None:
        """Behind what is said already; the first code given counts."""
        if self._open:
            self._open = self.ready = False
            self._sweeps = 0
            if self._wire.state is State.OPEN:  # else its reader has just closed
                self._wire.send_close(code, REASONS[code])
            self._flush()

    def drop(self, code: CloseCode) -> None:
        """Without what waits: its reader does not read."""
        was_paused, self._paused = self._paused, False
        self._forget_backlog()
        if self._open:
            self.close(code)
        elif was_paused:
            self._transport.abort()

    def check(self, now: float) -> None:
        """Each second: hello, slowness, signs of life, and an end for who does not even close."""
        self._sweeps += 1
        if not self._open:
            if self._sweeps > CUT_AFTER:
                self._transport.abort()
        elif (late := self._visit.protocol.overdue(now)) is not None:
            self.close(late.code)
        elif self._stuck(now):
            self.drop(CloseCode.TOO_SLOW)
        else:
            self._keep_alive()

    def _keep_alive(self) -> None:
        if self._sweeps == PING_AFTER:
            self._wire.send_ping(b"")
            self._flush()
        elif self._sweeps >= LOST_AFTER:
            self._fail(CloseFrameCode.INTERNAL_ERROR, "keepalive ping timeout")

    def _fail(self, code: CloseFrameCode, reason: str) -> None:
        """RFC 6455 §7.1.7."""
        self._wire.fail(code, reason)
        self._flush()

    def _too_big(self) -> None:
        """The library would say 1009; ours is an error frame and 4400 (protocol.md §1)."""
        self._wire.data_to_send()
        close = too_big()
        if close.error is not None:
            self.say(encoded(close.error))
        farewell = CloseFrame(close.code, REASONS[close.code]).serialize()
        self._put(Frame(Opcode.CLOSE, farewell).serialize(mask=False))
        self._end()

    def _end(self) -> None:
        """Nothing more is said. Who closed in order is let go, who did not may still read why."""
        self._open = self.ready = False
        self._sweeps = 0
        if self._wire.close_rcvd is not None:
            self._transport.close()
        elif not self._transport.is_closing() and self._transport.can_write_eof():
            self._transport.write_eof()  # and in ten seconds' time: `check`
