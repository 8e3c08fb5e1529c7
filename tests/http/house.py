"""Site and console before an amphitheatre, as wiring assembles them; people with browsers or without."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx2
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.routing import Route

from admin_api.app import admin
from admin_api.pages.ranking_imports import LARGER
from admin_api.second_factor import Seal
from admin_api.services import Services as AdminServices
from amphi.http.application import Shell
from amphi.http.cookies import SignInCookie, Where, cookie_name, is_https
from amphi.http.health import Health
from amphi.http.lately import Lately
from amphi.http.mailed_links import MailedLinks
from amphi.http.pages import BARE
from amphi.http.passwords import Passwords
from amphi.http.sign_ins import LIFETIME, SignIns
from amphi.http.templating import Frame
from amphi.http.visitors import Visitors
from amphi.live_store.hot import HotState
from amphi.live_store.rate_limits import RateLimits
from amphi.live_store.sign_in_links import SignInLinks
from amphi.live_store.sign_ins import SignIns as Remembered
from amphi.live_store.tickets import Tickets
from amphi.records.accounts import Kind, insert_account
from amphi.records.health import ping
from amphi.records.people import insert_operator, insert_person
from amphi.rules.ids import PersonId
from amphi.site.app import site
from amphi.site.pages.frame import FRAME
from amphi.site.services import Services
from tests.live.amphitheatre import Amphitheatre

SITE, CONSOLE = "http://127.0.0.1:8000", "http://127.0.0.1:8001"
SECRET = "a secret of the tests, long enough"
PASSWORD = "cheval agrafe pile correct"
Check = Callable[[], Awaitable[None]]


class House:
    """`site` and `console` are applications; clients are made by `browser`."""

    def __init__(self, theatre: Amphitheatre, **changes: Any) -> None:
        self.theatre = theatre
        self.links = SignInLinks(theatre.store)
        self.mailed = MailedLinks(SECRET)
        self.health = Health(
            {"postgres": lambda: ping(theatre.database), "redis": theatre.store.ping}
        )
        self.site = site(self._site_services(**changes), self._shell(SITE, FRAME))
        self.console = admin(self._admin_services(**changes), self._shell(CONSOLE))

    def _shell(self, origin: str, frame: Frame = BARE) -> Shell:
        return Shell((origin,), self.health, CollectorRegistry(), frame=frame, larger=LARGER)

    def _visitors(self, where: Where, origin: str, role: Kind) -> Visitors:
        cookie = SignInCookie(cookie_name(where, origin), is_https(origin), LIFETIME)
        sign_ins = SignIns(self.theatre.database, Remembered(self.theatre.store))
        return Visitors(sign_ins, cookie, role)

    def _site_services(self, **changes: Any) -> Services:
        theatre = self.theatre
        given: dict[str, Any] = {
            "database": theatre.database,
            "asks": theatre.feed,
            "hot": HotState(theatre.store),
            "tickets": Tickets(theatre.store),
            "limits": RateLimits(theatre.store),
            "visitors": self._visitors("site", SITE, "intern"),
            "passwords": Passwords(),
            "links": self.mailed,
            "lately": Lately(0.0),
            "asyncapi": {"asyncapi": "3.0.0"},
            "full_names": False,
            "caught_mails": None,
        }
        return Services(**(given | {k: v for k, v in changes.items() if k in given}))

    def _admin_services(self, **changes: Any) -> AdminServices:
        theatre = self.theatre
        given: dict[str, Any] = {
            "database": theatre.database,
            "asks": theatre.feed,
            "hot": HotState(theatre.store),
            "tickets": Tickets(theatre.store),
            "links": self.links,
            "limits": RateLimits(theatre.store),
            "passwords": Passwords(),
            "seal": Seal(SECRET),
            "visitors": self._visitors("console", CONSOLE, "operator"),
            "live_gateways": theatre.gateways.live,
            "site": SITE,
            "console": CONSOLE,
        }
        return AdminServices(**(given | {k: v for k, v in changes.items() if k in given}))

    @asynccontextmanager
    async def at_the_site(self, **headers: str) -> AsyncIterator[httpx2.AsyncClient]:
        """Somebody with a browser, not signed in."""
        async with browser(self.site, SITE, headers) as client:
            yield client

    @asynccontextmanager
    async def intern(self, rank: int = 1) -> AsyncIterator[httpx2.AsyncClient]:
        """The intern of that rank, signed in by password."""
        await self.account(rank)
        async with self.at_the_site() as client:
            signed_in = await client.post(
                "/api/sign-in", json={"email": f"i{rank}@example.org", "password": PASSWORD}
            )
            assert signed_in.status_code == 200, signed_in.text
            yield client

    @asynccontextmanager
    async def at_the_console(self, **headers: str) -> AsyncIterator[httpx2.AsyncClient]:
        async with browser(self.console, CONSOLE, headers) as client:
            yield client

    @asynccontextmanager
    async def operator(
        self, name: str = "Agent", territory: str = "Île-de-France"
    ) -> AsyncIterator[httpx2.AsyncClient]:
        """An agent of that ARS, signed in by a one-use link."""
        person = await self.agent(name, territory)
        async with self.at_the_console() as client:
            link = await self.links.issue(person)
            signed_in = await client.post("/admin/api/sign-in/link", json={"link": link})
            assert signed_in.status_code == 200, signed_in.text
            yield client

    async def agent(self, name: str, territory: str) -> PersonId:
        async with self.theatre.database.transaction() as connection:
            person = await insert_person(connection, "", name)
            await insert_operator(connection, person, name, territory)
        return person

    async def account(self, rank: int, password: str = PASSWORD) -> None:
        hashed = await Passwords().hashed(password)
        async with self.theatre.database.transaction() as connection:
            person = self.theatre.persons[rank - 1]
            await insert_account(connection, person, f"i{rank}@example.org", hashed)


@asynccontextmanager
async def browser(
    app: Any, origin: str, headers: dict[str, str]
) -> AsyncIterator[httpx2.AsyncClient]:
    """A bug in the application is answered with a problem, as in production; never raised here."""
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url=origin, headers=headers) as client:
        yield client


def is_problem(response: httpx2.Response, status: int, code: str) -> bool:
    """A problem of RFC 9457 with a French sentence and the headers of every answer."""
    said = response.json()
    assert response.headers["content-type"] == "application/problem+json", response.text
    assert (response.status_code, said["code"]) == (status, code), response.text
    assert said["status"] == status
    assert {"type", "title", "detail", "facts"} <= said.keys()
    assert "frame-ancestors 'none'" in response.headers["content-security-policy"]
    assert response.headers["x-content-type-options"] == "nosniff"
    return True


def served(app: Starlette, prefix: str) -> set[tuple[str, str]]:
    """Every method and path pattern under `prefix`."""
    return {
        (method, route.path)
        for route in app.routes
        if isinstance(route, Route) and route.path.startswith(prefix)
        for method in route.methods or ()
        if method != "HEAD"
    }


def told(spec: dict[str, Any]) -> set[tuple[str, str]]:
    """The same, as an OpenAPI document tells it."""
    return {(m.upper(), path) for path, methods in spec["paths"].items() for m in methods}
