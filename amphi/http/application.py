"""One HTTP program: its routes inside what all programs share."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

import msgspec
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from amphi.http.cookies import is_https
from amphi.http.faults import Faults
from amphi.http.figures import HttpFigures, Measured
from amphi.http.headers import SecurityHeaders, security_headers
from amphi.http.health import Health, health_routes
from amphi.http.origins import OwnOrigin
from amphi.http.problem_pages import ProblemPages
from amphi.http.problems import of_starlette
from amphi.http.sizes import LargestBody
from amphi.http.static import assets
from amphi.http.templating import Frame

Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]


class Shell(msgspec.Struct, frozen=True):
    """What a program is besides its routes.

    `origins`: its own, exactly as browsers send them, the first being the one in its settings;
    `connect`: others that its pages may talk to; `registry`: what `/metrics` shows; `frame`: around
    the pages that say what went wrong; `larger`: addresses that take files, and how many bytes.
    """

    origins: tuple[str, ...]
    health: Health
    registry: CollectorRegistry
    connect: tuple[str, ...] = ()
    lifespan: Lifespan | None = None
    frame: Frame = Frame()
    larger: Mapping[str, int] = {}

    @property
    def https(self) -> bool:
        return is_https(self.origins[0])


def application(routes: Sequence[BaseRoute], shell: Shell) -> Starlette:
    """What all share, from the outside in; the routes inside.

    Headers are outermost, so that errors have them; whatever refuses is inside what makes a page of it.
    """
    headers = security_headers(https=shell.https, connect=shell.connect)
    handlers: dict[Any, Any] = {HTTPException: of_starlette}
    made = Starlette(
        routes=[*health_routes(shell.health, shell.registry), assets().route(), *routes],
        middleware=[
            Middleware(SecurityHeaders, headers=headers),
            Middleware(Measured, figures=HttpFigures(shell.registry)),
            Middleware(ProblemPages, frame=shell.frame),
            Middleware(Faults),
            Middleware(LargestBody, larger=shell.larger),
            Middleware(OwnOrigin, origins=frozenset(shell.origins)),
        ],
        exception_handlers=handlers,
        lifespan=shell.lifespan,
    )
    made.router.redirect_slashes = False  # an unknown path is unknown, and says so as a problem
    return made
