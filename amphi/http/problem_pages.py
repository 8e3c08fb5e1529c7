"""A refusal as a page, for people: whoever asks for HTML gets the sentence, not JSON.

Around everything that refuses, so that routes, limits and origins need to know one answer only.
"""

from urllib.parse import urlencode

import msgspec
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from amphi.http.pages import page
from amphi.http.problems import MEDIA_TYPE, Problem
from amphi.http.templating import Frame

PROGRAMS_OWN = ("/api/", "/admin/api/")  # addresses that answer JSON, whoever asks
_problem = msgspec.json.Decoder(Problem)


class ProblemPages:
    """`frame`: of the program. A page that needs a sign-in leads to `frame.sign_in`, and back."""

    def __init__(self, app: ASGIApp, frame: Frame) -> None:
        self._app = app
        self._frame = frame

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _by_a_person(scope):
            await self._app(scope, receive, _Turned(self._frame, scope, receive, send))
        else:
            await self._app(scope, receive, send)


def _by_a_person(scope: Scope) -> bool:
    """Browsers name `text/html` when somebody follows a link or sends a form, programs do not."""
    accept = Headers(scope=scope).get("accept", "")
    return "text/html" in accept and not scope["path"].startswith(PROGRAMS_OWN)


class _Turned:
    """`send` that holds a problem back until it is whole, and sends the page instead."""

    def __init__(self, frame: Frame, scope: Scope, receive: Receive, send: Send) -> None:
        self._frame, self._scope, self._receive, self._send = frame, scope, receive, send
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_problem(message):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._whole(self._start)

    async def _whole(self, start: Message) -> None:
        said = _problem.decode(self._body)
        # Who is signed in is not asked for here: the database may be what is wrong.
        frame = msgspec.structs.replace(self._frame, sign_in=None)
        response = page("problem.html", said.status, frame=frame, problem=said)
        if said.status == 401 and self._frame.sign_in and self._scope["method"] == "GET":
            response.status_code = 303
            response.headers["location"] = f"{self._frame.sign_in}?{self._next()}"
        else:
            for name in ("retry-after", "allow"):
                if name in (given := MutableHeaders(scope=start)):
                    response.headers[name] = given[name]
        await response(self._scope, self._receive, self._send)

    def _next(self) -> str:
        """ "an expired sign-in keeps where one was going" """
        query = self._scope["query_string"].decode("latin-1")
        path = self._scope["path"] + (f"?{query}" if query else "")
        return urlencode({"next": path})


def _is_problem(start: Message) -> bool:
    return Headers(raw=start["headers"]).get("content-type", "") == MEDIA_TYPE
