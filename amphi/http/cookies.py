"""Sign-in cookies: distinct names for site and console, since cookies ignore ports."""

from datetime import timedelta
from typing import Literal

import msgspec
from starlette.requests import Request
from starlette.responses import Response

Where = Literal["site", "console"]


def is_https(origin: str) -> bool:
    """Whether the program is reached by HTTPS; plain HTTP is for loopback alone."""
    return origin.startswith("https:")


def cookie_name(where: Where, origin: str) -> str:
    """ "Cookies `__Host-` (Secure on HTTPS)": a browser takes that prefix with Secure only."""
    return f"__Host-amphi-{where}" if is_https(origin) else f"amphi-{where}"


class SignInCookie(msgspec.Struct, frozen=True):
    """One program's. `lifetime`: as long as the sign-in itself."""

    name: str
    https: bool
    lifetime: timedelta

    def of(self, request: Request) -> str | None:
        """The token that the request brings."""
        return request.cookies.get(self.name)

    def give(self, response: Response, token: str) -> None:
        """Signs in."""
        self._set(response, token, int(self.lifetime.total_seconds()))

    def take(self, response: Response) -> None:
        """Signs out."""
        self._set(response, "", 0)

    def _set(self, response: Response, value: str, seconds: int) -> None:
        response.set_cookie(
            self.name,
            value,
            max_age=seconds,
            path="/",
            secure=self.https,
            httponly=True,
            samesite="lax",
        )
