"""Requests have a largest size, announced or not."""

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from amphi.http.problems import refused
from amphi.rules.refusals import Refusal, Refused

LARGEST = 64 * 1024  # no JSON document that people send us comes near


class LargestBody:
    """Refuses a body announced too large unread, and one that turns out so as soon as it does.

    `larger`: addresses that take files, and how many bytes.
    """

    def __init__(self, app: ASGIApp, larger: Mapping[str, int] | None = None) -> None:
        self._app = app
        self._larger = larger or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        largest = self._larger.get(scope["path"], LARGEST)
        if _announced(scope) > largest:
            await refused(_refusal(largest))(scope, receive, send)
        else:
            await self._app(scope, self._counting(receive, largest), send)

    def _counting(self, receive: Receive, largest: int) -> Receive:
        heard = 0

        async def counted() -> Message:
            nonlocal heard
            message = await receive()
            heard += len(message.get("body", b""))
            if heard > largest:
                raise Refused(_refusal(largest))
            return message

        return counted


def _refusal(largest: int) -> Refusal:
    return Refusal("too_large", {"limit": largest // 1024})


def _announced(scope: Scope) -> int:
    length = Headers(scope=scope).get("content-length", "0")
    return int(length) if length.isascii() and length.isdecimal() else 0
