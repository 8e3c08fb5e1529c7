"""uvicorn's WebSockets, with what the wire asks for besides.

Bounded kernel buffers; a close that never waits behind a slow reader; an end for those who do not
even read the close.

Only settings and the two overrides below; the protocol itself stays uvicorn's and websockets'.
"""

import socket
from asyncio import BaseTransport
from typing import Any

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from amphi.gateway.protocol import MOST_RECEIVED
from amphi.http.door import BACKLOG

SEND_BUFFER = 64 * 1024  # so that the kernel does not hide megabytes (fan-out.md)
PING_EVERY_S = 10.0


class GatewaySockets(WebSocketsSansIOProtocol):
    """Given to uvicorn as `ws`."""

    def connection_made(self, transport: BaseTransport) -> None:
        raw = transport.get_extra_info("socket")
        if raw is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        super().connection_made(transport)

    async def send(self, message: ASGISendEvent) -> None:
        """A close frame is queued at once; who has not taken it in 10 s is cut off."""
        closing = message["type"] == "websocket.close" and self.handshake_complete
        if closing:
            self.writable.set()
        await super().send(message)
        if closing:
            self.loop.call_later(self.close_timeout, self.transport.abort)


def plain_options() -> dict[str, Any]:
    """What uvicorn must be given to serve this wire; deflate costs more than it saves (fan-out.md)."""
    return {
        "ws": GatewaySockets,
        "ws_max_size": MOST_RECEIVED,
        "ws_ping_interval": PING_EVERY_S,
        "ws_ping_timeout": PING_EVERY_S,
        "ws_per_message_deflate": False,
        "backlog": BACKLOG,
    }
