"""Who may do what at the console: role × endpoint × another ARS (quality.md "Security")."""

import re

import pytest
from sqlalchemy import update

from amphi.actions.sign_in_links import operator_of, sign_in_link
from amphi.live_store.tickets import Tickets
from amphi.records.audit import Act, record
from amphi.records.tables.people import operators
from tests.admin_api import ranking_endpoints
from tests.http.house import CONSOLE, House, is_problem, served, told

ENDPOINTS = [
    ("GET", "/admin/api/me"),
    ("GET", "/admin/api/amphis"),
    ("GET", "/admin/api/amphis/{amphi}/readiness"),
    ("POST", "/admin/api/amphis/{amphi}/commands/pause"),
    ("GET", "/admin/api/commands/offer/command"),
    ("GET", "/admin/api/amphis/{amphi}/call-list"),
    ("GET", "/admin/api/amphis/{amphi}/posts"),
    ("GET", "/admin/api/amphis/{amphi}/turns"),
    ("GET", "/admin/api/journal"),
    ("GET", "/admin/api/audit"),
    ("POST", "/admin/api/tickets"),
]
OF_AN_AMPHI = [
    ("GET", "/admin/api/amphis/{amphi}/readiness", None),
    ("GET", "/admin/api/amphis/{amphi}/call-list", None),
    ("GET", "/admin/api/amphis/{amphi}/posts", None),
    ("GET", "/admin/api/amphis/{amphi}/turns", None),
    ("GET", "/admin/api/amphis/{amphi}/start-certificate", None),
    ("GET", "/admin/api/journal?amphi={amphi}", None),
    ("POST", "/admin/api/amphis/{amphi}/commands/pause", None),
    ("POST", "/admin/api/amphis/{amphi}/commands/fly", None),
    ("POST", "/admin/api/tickets", "amphi"),
]


def test_the_matrix_has_every_endpoint_that_needs_a_sign_in(house: House) -> None:
    """Gestures have one handler, whatever their name."""
    open_to_all = {
        *("/admin/api/sign-in", "/admin/api/sign-in/link"),
        *("/admin/api/sign-out", "/admin/api/openapi.json"),
    }
    written = {
        (method, path.replace("/pause", "/{name}").replace("offer/command", "{offer}/{id}"))
        for method, path in (*ENDPOINTS, *ranking_endpoints.ALL)
    }
    all_of_them = {
        (method, re.sub(r"/commands/[a-z_]+$", "/commands/{name}", path))
        for method, path in served(house.console, "/admin/api")
    }
    assert {each for each in all_of_them if each[1] not in open_to_all} == written


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
async def test_nobody_does_anything_without_a_sign_in(house: House, method: str, path: str) -> None:
    address = path.format(amphi=house.theatre.amphi)
    async with house.at_the_console() as client:
        assert is_problem(await client.request(method, address), 401, "sign_in_needed")


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
async def test_an_interns_sign_in_is_none_at_the_console(
    house: House, method: str, path: str
) -> None:
    address = path.format(amphi=house.theatre.amphi)
    async with house.intern(1) as intern, house.at_the_console() as client:
        client.cookies.set("amphi-console", intern.cookies["amphi-site"])
        assert is_problem(await client.request(method, address), 401, "sign_in_needed")


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
async def test_an_agent_no_longer_active_does_nothing_though_the_cookie_lives(
    house: House, method: str, path: str
) -> None:
    address = path.format(amphi=house.theatre.amphi)
    async with house.operator() as agent:
        assert (await agent.get("/admin/api/me")).status_code == 200
        async with house.theatre.database.transaction() as connection:
            await connection.execute(update(operators).values(active=False))
        answer = await agent.request(method, address)
    assert is_problem(answer, 403, "not_an_operator")


@pytest.mark.parametrize(("method", "path", "field"), OF_AN_AMPHI)
@pytest.mark.parametrize("territory", ["Bretagne", ""])
async def test_another_ars_does_not_even_know_the_amphi(
    house: House, method: str, path: str, field: str | None, territory: str
) -> None:
    body = {} if field is None else {field: house.theatre.amphi}
    address = path.format(amphi=house.theatre.amphi)
    async with house.operator("Agent", territory) as agent:
        answer = await agent.request(method, address, json=body if method == "POST" else None)
        nowhere = await agent.get("/admin/api/amphis")
    assert is_problem(answer, 404, "unknown_amphi")
    assert nowhere.json()["items"] == []


async def test_an_agent_sees_the_amphis_of_the_own_territory(house: House) -> None:
    async with house.operator() as agent:
        (line,) = (await agent.get("/admin/api/amphis")).json()["items"]
        assert (await agent.get("/admin/api/me")).json() == {
            "name": "Agent",
            "territory": "Île-de-France",
        }
    assert (line["id"], line["offer"]) == (house.theatre.amphi, house.theatre.offer)


async def test_a_ticket_of_the_console_is_an_operators(house: House) -> None:
    async with house.operator() as agent:
        answer = await agent.post("/admin/api/tickets", json={"amphi": house.theatre.amphi})
    whose = await Tickets(house.theatre.store).redeem(answer.json()["ticket"])
    assert whose is not None
    assert whose.role == "operator"


# --- the one-use link -------------------------------------------------------


async def test_the_printed_link_leads_to_a_page_and_the_page_signs_in_once(house: House) -> None:
    async with house.theatre.database.transaction() as connection:
        person = await operator_of(connection, "Agent", "Île-de-France")
        address = await sign_in_link(connection, house.links, person, CONSOLE)
    token = address.partition("link=")[2]
    async with house.at_the_console() as client:
        for _ in range(2):  # opening it uses nothing up
            landing = await client.get(address)
            assert landing.status_code == 200
            assert f'value="{token}"' in landing.text
            assert "no-store" in landing.headers["cache-control"]
        assert is_problem(await client.get("/admin/api/me"), 401, "sign_in_needed")
        signed_in = await client.post("/admin/sign-in", data={"link": token})
        assert (signed_in.status_code, signed_in.headers["location"]) == (303, "/admin/amphis")
        assert (await client.get("/admin/api/me")).json()["name"] == "Agent"
        again = await client.post("/admin/sign-in", data={"link": token})
        assert is_problem(again, 404, "unknown_link")
        assert (await client.post("/admin/api/sign-out")).status_code == 204
        assert is_problem(await client.get("/admin/api/me"), 401, "sign_in_needed")


async def test_what_a_link_brings_is_never_markup(house: House) -> None:
    async with house.at_the_console() as client:
        landing = await client.get("/admin/sign-in", params={"link": '"><script>alert(1)</script>'})
    assert "<script" not in landing.text


async def test_another_page_cannot_sign_somebody_in(house: House) -> None:
    async with house.at_the_console(origin="https://evil.example") as client:
        answer = await client.post("/admin/sign-in", data={"link": "x"})
    assert is_problem(answer, 403, "wrong_origin")


async def test_a_form_without_a_link_asks_for_address_password_and_code(house: House) -> None:
    async with house.at_the_console() as client:
        answer = await client.post("/admin/sign-in", data={"link": ""})
    assert answer.status_code == 401
    assert "Code à six chiffres" in answer.text


@pytest.mark.parametrize("link", ["x", "é", "x" * 200])
async def test_a_link_that_is_none_signs_nobody_in(house: House, link: str) -> None:
    async with house.at_the_console() as client:
        api = await client.post("/admin/api/sign-in/link", json={"link": link})
        form = await client.post("/admin/sign-in", data={"link": link})
    assert is_problem(api, 404, "unknown_link")
    assert is_problem(form, 404, "unknown_link")


# --- readiness and audit ----------------------------------------------------


async def test_readiness_tells_what_is_red_and_what_only_warns(house: House) -> None:
    address = f"/admin/api/amphis/{house.theatre.amphi}/readiness"
    async with house.operator() as agent:
        answer = (await agent.get(address)).json()
    levels = {line["code"]: line["level"] for line in answer["lines"]}
    assert answer["ready"] is False
    assert levels == {"no_gateway": "red", "no_conductor": "red", "posts_below_minimum": "warn"}
    text = next(line["text"] for line in answer["lines"] if line["level"] == "warn")
    assert text == "4 postes pour 4 internes qui choisissent ; l'offre minimale est de 5."


async def test_with_a_conductor_and_a_gateway_nothing_is_red(lively: House) -> None:
    await lively.theatre.gateways.beat("gateway-1")
    address = f"/admin/api/amphis/{lively.theatre.amphi}/readiness"
    async with lively.operator() as agent:
        answer = (await agent.get(address)).json()
    assert answer["ready"] is True
    assert [line["code"] for line in answer["lines"]] == ["posts_below_minimum"]


async def test_sessions_that_are_no_partition_are_red(house: House) -> None:
    async with house.theatre.database.transaction() as connection:
        await connection.exec_driver_sql("UPDATE choice_sessions SET to_rank = 3")
    address = f"/admin/api/amphis/{house.theatre.amphi}/readiness"
    async with house.operator() as agent:
        answer = (await agent.get(address)).json()
    assert {"code": "sessions_not_a_partition", "level": "red"}.items() <= next(
        line for line in answer["lines"] if line["code"] == "sessions_not_a_partition"
    ).items()


async def test_the_audit_tells_of_the_own_territory_alone(house: House) -> None:
    async with house.theatre.database.transaction() as connection:
        for subject in (house.theatre.offer, house.theatre.amphi, "somewhere else"):
            await record(connection, Act(who="command line", what="tried", subject=subject))
    async with house.operator("Agnès") as agent, house.operator("Bruno", "Bretagne") as foreign:
        mine = (await agent.get("/admin/api/audit")).json()["items"]
        first = (await agent.get("/admin/api/audit?limit=1")).json()
        rest = (await agent.get(f"/admin/api/audit?cursor={first['cursor']}")).json()["items"]
        one = (await agent.get(f"/admin/api/audit?subject={house.theatre.amphi}")).json()["items"]
        theirs = (await foreign.get("/admin/api/audit")).json()["items"]
    assert [act["what"] for act in mine] == ["tried", "tried", "sign_in"]
    assert [*first["items"], *rest] == mine
    assert [act["subject"] for act in one] == [house.theatre.amphi]
    assert [act["what"] for act in theirs] == ["sign_in"]


async def test_the_document_of_the_console_tells_every_address(house: House) -> None:
    async with house.at_the_console() as client:
        spec = (await client.get("/admin/api/openapi.json")).json()
    assert told(spec) == served(house.console, "/admin/api") - {("GET", "/admin/api/openapi.json")}
