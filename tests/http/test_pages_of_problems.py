"""Refusals as pages for people, as JSON for programs; static files; words."""

from datetime import UTC, datetime

import httpx2
import pytest

from amphi.http import ranking_wording, wording
from amphi.http.static import FOR_A_YEAR, Assets, assets
from tests.http.house import House, is_problem
from tests.site.reading_pages import AS_A_BROWSER, visit, words


@pytest.fixture
async def client(house: House) -> object:
    async with house.at_the_site() as somebody:
        yield somebody


async def test_a_person_reads_a_page_where_a_program_reads_a_problem(
    client: httpx2.AsyncClient,
) -> None:
    assert is_problem(await client.get("/nowhere"), 404, "unknown_address")
    assert is_problem(
        await client.get("/api/nowhere", headers=AS_A_BROWSER), 404, "unknown_address"
    )
    page = await visit(client, "/nowhere", 404)
    assert "Introuvable Il n'y a rien à cette adresse." in words(page)
    wrong_method = await client.post("/posts", headers=AS_A_BROWSER)
    assert wrong_method.status_code == 405
    assert set(wrong_method.headers["allow"].split(", ")) == {"GET", "HEAD"}


async def test_static_files_are_kept_for_a_year_under_their_hash(
    client: httpx2.AsyncClient,
) -> None:
    address = assets().address("amphi.css")
    kept = await client.get(address, headers={"accept-encoding": "gzip"})
    assert kept.status_code == 200
    assert kept.headers["cache-control"] == FOR_A_YEAR
    assert kept.headers["content-type"] == "text/css; charset=utf-8"
    assert kept.headers["content-encoding"] == "gzip"
    plain = await client.get(address, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.text == kept.text
    old = await client.get("/static/0123456789abcdef/amphi.css")
    assert (old.status_code, old.headers["cache-control"]) == (200, "no-cache")


@pytest.mark.parametrize("path", ["nothing.css", "../fr.json", "..%2ffr.json", "", "icons"])
async def test_what_is_no_static_file_is_not_found(client: httpx2.AsyncClient, path: str) -> None:
    assert (await client.get(f"/static/{assets().version}/{path}")).status_code == 404


async def test_every_static_file_has_a_type_that_browsers_run(client: httpx2.AsyncClient) -> None:
    wanted = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}
    for path in assets().paths():
        answer = await client.head(assets().address(path))
        ending = path.rpartition(".")[2]
        if ending in wanted:
            assert answer.headers["content-type"].startswith(wanted[ending])
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_hash_tells_contents_and_names_apart() -> None:
    versions = {
        Assets(contents).version
        for contents in ({"a": b"1"}, {"a": b"2"}, {"b": b"1"}, {"a": b"", "b": b"1"}, {})
    }
    assert len(versions) == 5
    with pytest.raises(KeyError):
        Assets({}).address("nothing.css")


def test_instants_and_numbers_are_written_as_the_french_do() -> None:
    summer = datetime(2026, 9, 1, 7, 5, tzinfo=UTC)
    winter = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
    assert wording.moment(summer) == "01/09/2026 09:05"
    assert wording.spoken(summer) == "mardi 1er septembre 2026 à 09:05"
    assert wording.spoken(winter) == "mardi 1 décembre 2026 à 00:30".replace("1 d", "1er d")
    assert wording.machine(winter) == "2026-12-01T00:30:00+01:00"
    assert wording.semester("2026-11") == "Novembre 2026"
    assert wording.semester("été") == "été"
    assert [wording.counted(n, "interne") for n in (0, 1, 2)] == [
        "0 interne",
        "1 interne",
        "2 internes",
    ]
    assert wording.counted(2, "choix fait", "choix faits") == "2 choix faits"
    assert wording.FILTERS["regime"]("BASE") == "Phase socle"
    assert wording.FILTERS["regime"]("OTHER") == "OTHER"
    assert ranking_wording.FILTERS["figures"]("2 / 4 × 7 = 3.5") == "2 / 4 × 7 = 3,5"
