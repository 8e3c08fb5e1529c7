"""`/healthz` (the process alone), `/readyz` (what it needs), `/metrics` (Prometheus)."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from amphi.http.answers import json
from amphi.http.figures import shown
from amphi.http.problems import refused
from amphi.live.ports import JournalUnavailable, StoreUnavailable
from amphi.rules.refusals import Refusal

CHECK_SECONDS = 3.0

# Returns when well; raises JournalUnavailable or StoreUnavailable, or takes too long.
Check = Callable[[], Awaitable[None]]

log = structlog.get_logger()


class Health:
    """What a program needs, by name; `leaving` is set at SIGTERM: not ready, so no new visitors."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._checks = checks
        self.leaving = False

    async def down(self) -> list[str]:
        """The names of what does not answer."""
        names = list(self._checks)
        well = await asyncio.gather(*(_is_well(name, self._checks[name]) for name in names))
        return [name for name, is_well in zip(names, well, strict=True) if not is_well]


async def _is_well(name: str, check: Check) -> bool:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            await check()
    except (JournalUnavailable, StoreUnavailable, TimeoutError) as error:
        log.warning("not_well", what=name, why=repr(error))
        return False
    return True


def health_routes(health: Health, registry: CollectorRegistry) -> list[Route]:
    """The three, for load balancers and Prometheus; none says anything about anybody."""

    async def healthz(_: Request) -> Response:
        return json({"alive": True})

    async def readyz(_: Request) -> Response:
        down = await health.down()
        if down or health.leaving:
            facts = {"down": down, "leaving": health.leaving}
            return refused(Refusal("unavailable", facts))
        return json({"ready": True})

    async def metrics(_: Request) -> Response:
        return Response(shown(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]
