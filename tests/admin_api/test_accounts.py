"""Agents' accounts over HTTP: password and code, enrolment, colleagues (quality.md "Security")."""

import re
import time
from typing import Any

import httpx2
import pyotp
import pytest
from sqlalchemy import select

from amphi.actions.agents import NewAgent, appoint
from amphi.records.audit import COMMAND_LINE
from amphi.records.tables.people import accounts, second_factors
from amphi.rules.ids import PersonId
from tests.http.house import PASSWORD, House, is_problem

EMAIL = "agnes@ars.example"
OTHER = "bois tulipe orage vélo"
STEP = 30


async def appointed(house: House, email: str = EMAIL, territory: str = "Île-de-France") -> PersonId:
    async with house.theatre.database.transaction() as connection:
        return await appoint(connection, COMMAND_LINE, NewAgent("Agnès", email, territory))


async def come_by_link(house: House, client: httpx2.AsyncClient, person: PersonId) -> None:
    link = await house.links.issue(person)
    assert (await client.post("/admin/api/sign-in/link", json={"link": link})).status_code == 200


async def enrolment(client: httpx2.AsyncClient) -> tuple[pyotp.TOTP, dict[str, str]]:
    """The phone, and the form as the page offers it."""
    text = (await client.get("/admin/enrolment")).text
    (sealed,) = re.findall(r'name="sealed" value="([^"]+)"', text)
    (key,) = re.findall(r"data-secret>([A-Z2-7 ]+)<", text)
    return pyotp.TOTP(key.replace(" ", "")), {"sealed": sealed, "password": PASSWORD}


async def enrolled(house: House, client: httpx2.AsyncClient) -> pyotp.TOTP:
    """Somebody with password and phone, signed in by having enrolled."""
    phone, _ = await enrolled_by(house, client)
    return phone


async def enrolled_by(house: House, client: httpx2.AsyncClient) -> tuple[pyotp.TOTP, str]:
    """The same, with the code that proved it."""
    await come_by_link(house, client, await appointed(house))
    phone, form = await enrolment(client)
    code = phone.now()
    answer = await client.post("/admin/enrolment", data=form | {"code": code})
    assert answer.status_code == 303, answer.text
    return phone, code


async def sign_in(client: httpx2.AsyncClient, code: str, **changes: str) -> httpx2.Response:
    body = {"email": EMAIL, "password": PASSWORD, "code": code}
    return await client.post("/admin/api/sign-in", json=body | changes)


def later(phone: pyotp.TOTP) -> str:
    """The next code, which clocks within a step of ours show."""
    return str(phone.at(int(time.time()) + STEP))


async def test_a_code_signs_in_once(house: House) -> None:
    async with house.at_the_console() as first, house.at_the_console() as client:
        phone, shown = await enrolled_by(house, first)
        used = await sign_in(client, shown)
        assert is_problem(used, 401, "operator_sign_in_refused")
        code = later(phone)
        assert (await sign_in(client, code)).status_code == 200
        assert (await client.get("/admin/api/me")).json()["name"] == "Agnès"
        assert is_problem(await sign_in(client, code), 401, "operator_sign_in_refused")


@pytest.mark.parametrize(
    "changes",
    [{"email": "nobody@ars.example"}, {"password": OTHER}, {"code": "000000"}, {"code": ""}],
)
async def test_whatever_is_wrong_the_answer_is_the_same(
    house: House, changes: dict[str, str]
) -> None:
    async with house.at_the_console() as first, house.at_the_console() as client:
        phone = await enrolled(house, first)
        typed = {"email": EMAIL, "password": PASSWORD, "code": later(phone)} | changes
        answer = await client.post("/admin/api/sign-in", json=typed)
    assert is_problem(answer, 401, "operator_sign_in_refused")


async def test_an_interns_password_opens_no_console(house: House) -> None:
    await house.account(1)
    async with house.at_the_console() as client:
        answer = await sign_in(client, "123456", email="i1@example.org")
    assert is_problem(answer, 401, "operator_sign_in_refused")


async def test_whoever_knows_the_password_tries_five_codes_and_waits(house: House) -> None:
    async with house.at_the_console() as first, house.at_the_console() as client:
        await enrolled(house, first)  # the first of the five
        for _ in range(4):
            assert (await sign_in(client, "000000")).status_code == 401
        assert is_problem(await sign_in(client, "000000"), 429, "too_many_attempts")
        refused = await first.get("/admin/api/journal")
    kinds = [line["what"] for line in refused.json()["items"]]
    assert kinds.count("sign_in_code_refused") == 4


async def test_before_password_and_phone_nothing_is_done(house: House) -> None:
    async with house.at_the_console() as client:
        await come_by_link(house, client, await appointed(house))
        assert is_problem(await client.get("/admin/api/amphis"), 403, "enrolment_needed")
        page = await client.get("/admin/journal")
        assert (page.status_code, page.headers["location"]) == (303, "/admin/enrolment")
        out = await client.post("/admin/sign-out")
    assert (out.status_code, out.headers["location"]) == (303, "/admin/sign-in?done=signed_out")


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"password": "court"}, 422, "au moins 12 caractères"),
        ({"password": "agnesagnesagnes"}, 422, "se devine trop facilement"),
        ({"code": "000000"}, 422, "Ce code n&#39;est pas le bon"),
        ({"sealed": "x"}, 409, "restée ouverte trop longtemps"),
    ],
)
async def test_an_enrolment_that_is_wrong_keeps_nothing(
    house: House, changes: dict[str, str], status: int, said: str
) -> None:
    async with house.at_the_console() as client:
        await come_by_link(house, client, await appointed(house))
        phone, form = await enrolment(client)
        answer = await client.post("/admin/enrolment", data=form | {"code": phone.now()} | changes)
    assert answer.status_code == status
    assert said in answer.text
    assert await stored(house) == (None, None)


async def stored(house: House) -> tuple[Any, Any]:
    """Password and second factor as the rows have them."""
    async with house.theatre.database.connection() as connection:
        password = select(accounts.c.password_hash).where(accounts.c.email == EMAIL)
        factor = select(second_factors.c.sealed)
        return (
            (await connection.execute(password)).scalar_one(),
            (await connection.execute(factor)).scalar_one_or_none(),
        )


async def test_the_secret_is_stored_sealed(house: House) -> None:
    async with house.at_the_console() as client:
        phone = await enrolled(house, client)
    password, factor = await stored(house)
    assert password.startswith("$argon2id$")
    assert phone.secret not in factor


async def test_a_secret_proposed_to_somebody_else_is_not_taken(house: House) -> None:
    async with house.at_the_console() as one, house.at_the_console() as two:
        await come_by_link(house, one, await appointed(house))
        await come_by_link(house, two, await appointed(house, "bruno@ars.example"))
        phone, form = await enrolment(two)
        answer = await one.post("/admin/enrolment", data=form | {"code": phone.now()})
    assert answer.status_code == 409


async def test_another_phone_needs_the_present_password_and_ends_other_sign_ins(
    house: House,
) -> None:
    async with house.at_the_console() as client, house.at_the_console() as elsewhere:
        phone = await enrolled(house, client)
        assert (await sign_in(elsewhere, later(phone))).status_code == 200
        fresh, form = await enrolment(client)
        form |= {"code": fresh.now(), "password": OTHER}
        without = await client.post("/admin/enrolment", data=form)
        assert (without.status_code, "mot de passe actuel" in without.text) == (422, True)
        changed = await client.post("/admin/enrolment", data=form | {"current": PASSWORD})
        assert changed.status_code == 303
        assert (await client.get("/admin/api/me")).status_code == 200
        assert is_problem(await elsewhere.get("/admin/api/me"), 401, "sign_in_needed")
        old = await sign_in(elsewhere, later(fresh))
        assert is_problem(old, 401, "operator_sign_in_refused")
        assert (await sign_in(elsewhere, later(fresh), password=OTHER)).status_code == 200


# --- colleagues -------------------------------------------------------------


async def test_an_agent_adds_a_colleague_of_the_own_ars(house: House) -> None:
    async with house.operator("Bruno") as bruno, house.at_the_console() as client:
        added = await bruno.post("/admin/operators", data={"name": "Agnès", "email": EMAIL})
        (link,) = re.findall(r"sign-in\?link=([\w-]+)", added.text)
        twice = await bruno.post("/admin/operators", data={"name": "Agnès", "email": EMAIL})
        landed = await client.post("/admin/sign-in", data={"link": link})
        assert landed.status_code == 303
        assert is_problem(await client.get("/admin/api/me"), 403, "enrolment_needed")
    assert twice.status_code == 409


@pytest.mark.parametrize(
    ("data", "status"),
    [({"name": " ", "email": EMAIL}, 422), ({"name": "A", "email": "x"}, 422), ({}, 422)],
)
async def test_a_colleague_without_name_or_address_is_not_added(
    house: House, data: dict[str, str], status: int
) -> None:
    async with house.operator("Bruno") as bruno:
        assert (await bruno.post("/admin/operators", data=data)).status_code == status


async def test_an_agent_dismissed_is_out_at_once_and_may_be_taken_back(house: House) -> None:
    async with house.at_the_console() as agnes, house.operator("Bruno") as bruno:
        await enrolled(house, agnes)
        person = await appointed_person(house)
        path = f"/admin/operators/{person}/dismissal"
        assert (await bruno.post(path, data={"why": " "})).status_code == 422
        assert (await bruno.post(path, data={"why": "Mutée"})).status_code == 303
        assert is_problem(await agnes.get("/admin/api/me"), 401, "sign_in_needed")
        back = await bruno.post("/admin/operators", data={"name": "Agnès", "email": EMAIL})
    assert back.status_code == 200


async def appointed_person(house: House) -> str:
    async with house.theatre.database.connection() as connection:
        query = select(accounts.c.person).where(accounts.c.email == EMAIL)
        return str((await connection.execute(query)).scalar_one())


async def test_nobody_dismisses_oneself(house: House) -> None:
    async with house.at_the_console() as agnes:
        await enrolled(house, agnes)
        path = f"/admin/operators/{await appointed_person(house)}/dismissal"
        answer = await agnes.post(path, data={"why": "Retraite"})
        assert answer.status_code == 409
        assert (await agnes.get("/admin/api/me")).status_code == 200


@pytest.mark.parametrize("gesture", ["recovery", "dismissal"])
async def test_another_ars_has_no_hand_on_our_agents(house: House, gesture: str) -> None:
    async with house.at_the_console() as agnes, house.operator("Loin", "Bretagne") as foreign:
        await enrolled(house, agnes)
        path = f"/admin/operators/{await appointed_person(house)}/{gesture}"
        assert (await foreign.post(path, data={"why": "x"})).status_code == 404
        assert (await agnes.get("/admin/api/me")).status_code == 200


async def test_another_page_cannot_make_an_agent_act(house: House) -> None:
    async with house.operator("Bruno") as bruno:
        headers = {"origin": "https://evil.example"}
        for path in ("/admin/operators", "/admin/enrolment", "/admin/sign-out"):
            answer = await bruno.post(path, data={"name": "X", "email": EMAIL}, headers=headers)
            assert is_problem(answer, 403, "wrong_origin")
        cross = {"sec-fetch-site": "cross-site"}
        answer = await bruno.post("/admin/operators", data={"name": "X"}, headers=cross)
    assert is_problem(answer, 403, "wrong_origin")


async def test_only_an_agent_is_helped_back_never_an_intern(house: House) -> None:
    await house.account(1)
    person = house.theatre.persons[0]
    async with house.operator("Bruno") as bruno, house.at_the_site() as intern:
        answer = await bruno.post(f"/admin/operators/{person}/recovery", data={"why": "x"})
        assert answer.status_code == 404
        typed = {"email": "i1@example.org", "password": PASSWORD}
        assert (await intern.post("/api/sign-in", json=typed)).status_code == 200
