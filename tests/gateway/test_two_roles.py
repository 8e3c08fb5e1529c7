"""One account, two roles (live-rules.md §6): an intern who holds a colleague's proxy in one amphi."""

import pytest

from amphi.live.letters import CommandLetter
from tests.gateway.house import House

HOLDER = {"holder_email": "i3@example.org"}


@pytest.fixture
async def held_house(open_house: House) -> House:
    """The third intern holds the proxy of the second."""
    theatre = open_house.theatre
    grant = CommandLetter(
        id="grant",
        person=theatre.persons[1],
        role="intern",
        amphi=theatre.amphi,
        name="grant_proxy",
        args={"proxy": "grant-1"},
        gateway="gateway-of-the-test",
        private=HOLDER,
    )
    granted = await theatre.feed.ask(theatre.offer, grant, 20)
    assert granted is not None
    accepted = await theatre.ask(theatre.persons[2], "intern", "accept_proxy", {"proxy": "grant-1"})
    assert (granted.code, accepted.code) == (None, None)
    return open_house


async def test_as_selects_what_is_shown(held_house: House) -> None:
    theatre = held_house.theatre
    for as_, role, rank in ((None, "intern", 3), ("intern", "intern", 3), ("proxy", "proxy", 2)):
        async with held_house.intern(3, **{"as": as_}) as client:
            assert client.you is not None
            shown = client.role, client.you["entry"]
        assert shown == (role, theatre.entries[rank - 1])


async def test_a_ticket_for_the_proxy_shows_the_grantors_line_also_after_a_cut(
    held_house: House,
) -> None:
    theatre = held_house.theatre
    async with held_house.person(theatre.persons[2], "proxy") as client:
        assert client.you is not None
        assert (client.role, client.you["entry"]) == ("proxy", theatre.entries[1])
    async with held_house.knocks() as back:
        resumed = await back.hello(resume=client.resume, resume_token=client.token)
        assert (resumed["type"], resumed["role"]) == ("resumed", "proxy")
        assert resumed["you"]["entry"] == theatre.entries[1]


async def test_hello_may_say_otherwise(held_house: House) -> None:
    theatre = held_house.theatre
    async with held_house.person(theatre.persons[2], "proxy", **{"as": "intern"}) as client:
        assert client.you is not None
        assert (client.role, client.you["entry"]) == ("intern", theatre.entries[2])
