"""Requests have a largest size, announced or not."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from amphi.http.problems import refused
from amphi.rules.refusals import Refusal, Refused

LARGEST = 64 * 1024  # no JSON document that people send us comes near


class LargestBody:
    """Refuses a body announced too large unread, and one that turns out so as soon as it does."""

    def __init__(self, app: ASGIApp, largest: int = LARGEST) -> None:
        self._app = app
        self._largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif _announced(scope) > self._largest:
            await refused(self._refusal)(scope, receive, send)
        else:
            await self._app(scope, self._counting(receive), send)

    @property
    def _refusal(self) -> Refusal:
        return Refusal("too_large", {"limit": self._largest // 1024})

    def _counting(self, receive: Receive) -> Receive:
        heard = 0

        async def counted() -> Message:
            nonlocal heard
            message = await receive()
            heard += len(message.get("body", b""))
            if heard > self._largest:
                raise Refused(self._refusal)
            return message

        return counted


def _announced(scope: Scope) -> int:
    length = Headers(scope=scope).get("content-length", "0")
    return int(length) if length.isascii() and length.isdecimal() else 0
