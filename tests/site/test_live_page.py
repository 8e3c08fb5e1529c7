"""The live page before any script runs: who one is there, which of one's parts, what is not open."""

import re

import pytest

from amphi.http.static import assets
from amphi.records.people import NewProxy, insert_proxy
from amphi.records.reads import list_amphis
from tests.http.house import House, is_problem

MODULES = [path for path in assets().paths() if path.startswith("live/") and path.endswith(".js")]
IMPORTED = re.compile(r'^import .* from "(.+)";$', re.MULTILINE)


async def opened(lively: House) -> str:
    for name in ("validate", "publish"):
        assert (await lively.theatre.gesture(name)).code is None
    return f"/amphis/{lively.theatre.amphi}"


async def test_an_amphi_not_open_yet_says_so_and_starts_no_script(house: House) -> None:
    async with house.at_the_site() as client:
        page = await client.get(f"/amphis/{house.theatre.amphi}")
    assert page.status_code == 200
    assert "n’est pas encore ouvert" in page.text
    assert "<script" not in page.text


async def test_a_spectator_plays_no_part(lively: House) -> None:
    path = await opened(lively)
    async with lively.at_the_site() as client:
        page = await client.get(path)
    assert 'data-participant="no"' in page.text
    assert 'data-as=""' in page.text
    assert "Amphithéâtre P01" in page.text


async def test_an_intern_plays_their_own_part(lively: House) -> None:
    path = await opened(lively)
    async with lively.intern(2) as client:
        page = await client.get(path)
    assert 'data-participant="yes"' in page.text
    assert 'data-as="intern"' in page.text
    assert "Pour qui vous suivez" not in page.text


@pytest.mark.parametrize(("asked", "shown"), [("", "intern"), ("proxy", "proxy"), ("x", "intern")])
async def test_an_intern_who_holds_a_proxy_picks_a_part_without_a_second_sign_in(
    lively: House, asked: str, shown: str
) -> None:
    theatre = lively.theatre
    async with theatre.database.transaction() as connection:
        (amphi,) = await list_amphis(connection)
        grant = NewProxy(email="i2@example.org", holder=theatre.persons[1])
        await insert_proxy(connection, amphi.campaign, theatre.entries[0], grant)
    path = await opened(lively)
    async with lively.intern(2) as client:
        page = await client.get(path, params={"as": asked})
    assert f'data-as="{shown}"' in page.text
    assert "Procuration de Prénom1 NOM1" in page.text


async def test_an_amphi_that_is_not_there_is_a_problem(house: House) -> None:
    async with house.at_the_site() as client:
        assert is_problem(await client.get("/amphis/nowhere"), 404, "unknown_amphi")


async def test_every_module_imports_files_that_are_served(house: House) -> None:
    async with house.at_the_site() as client:
        for module in MODULES:
            folder = assets().address(module).rsplit("/", 1)[0]
            for wanted in IMPORTED.findall(assets().text(module)):
                found = await client.get(f"{folder}/{wanted}")
                assert found.status_code == 200, f"{module} imports {wanted}"
                assert found.headers["content-type"].startswith("text/javascript")
