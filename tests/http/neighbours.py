"""Site and console behind uvicorn on loopback, in a thread and event loop of their own."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from typing import NamedTuple, TypeVar

import uvicorn
from starlette.applications import Starlette

from tests.http.house import House
from tests.live.amphitheatre import an_amphitheatre, conducted

START_S = 60.0
T = TypeVar("T")


class Doors(NamedTuple):
    """Addresses, and the cookies of two people who are signed in."""

    site: str
    console: str
    intern: dict[str, str]
    operator: dict[str, str]


@contextmanager
def neighbours(database_url: str, redis_url: str) -> Iterator[Doors]:
    """For tests that are not asynchronous."""
    with elsewhere(open_doors(database_url, redis_url)) as found:
        yield found


@contextmanager
def elsewhere(opening: AbstractAsyncContextManager[T]) -> Iterator[T]:
    """What it opens, kept open in a thread and event loop of its own."""
    ready, leave = threading.Event(), threading.Event()
    found: list[T] = []

    async def live() -> None:
        async with opening as opened:
            found.append(opened)
            ready.set()
            await asyncio.to_thread(leave.wait)

    thread = threading.Thread(target=asyncio.run, args=(live(),), daemon=True)
    thread.start()
    try:
        assert ready.wait(START_S), "the programs do not start"
        yield found[0]
    finally:
        leave.set()
        thread.join(START_S)


@asynccontextmanager
async def open_doors(database_url: str, redis_url: str) -> AsyncIterator[Doors]:
    async with an_amphitheatre(database_url, redis_url) as theatre, conducted(theatre):
        house = House(theatre)
        await theatre.open()
        async with (
            house.intern(1) as intern,
            house.operator() as operator,
            served(house.site) as site,
            served(house.console) as console,
        ):
            yield Doors(site, console, dict(intern.cookies), dict(operator.cookies))


@asynccontextmanager
async def served(app: Starlette) -> AsyncIterator[str]:
    config = uvicorn.Config(app, port=0, log_level="error", lifespan="off", access_log=False)
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.02)
    host, port = server.servers[0].sockets[0].getsockname()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.should_exit = True
        await running
