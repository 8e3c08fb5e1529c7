"""Site and console on loopback, and the cookies of everybody who may knock there."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import NamedTuple

from amphi.live.letters import CommandLetter
from tests.http.house import House
from tests.http.neighbours import elsewhere, served
from tests.live.amphitheatre import Amphitheatre, an_amphitheatre, conducted

ROLES = ("anonymous", "intern", "proxy", "operator", "foreign")


class Doors(NamedTuple):
    """`cookies`: of each role, for the site and for the console alike."""

    site: str
    console: str
    cookies: dict[str, dict[str, str]]


@contextmanager
def doors(database_url: str, redis_url: str) -> Iterator[Doors]:
    """For tests that are not asynchronous."""
    with elsewhere(open_doors(database_url, redis_url)) as found:
        yield found


@asynccontextmanager
async def open_doors(database_url: str, redis_url: str) -> AsyncIterator[Doors]:
    async with an_amphitheatre(database_url, redis_url) as theatre, conducted(theatre):
        house = House(theatre)
        await theatre.open()
        await third_holds_the_proxy_of_second(theatre)
        async with AsyncExitStack() as people:
            signed_in = {
                "intern": await people.enter_async_context(house.intern(1)),
                "proxy": await people.enter_async_context(house.intern(3)),
                "operator": await people.enter_async_context(house.operator()),
                "foreign": await people.enter_async_context(house.operator("Ailleurs", "Corse")),
            }
            site = await people.enter_async_context(served(house.site))
            console = await people.enter_async_context(served(house.console))
            cookies = {role: dict(client.cookies) for role, client in signed_in.items()}
            yield Doors(site, console, {"anonymous": {}} | cookies)


async def third_holds_the_proxy_of_second(theatre: Amphitheatre) -> None:
    """Granted and accepted: one account, two roles."""
    private = {
        "holder_email": "i3@example.org",
        "holder_first_name": "Prénom3",
        "holder_last_name": "NOM3",
    }
    grant = CommandLetter(
        id="grant",
        person=theatre.persons[1],
        role="intern",
        amphi=theatre.amphi,
        name="grant_proxy",
        args={"proxy": "grant-1"},
        gateway="gateway-of-the-test",
        private=private,
    )
    granted = await theatre.feed.ask(theatre.offer, grant, 20)
    accepted = await theatre.ask(theatre.persons[2], "intern", "accept_proxy", {"proxy": "grant-1"})
    assert granted is not None
    assert (granted.code, accepted.code) == (None, None)
