"""The one place, with the command line, that names every concrete class: what each program stands on."""

import asyncio
import os
import secrets
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import structlog
import uvicorn
from starlette.applications import Starlette

from amphi.gateway.app import Gateway, GatewayServer
from amphi.gateway.resume import ResumeTokens
from amphi.gateway.rows import Cookies, Directory, Holders
from amphi.gateway.sockets import uvicorn_options
from amphi.gateway.world import World as GatewayWorld
from amphi.live.supervisor import Supervisor
from amphi.live.world import AnchoredClock, World
from amphi.live_store.board import Board
from amphi.live_store.connection import Store
from amphi.live_store.feed import Feed
from amphi.live_store.gateways import Gateways
from amphi.live_store.inbox import Inbox
from amphi.live_store.sign_ins import SignIns
from amphi.live_store.tickets import Tickets
from amphi.live_store.voice import Voice
from amphi.records.database import Database
from amphi.records.journal import PostgresJournal
from amphi.settings import Settings

COOKIE = "amphi-site"

log = structlog.get_logger()


class Stores:
    """What a program holds open: PostgreSQL and Redis, each through its one door."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.database = Database(settings.database_url)
        self.journal = PostgresJournal(settings.database_url)
        self.redis = Store.at(settings.redis_url)
        self.inbox = Inbox(self.redis)
        self.feed = Feed(self.redis, self.inbox)

    async def close(self) -> None:
        await self.journal.close()
        await self.database.close()
        await self.redis.close()


@asynccontextmanager
async def stores(settings: Settings) -> AsyncIterator[Stores]:
    """Open for as long as the program runs."""
    held = Stores(settings)
    try:
        yield held
    finally:
        await held.close()


# --- conduct ----------------------------------------------------------------


def supervisor(held: Stores) -> Supervisor:
    """The conductors of this process."""
    world = World(held.journal, held.inbox, Voice(held.redis), AnchoredClock())
    return Supervisor(world, own_name())


@asynccontextmanager
async def conducting(settings: Settings) -> AsyncIterator[Supervisor]:
    """While the block runs, offers that nobody conducts are conducted here."""
    async with stores(settings) as held:
        conductors = supervisor(held)
        running = asyncio.create_task(conductors.run())
        try:
            yield conductors
        finally:
            conductors.stop()
            await running


async def conduct(settings: Settings) -> None:
    """`amphi conduct`: until SIGTERM or SIGINT; leases are handed over."""
    async with stores(settings) as held:
        conductors = supervisor(held)
        on_signal(conductors.stop)
        await conductors.run()


# --- serve ------------------------------------------------------------------


def gateway_world(held: Stores) -> GatewayWorld:
    """What the WebSocket gateway of this process stands on."""
    settings = held.settings
    return GatewayWorld(
        name=own_name(),
        feed=held.feed,
        inbox=held.inbox,
        gateways=Gateways(held.redis),
        board=Board(held.redis),
        journal=held.journal,
        directory=Directory(held.database),
        holders=Holders(held.database),
        tickets=Tickets(held.redis),
        sign_ins=Cookies(held.database, SignIns(held.redis)),
        tokens=ResumeTokens(settings.secret_key),
        origins=frozenset({settings.site_origin}),
        cookie=COOKIE,
    )


async def serve(settings: Settings, host: str, port: int) -> None:
    """`amphi serve`: gateway and site, until SIGTERM or SIGINT."""
    async with AsyncExitStack() as opened:
        held = await opened.enter_async_context(stores(settings))
        gateway = Gateway(gateway_world(held))
        await opened.enter_async_context(gateway.running())
        app = Starlette(routes=[gateway.route()])
        await GatewayServer(_uvicorn(app, host, port), gateway).serve()


def _uvicorn(app: Starlette, host: str, port: int) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="off",
        **uvicorn_options(),
    )


# --- everywhere -------------------------------------------------------------


def own_name() -> str:
    """Unique among the living: host, pid, and a draw for pids that come again."""
    return f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"


def on_signal(stop: Callable[[], None]) -> None:
    """SIGTERM and SIGINT end a program in order."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
