"""The fast path: sockets of `/ws/amphis/` straight on the event loop's transports.

Why it exists: Starlette and uvicorn carry every message through a queue, an event and three tasks
for each socket. That is comfortable, and three times the work of telling five thousand listeners one
thing. Here a shared frame is one `transport.write` of bytes made once. Everything else of HTTP stays
uvicorn's and Starlette's, on the same port; `connection.py` is the same by the plain way, and the
same tests hold for both.

What is ours: which bytes go to which transport, when, and who is too slow. What is not: the
handshake, masks, fragments, control frames and close codes are websockets' sans-I/O protocol; who
may come in and what a frame does is `visit.py`. Starlette's middleware does not run here: it knows
nothing about WebSockets either.

It overrides one method of uvicorn's, which is pinned for it (a test compares).
"""

import re
from collections.abc import Sequence
from urllib.parse import unquote

from starlette.requests import HTTPConnection
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from websockets.datastructures import Headers
from websockets.http11 import Request

from amphi.gateway.admission import Shown
from amphi.gateway.fast_socket import FastSocket
from amphi.gateway.visit import House
from amphi.rules.ids import AmphiId

PATH = re.compile(r"/ws/amphis/([^/]+)")


def fast_http(house: House) -> type[HttpToolsProtocol]:
    """Uvicorn's HTTP, to be given to it as `http`: amphis' sockets are handed to `FastSocket`."""

    class FastHttp(HttpToolsProtocol):
        def handle_websocket_upgrade(self) -> None:
            url = self.url.decode("latin-1")
            path, _, query = url.partition("?")
            found = PATH.fullmatch(unquote(path))
            if found is None:
                super().handle_websocket_upgrade()
                return
            self.connections.discard(self)
            carried = FastSocket(house, AmphiId(found[1]), self.transport, self.connections)
            self.transport.set_protocol(carried)
            named = [
                (name.decode("latin-1"), value.decode("latin-1")) for name, value in self.headers
            ]
            request = Request(url, Headers(named), self.scope["method"])
            carried.handshake(request, _shown(house, query, self.headers))

    return FastHttp


def _shown(house: House, query: str, headers: Sequence[tuple[bytes, bytes]]) -> Shown:
    """As Starlette reads them."""
    read = HTTPConnection(
        {"type": "websocket", "headers": headers, "query_string": query.encode("latin-1")}
    )
    return Shown(
        ticket=read.query_params.get("ticket") if query else None,
        cookie=read.cookies.get(house.world.cookie),
        origin=read.headers.get("origin"),
    )
