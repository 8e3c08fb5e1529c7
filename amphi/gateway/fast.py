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

It overrides two methods of uvicorn's, which is pinned for it (a test compares).
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
# A whole request head in one read, as nearly all are, and nothing unusual in it: whatever else
# comes is read by uvicorn, whose parser costs a third of a handshake (RFC 9112 §3, §5).
HEAD = re.compile(
    rb"GET (/ws/amphis/[!-~]+) HTTP/1\.1\r\n((?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t -~\x80-\xff]*\r\n)+)\r\n"
)
FIELD = re.compile(rb"([^:\r\n]+):[ \t]*([^\r\n]*)")
LONGEST_HEAD = 8_192
NEGOTIATED = {
    *(b"connection", b"upgrade"),
    *(b"sec-websocket-key", b"sec-websocket-version", b"sec-websocket-protocol"),
}
RawHeaders = Sequence[tuple[bytes, bytes]]


def fast_http(house: House) -> type[HttpToolsProtocol]:
    """Uvicorn's HTTP, to be given to it as `http`: amphis' sockets are handed to `FastSocket`."""

    class FastHttp(HttpToolsProtocol):
        fresh = True  # nothing was received yet

        def data_received(self, data: bytes) -> None:
            fresh, self.fresh = self.fresh, False
            asked = _handshake(data) if fresh else None
            if asked is None:
                super().data_received(data)
            elif not house.threshold.come(lambda: self.enters(*asked)):
                self.transport.pause_reading()

        def handle_websocket_upgrade(self) -> None:
            if not self.handed_over(self.url, self.headers, self.scope["method"]):
                super().handle_websocket_upgrade()

        def enters(self, url: bytes, fields: RawHeaders) -> None:
            """In its turn; nothing more was read before."""
            if self.transport.is_closing():
                return
            self.transport.resume_reading()  # nothing more, if it had to wait for its turn
            self.handed_over(url, fields)

        def handed_over(self, url: bytes, headers: RawHeaders, method: str = "GET") -> bool:
            """False: not an amphi's address."""
            address = url.decode("latin-1")
            found, query = _amphi(url), address.partition("?")[2]
            if found is None:
                return False
            self.connections.discard(self)
            # As uvicorn does at the end: parser and protocol would keep each other alive.
            self.parser = None  # type: ignore[assignment]
            carried = FastSocket(house, found, self.transport, self.connections)
            self.transport.set_protocol(carried)
            request = Request(address, _negotiated(headers), method)
            carried.handshake(request, _shown(house, query, headers))
            return True

    return FastHttp


def _handshake(data: bytes) -> tuple[bytes, RawHeaders] | None:
    """The address and the headers of a request for an amphi's socket; None: uvicorn reads it."""
    head = HEAD.fullmatch(data) if len(data) <= LONGEST_HEAD else None
    if head is None or _amphi(head[1]) is None:
        return None
    fields = [(name.lower(), value.rstrip()) for name, value in FIELD.findall(head[2])]
    return (head[1], fields) if (b"upgrade", b"websocket") in fields else None


def _amphi(url: bytes) -> AmphiId | None:
    found = PATH.fullmatch(unquote(url.partition(b"?")[0].decode("latin-1")))
    return None if found is None else AmphiId(found[1])


def _negotiated(headers: RawHeaders) -> Headers:
    """What the library looks at; no extension is (deflate costs more than it saves, fan-out.md)."""
    return Headers(
        [(name.decode(), value.decode("latin-1")) for name, value in headers if name in NEGOTIATED]
    )


def _shown(house: House, query: str, headers: RawHeaders) -> Shown:
    """As Starlette reads them, when there is anything to read."""
    if not query and not any(name == b"cookie" for name, _ in headers):
        return Shown()
    read = HTTPConnection(
        {"type": "websocket", "headers": headers, "query_string": query.encode("latin-1")}
    )
    return Shown(
        ticket=read.query_params.get("ticket") if query else None,
        cookie=read.cookies.get(house.world.cookie),
        origin=read.headers.get("origin"),
    )
