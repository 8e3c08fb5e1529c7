"""Nothing escapes: every exception becomes a problem, and a bug is logged, never shown."""

import structlog
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from amphi.http.problems import STATUS, meaning, refused

log = structlog.get_logger()


class Faults:
    """Around the routes, inside the headers: an answer to an error has its headers too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def noticing(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, noticing)
        except Exception as error:
            _tell(Request(scope), error)
            if started:  # half an answer cannot be taken back: the connection is cut
                raise
            await refused(meaning(error))(scope, receive, send)


def _tell(request: Request, error: Exception) -> None:
    """A refusal is an answer like another; what the machinery lacks, or a bug, is for the log."""
    status = STATUS[meaning(error).code]
    if status == 500:
        log.error("bug", method=request.method, path=request.url.path, exc_info=error)
    elif status == 503:
        log.warning("unavailable", path=request.url.path, why=repr(error))
