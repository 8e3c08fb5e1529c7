"""Site, gateway, console and conductor of one amphitheatre, in this process, on loopback ports."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import uvicorn
from playwright.async_api import Page

from amphi import wiring
from amphi.gateway.app import Gateway, GatewayServer
from amphi.http.passwords import Passwords
from amphi.records.accounts import insert_account
from amphi.records.people import insert_operator, insert_person
from amphi.rules.ids import PersonId
from amphi.settings import Settings, from_environment
from tests.live.amphitheatre import Amphitheatre, conducted

PASSWORD = "cheval agrafe pile correct"
SECRET = "a secret of the tests, long enough"


class Town:
    """`site` and `console` are origins; `held` is what their programs stand on."""

    def __init__(self, theatre: Amphitheatre, settings: Settings, held: wiring.Stores) -> None:
        self.theatre = theatre
        self.site, self.console = settings.site_origin, settings.admin_origin
        self.mails = settings.demo_mails or Path()  # where the mail page reads
        self.held = held
        self.server: GatewayServer

    @property
    def live(self) -> str:
        """The path of the live page."""
        return f"/amphis/{self.theatre.amphi}"

    async def account(self, rank: int) -> str:
        """The intern of that rank may sign in with PASSWORD; the address."""
        email = f"i{rank}@example.org"
        hashed = await Passwords().hashed(PASSWORD)
        async with self.theatre.database.transaction() as connection:
            await insert_account(connection, self.theatre.persons[rank - 1], email, hashed)
        return email

    async def sign_in(self, page: Page, rank: int, to: str = "/") -> None:
        """By the form, as anybody does; ends on the page `to`."""
        email = await self.account(rank)
        await page.goto(f"{self.site}/sign-in?next={to}")
        await page.get_by_label("Identifiant").fill(email)
        await page.get_by_label("Mot de passe").fill(PASSWORD)
        await page.get_by_role("button", name="Se connecter").click()
        await page.wait_for_url(lambda address: not address.startswith(f"{self.site}/sign-in"))

    async def agent(self, name: str = "Agent", territory: str = "Île-de-France") -> PersonId:
        """An operator, without a way to sign in yet."""
        async with self.theatre.database.transaction() as connection:
            person = await insert_person(connection, "", name)
            await insert_operator(connection, person, name, territory)
        return person


@asynccontextmanager
async def a_town(
    theatre: Amphitheatre, urls: tuple[str, str], *, conducting: bool = True, **settings: str
) -> AsyncIterator[Town]:
    """While it lives. `urls`: PostgreSQL's and Redis's; `settings`: more of the environment."""
    sockets = [_listening(), _listening()]
    site, console = (f"http://127.0.0.1:{each.getsockname()[1]}" for each in sockets)
    environment = {
        "DATABASE_URL": urls[0],
        "REDIS_URL": urls[1],
        "AMPHI_SITE_ORIGIN": site,
        "AMPHI_ADMIN_ORIGIN": console,
        "AMPHI_SECRET_KEY": SECRET,
    }
    read = from_environment(environment | settings)
    async with AsyncExitStack() as opened:
        held = await opened.enter_async_context(wiring.stores(read))
        if conducting:
            await opened.enter_async_context(conducted(theatre))
        town = Town(theatre, read, held)
        await opened.enter_async_context(_serving(town, sockets))
        yield town


@asynccontextmanager
async def _serving(town: Town, sockets: list[socket.socket]) -> AsyncIterator[None]:
    """Both programs, as wiring assembles them."""
    health = wiring.health_of(town.held)
    gateway = Gateway(wiring.gateway_world(town.held))
    async with gateway.running(), asyncio.TaskGroup() as tasks:
        app = wiring.site_program(town.held, gateway, health)
        town.server = GatewayServer(_config(app, **gateway.uvicorn_options()), gateway)
        console = uvicorn.Server(_config(wiring.console_program(town.held, health)))
        servers: list[uvicorn.Server] = [town.server, console]
        for server, listening in zip(servers, sockets, strict=True):
            tasks.create_task(server.serve([listening]))
        try:
            async with asyncio.timeout(10):
                while not all(server.started for server in servers):  # noqa: ASYNC110 - uvicorn has no event
                    await asyncio.sleep(0.01)
            yield
        finally:
            for server in servers:
                server.should_exit = True


def _config(app: object, **options: object) -> uvicorn.Config:
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        lifespan="off",
        log_level="warning",
        timeout_graceful_shutdown=2,
        **options,  # type: ignore[arg-type]
    )


def _listening() -> socket.socket:
    made = socket.socket()
    made.bind(("127.0.0.1", 0))
    return made
