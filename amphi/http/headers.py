"""Security headers on every answer, errors included (quality.md "Security")."""

from collections.abc import Iterable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# No inline script or style, nothing from elsewhere, nobody frames us.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; connect-src {connect}"
)
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not `no-referrer`: with that, browsers send `Origin: null` with a form of our own page.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
_HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}


def security_headers(*, https: bool, connect: Iterable[str] = ()) -> dict[str, str]:
    """`connect`: origins beside our own that pages may talk to (the console to the site's sockets)."""
    policy = _POLICY.format(connect=" ".join(["'self'", *connect]))
    return _ALWAYS | {"Content-Security-Policy": policy} | (_HTTPS_ONLY if https else {})


class SecurityHeaders:
    """Outermost. Whoever says nothing about caching means `no-store`: most answers are personal."""

    def __init__(self, app: ASGIApp, headers: dict[str, str]) -> None:
        self._app = app
        self._headers = {"Cache-Control": "no-store"} | headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                sent = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    sent.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)
