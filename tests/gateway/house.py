"""A real gateway behind uvicorn on loopback, before an amphitheatre with its conductor."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import uvicorn
import uvloop
from starlette.applications import Starlette

from amphi.gateway.app import Gateway, GatewayServer
from amphi.gateway.resume import ResumeTokens
from amphi.gateway.rows import Directory, Endings, Holders
from amphi.gateway.world import World
from amphi.http.sign_ins import SignIns
from amphi.live_store.board import Board
from amphi.live_store.sign_ins import SignIns as Remembered
from amphi.live_store.tickets import TicketFor, Tickets
from amphi.rules.ids import AmphiId, PersonId
from tests.live.amphitheatre import Amphitheatre
from tests.wire.client import Client, connected

ORIGIN = "https://choix.example.org"
COOKIE = "amphi-site"
SECRET = "a secret of the tests"


def a_world(theatre: Amphitheatre, name: str = "gateway-1", **changes: Any) -> World:
    """The ports as wiring fills them."""
    given: dict[str, Any] = {
        "name": name,
        "feed": theatre.feed,
        "inbox": theatre.inbox,
        "gateways": theatre.gateways,
        "board": Board(theatre.store),
        "journal": theatre.journal,
        "directory": Directory(theatre.database),
        "holders": Holders(theatre.database),
        "tickets": Tickets(theatre.store),
        "sign_ins": SignIns(theatre.database, Remembered(theatre.store)),
        "endings": Endings(theatre.database),
        "tokens": ResumeTokens(SECRET),
        "origins": frozenset({ORIGIN}),
        "cookie": COOKIE,
    }
    return World(**(given | changes))


class House:
    """Where clients knock."""

    def __init__(self, theatre: Amphitheatre, gateway: Gateway, server: GatewayServer) -> None:
        self.theatre, self.gateway, self.server = theatre, gateway, server
        self.tickets = Tickets(theatre.store)

    @property
    def address(self) -> tuple[str, int]:
        host, port = self.server.servers[0].sockets[0].getsockname()
        return host, port

    @property
    def base(self) -> str:
        return "ws://{}:{}".format(*self.address)

    async def ticket(self, person: PersonId, role: Any = "intern", amphi: str = "") -> str:
        named = AmphiId(amphi) if amphi else self.theatre.amphi
        return await self.tickets.issue(TicketFor(person, role, named))

    def knocks(self, **options: Any) -> AbstractAsyncContextManager[Client]:
        """A socket before hello."""
        return connected(self.base, self.theatre.amphi, **options)

    @asynccontextmanager
    async def spectator(self, **hello: Any) -> AsyncIterator[Client]:
        async with self.knocks() as client:
            await client.hello(**hello)
            yield client

    @asynccontextmanager
    async def intern(self, rank: int, **hello: Any) -> AsyncIterator[Client]:
        async with self.person(self.theatre.persons[rank - 1], **hello) as client:
            yield client

    @asynccontextmanager
    async def person(
        self, person: PersonId, role: str = "intern", **hello: Any
    ) -> AsyncIterator[Client]:
        async with self.knocks(ticket=await self.ticket(person, role)) as client:
            await client.hello(**hello)
            yield client

    @asynccontextmanager
    async def operator(self, **hello: Any) -> AsyncIterator[Client]:
        async with self.person(self.theatre.operator, "operator", **hello) as client:
            yield client


@asynccontextmanager
async def a_house(theatre: Amphitheatre, **changes: Any) -> AsyncIterator[House]:
    """While it serves: under uvloop by the fast path, under asyncio by the plain one."""
    gateway = Gateway(a_world(theatre, **changes))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with gateway.running():
            yield

    app = Starlette(routes=[gateway.route()], lifespan=lifespan)
    config = uvicorn.Config(
        app,
        lifespan="on",
        log_level="warning",
        timeout_graceful_shutdown=2,
        **gateway.uvicorn_options(fast=by_the_fast_path()),
    )
    server = GatewayServer(config, gateway)
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    serving = asyncio.create_task(server.serve([listening]))
    try:
        await _started(server, serving)
        yield House(theatre, gateway, server)
    finally:
        server.should_exit = True
        await serving


def by_the_fast_path() -> bool:
    return isinstance(asyncio.get_running_loop(), uvloop.Loop)


async def _started(server: GatewayServer, serving: asyncio.Task[None]) -> None:
    async with asyncio.timeout(10):
        while not server.started:
            if serving.done():
                serving.result()
            await asyncio.sleep(0.01)
