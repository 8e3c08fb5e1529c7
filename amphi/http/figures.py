"""Prometheus figures `amphi_http_*` of one program, and one log line per request that failed."""

import os
import time

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
# The folder in which the processes of one port keep their figures: Prometheus's own client reads the
# name when it is loaded, and counts in files from then on.
TOGETHER = "PROMETHEUS_MULTIPROC_DIR"
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class HttpFigures:
    """One per program, in the registry that its `/metrics` shows."""

    def __init__(self, registry: CollectorRegistry) -> None:
        names = ("method", "route", "status")
        self._answers = Counter(
            "amphi_http_answers", "Answers given, by route.", names, registry=registry
        )
        self._seconds = Histogram(
            "amphi_http_seconds",
            "Time from request to answer, by route.",
            ("route",),
            registry=registry,
            buckets=_BUCKETS,
        )

    def count(self, scope: Scope, status: int, seconds: float) -> None:
        """`route` is the pattern, never the path: a path may name somebody, and is without end."""
        route = _pattern(scope)
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._answers.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)


def shown(registry: CollectorRegistry) -> bytes:
    """For `/metrics`: of this process, or of all that listen on its port, whoever was asked."""
    if TOGETHER in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


def _pattern(scope: Scope) -> str:
    """The path of the route that Starlette found."""
    return str(getattr(scope.get("route"), "path", "unknown"))


class Measured:
    """Counts every answer."""

    def __init__(self, app: ASGIApp, figures: HttpFigures) -> None:
        self._app = app
        self._figures = figures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def noticing(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self._app(scope, receive, noticing)
        finally:
            self._figures.count(scope, status, time.perf_counter() - began)
