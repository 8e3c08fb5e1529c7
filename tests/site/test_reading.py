"""What the public reads: amphis, the offer, call lists, assignments (protocol.md §2)."""

import re

import httpx2
import pytest

from amphi.live_store.connection import Store
from amphi.live_store.hot import HotState
from tests.http.house import House, is_problem, served, told
from tests.live.amphitheatre import Amphitheatre

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


@pytest.fixture
async def client(house: House) -> object:
    async with house.at_the_site() as somebody:
        yield somebody


async def opened(house: House) -> str:
    for name in ("validate", "publish"):
        assert (await house.theatre.gesture(name)).code is None
    return f"/api/amphis/{house.theatre.amphi}"


async def test_an_amphi_not_validated_yet_has_its_line_in_the_list(
    house: House, client: httpx2.AsyncClient
) -> None:
    page = (await client.get("/api/amphis")).json()
    assert page["cursor"] is None
    (line,) = page["items"]
    assert line["id"] == house.theatre.amphi
    assert (line["code"], line["regime"], line["phase"]) == ("P01", "BASE", "PLANNED")
    assert (line["interns"], line["territory"]) == (4, "Île-de-France")
    assert INSTANT.fullmatch(line["starts_at"])
    assert "offer" not in line


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ("regime=BASE", 1),
        ("regime=OLD", 0),
        ("amphi=P01", 1),
        ("amphi=P02", 0),
        ("group=PHARMACIE", 1),
        ("campaign=unknown", 0),
    ],
)
async def test_the_list_is_filtered(client: httpx2.AsyncClient, filters: str, found: int) -> None:
    assert len((await client.get(f"/api/amphis?{filters}")).json()["items"]) == found


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=1001", "limit=x", "cursor=!!!", "cursor=bm8", "colour=blue"]
)
async def test_a_parameter_that_is_none_is_refused(client: httpx2.AsyncClient, query: str) -> None:
    assert is_problem(await client.get(f"/api/amphis?{query}"), 400, "bad_request")
    assert is_problem(await client.get(f"/api/assignments?{query}"), 400, "bad_request")


async def test_an_amphi_tells_its_sessions_and_planned_times(
    house: House, client: httpx2.AsyncClient
) -> None:
    amphi = (await client.get(f"/api/amphis/{house.theatre.amphi}")).json()
    assert amphi["phase"] == "PLANNED"
    assert amphi["sessions"] == [
        {
            "n": 1,
            "from": 1,
            "to": 4,
            "starts_at": "1970-01-01T00:00:00.000Z",
            "ends_at": None,
            "state": "planned",
        }
    ]
    assert amphi["places"] == []
    assert amphi["frozen"] is False


@pytest.mark.parametrize("name", ["unknown", "P01", "%00", "a" * 300, "é", "..%2f"])
async def test_an_amphi_that_does_not_exist_is_not_found(
    client: httpx2.AsyncClient, name: str
) -> None:
    for path in ("", "/posts", "/call-list"):
        answer = await client.get(f"/api/amphis/{name}{path}")
        assert answer.status_code == 404
        assert answer.json()["code"] in {"unknown_amphi", "unknown_address"}


async def test_the_offer_and_the_call_list_are_shown_from_the_opening_on(
    house: House, client: httpx2.AsyncClient
) -> None:
    for path in ("posts", "call-list"):
        answer = await client.get(f"/api/amphis/{house.theatre.amphi}/{path}")
        assert is_problem(answer, 409, "amphi_not_open")


async def test_the_offer_is_read_once_and_asked_about_again(lively: House) -> None:
    address = f"{await opened(lively)}/posts"
    async with lively.at_the_site() as client:
        first = await client.get(address)
        again = await client.get(address, headers={"if-none-match": first.headers["etag"]})
        weakly = await client.get(
            address, headers={"if-none-match": f'"other", W/{first.headers["etag"]}'}
        )
        other = await client.get(address, headers={"if-none-match": '"other"'})
    assert [post["number"] for post in first.json()["items"]] == ["P1", "P2", "P3", "P4"]
    assert first.json()["items"][0]["open_to_amphi"] is True
    assert first.headers["cache-control"] == "public, no-cache"
    assert (again.status_code, again.content) == (304, b"")
    assert "content-security-policy" in again.headers
    assert weakly.status_code == 304
    assert other.status_code == 200


async def test_people_appear_by_first_name_and_initial_unless_the_ars_sets_otherwise(
    lively: House,
) -> None:
    address = f"{await opened(lively)}/call-list"
    async with lively.at_the_site() as client:
        items = (await client.get(address)).json()["items"]
    async with House(lively.theatre, full_names=True).at_the_site() as client:
        full = (await client.get(address)).json()["items"]
    assert [line["call_rank"] for line in items] == [1, 2, 3, 4]
    assert [line["entry"] for line in items] == lively.theatre.entries
    assert items[0] | {"first_name": "Prénom1", "last_name": "N."} == items[0]
    assert full[0]["last_name"] == "NOM1"
    private = {"person", "email", "choice_status", "extra_seconds", "external_id"}
    assert private.isdisjoint(items[0])


async def test_assignments_are_listed_as_they_are_made_page_by_page(lively: House) -> None:
    await lively.theatre.open()
    for rank in (1, 2, 3):
        assert (await lively.theatre.choose(rank, f"P{rank}")).code is None
    seen, cursor = [], ""
    async with lively.at_the_site() as client:
        for _ in range(3):
            page = (await client.get(f"/api/assignments?limit=1{cursor}")).json()
            seen += page["items"]
            cursor = f"&cursor={page['cursor']}"
        assert (await client.get(f"/api/assignments?limit=1{cursor}")).json()["items"] == []
        foreign = (await client.get("/api/assignments?amphi=unknown")).json()
    assert [each["post"] for each in seen] == ["P1", "P2", "P3"]
    assert [each["entry"] for each in seen] == lively.theatre.entries[:3]
    assert INSTANT.fullmatch(seen[0]["made_at"])
    assert seen[0]["last_name"] == "N."
    assert {"choice_status", "person", "receipt", "id"}.isdisjoint(seen[0])
    assert foreign["items"] == []


async def test_documents_tell_every_address(house: House, client: httpx2.AsyncClient) -> None:
    spec = (await client.get("/api/openapi.json")).json()
    assert spec["openapi"].startswith("3.1")
    assert told(spec) == served(house.site, "/api/") - {("GET", "/api/openapi.json")}
    refused = spec["paths"]["/api/sign-in"]["post"]["responses"]["401"]
    assert list(refused["content"]) == ["application/problem+json"]
    assert (await client.get("/asyncapi.json")).json() == {"asyncapi": "3.0.0"}


async def test_every_reference_of_the_document_leads_somewhere(client: httpx2.AsyncClient) -> None:
    text = (await client.get("/api/openapi.json")).text
    schemas = (await client.get("/api/openapi.json")).json()["components"]["schemas"]
    named = set(re.findall(r'"#/components/schemas/([^"]+)"', text))
    assert named
    assert named <= set(schemas)


async def test_without_redis_everything_is_read_all_the_same(theatre: Amphitheatre) -> None:
    async with Store.at("redis://127.0.0.1:1/0") as nowhere:
        house = House(theatre, hot=HotState(nowhere))
        async with house.at_the_site() as client:
            answer = await client.get(f"/api/amphis/{theatre.amphi}")
    assert answer.status_code == 200
    assert answer.json()["frozen"] is False


async def test_readiness_asks_postgresql_and_redis(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/readyz")).json() == {"ready": True}
    assert (await client.get("/healthz")).json() == {"alive": True}
