"""The one place, with the command line, that names every concrete class: what each program stands on."""

import asyncio
import os
import secrets
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette

from admin_api.app import admin as console
from admin_api.pages.frame import FRAME as CONSOLE_FRAME
from admin_api.pages.ranking_imports import LARGER
from admin_api.second_factor import Seal
from admin_api.services import Services as AdminServices
from amphi.gateway.app import Gateway, GatewayServer
from amphi.gateway.asyncapi import document as asyncapi_document
from amphi.gateway.resume import ResumeTokens
from amphi.gateway.rows import Directory, Endings, Holders
from amphi.gateway.world import World as GatewayWorld
from amphi.http.application import Shell
from amphi.http.cookies import SignInCookie, Where, cookie_name, is_https
from amphi.http.door import Door, collect_seldom, warn_of_a_short_queue
from amphi.http.health import Health
from amphi.http.lately import Lately
from amphi.http.mailed_links import MailedLinks
from amphi.http.passwords import Passwords
from amphi.http.sign_ins import LIFETIME, SignIns
from amphi.http.visitors import Visitors
from amphi.live.supervisor import Supervisor
from amphi.live.world import AnchoredClock, World
from amphi.live_store.board import Board
from amphi.live_store.connection import Store
from amphi.live_store.feed import Feed
from amphi.live_store.gateways import Gateways
from amphi.live_store.hot import HotState
from amphi.live_store.inbox import Inbox
from amphi.live_store.rate_limits import RateLimits
from amphi.live_store.sign_in_links import SignInLinks
from amphi.live_store.sign_ins import SignIns as Remembered
from amphi.live_store.tickets import Tickets
from amphi.live_store.voice import Voice
from amphi.outside.mail import smtp_server
from amphi.records.accounts import Kind
from amphi.records.database import Database
from amphi.records.health import ping
from amphi.records.journal import PostgresJournal
from amphi.settings import Settings
from amphi.site.app import site
from amphi.site.pages.frame import FRAME as SITE_FRAME
from amphi.site.services import Services as SiteServices
from workers.app import run as run_work
from workers.services import Services as WorkServices

GRACE_SECONDS = 20  # for answers under way when a program is told to stop
LOOK_SECONDS = 0.1


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
        collect_seldom()
        on_signal(conductors.stop)
        await conductors.run()


# --- serve, admin: HTTP and WebSockets ---------------------------------------


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
        sign_ins=SignIns(held.database, Remembered(held.redis)),
        endings=Endings(held.database),
        tokens=ResumeTokens(settings.secret_key),
        origins=frozenset({settings.site_origin}),
        cookie=cookie_name("site", settings.site_origin),
    )


def site_services(held: Stores) -> SiteServices:
    """What the site stands on."""
    settings = held.settings
    return SiteServices(
        database=held.database,
        asks=held.feed,
        hot=HotState(held.redis),
        tickets=Tickets(held.redis),
        limits=RateLimits(held.redis),
        visitors=_visitors(held, "site", settings.site_origin, "intern"),
        passwords=Passwords(),
        links=MailedLinks(settings.secret_key),
        lately=Lately(),
        asyncapi=asyncapi_document(),
        caught_mails=settings.demo_mails,
    )


def admin_services(held: Stores) -> AdminServices:
    """What the operators' program stands on."""
    return AdminServices(
        database=held.database,
        asks=held.feed,
        hot=HotState(held.redis),
        tickets=Tickets(held.redis),
        links=SignInLinks(held.redis),
        limits=RateLimits(held.redis),
        passwords=Passwords(),
        seal=Seal(held.settings.secret_key),
        visitors=_visitors(held, "console", held.settings.admin_origin, "operator"),
        live_gateways=Gateways(held.redis).live,
        site=held.settings.site_origin,
        console=held.settings.admin_origin,
    )


def _visitors(held: Stores, where: Where, origin: str, role: Kind) -> Visitors:
    cookie = SignInCookie(cookie_name(where, origin), is_https(origin), LIFETIME)
    return Visitors(SignIns(held.database, Remembered(held.redis)), cookie, role)


def site_program(held: Stores, gateway: Gateway, health: Health) -> Starlette:
    """What `amphi serve` serves."""
    shell = Shell((held.settings.site_origin,), health, CollectorRegistry(), frame=SITE_FRAME)
    return site(site_services(held), shell, more=[gateway.route()])


def console_program(held: Stores, health: Health) -> Starlette:
    """What `amphi admin` serves."""
    services, origin = admin_services(held), held.settings.admin_origin
    shell = Shell(
        *((origin,), health, CollectorRegistry()),
        connect=(services.sockets,),
        frame=CONSOLE_FRAME,
        larger=LARGER,
    )
    return console(services, shell)


def health_of(held: Stores) -> Health:
    """What it cannot work without."""
    return Health({"postgres": lambda: ping(held.database), "redis": held.redis.ping})


async def serve(settings: Settings, door: Door) -> None:
    """`amphi serve`: gateway and site, until SIGTERM or SIGINT."""
    if not door.shared:  # else whoever started us has said so
        warn_of_a_short_queue()
    async with stores(settings) as held:
        gateway, health = Gateway(gateway_world(held)), health_of(held)
        async with gateway.running():
            app = site_program(held, gateway, health)
            collect_seldom()
            options = gateway.uvicorn_options(fast=door.fast)
            server = GatewayServer(_uvicorn(app, door.host, door.port, **options), gateway)
            await _until_stopped(server, health, door.sockets())


async def admin(settings: Settings, host: str, port: int) -> None:
    """`amphi admin`: the operators' program, until SIGTERM or SIGINT."""
    async with stores(settings) as held:
        health = health_of(held)
        app = console_program(held, health)
        await _until_stopped(uvicorn.Server(_uvicorn(app, host, port)), health)


async def _until_stopped(
    server: uvicorn.Server, health: Health, sockets: list[socket.socket] | None = None
) -> None:
    """ "SIGTERM: not ready → sockets closed in slices with 1012 → exit" (quality.md)"""
    serving = asyncio.create_task(server.serve(sockets))
    while not serving.done() and not server.should_exit:
        await asyncio.wait([serving], timeout=LOOK_SECONDS)
    health.leaving = True
    await serving


def _uvicorn(app: Starlette, host: str, port: int, **options: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=GRACE_SECONDS,
        **options,
    )


# --- work ---------------------------------------------------------------------


async def work(settings: Settings) -> None:
    """`amphi work`: the clock and the queue, until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    on_signal(stop.set)
    async with stores(settings) as held:
        services = WorkServices(
            database=held.database,
            server=smtp_server(settings.smtp_url) if settings.smtp_url else None,
            mail_from=settings.mail_from,
            site=settings.site_origin,
            links=MailedLinks(settings.secret_key),
        )
        await run_work(services, stop)


# --- everywhere -------------------------------------------------------------


def own_name() -> str:
    """Unique among the living: host, pid, and a draw for pids that come again."""
    return f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"


def on_signal(stop: Callable[[], None]) -> None:
    """SIGTERM and SIGINT end a program in order."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
