"""Signing in and out, what one sees of oneself, tickets (protocol.md §2, DCI §3, §4)."""

import httpx2
import pytest

from amphi.http.sign_ins import LIFETIME, token_hash
from amphi.live_store.connection import Store
from amphi.live_store.rate_limits import RateLimits
from amphi.live_store.tickets import Tickets
from amphi.records.accounts import SignedIn, open_session, revoke_all
from tests.http.house import PASSWORD, House, is_problem
from tests.live.amphitheatre import Amphitheatre

PERSONAL = [
    ("GET", "/api/me"),
    ("POST", "/api/tickets"),
    ("POST", "/api/me/proxy"),
    ("DELETE", "/api/me/proxy?amphi=a"),
    ("GET", "/api/commands/o/c"),
]


async def sign_in(client: httpx2.AsyncClient, email: str, password: str) -> httpx2.Response:
    return await client.post("/api/sign-in", json={"email": email, "password": password})


async def test_whoever_is_unknown_or_has_another_password_is_told_the_same(house: House) -> None:
    await house.account(1)
    async with house.at_the_site() as client:
        wrong = await sign_in(client, "i1@example.org", "not the password")
        unknown = await sign_in(client, "nobody@example.org", "not the password")
    assert is_problem(wrong, 401, "sign_in_refused")
    assert wrong.content == unknown.content
    assert wrong.headers == unknown.headers
    assert "set-cookie" not in wrong.headers


async def test_capitals_and_spaces_of_an_address_do_not_matter(house: House) -> None:
    await house.account(1)
    async with house.at_the_site() as client:
        answer = await sign_in(client, " I1@Example.ORG ", PASSWORD)
    assert answer.json() == {"role": "intern"}
    assert "httponly" in answer.headers["set-cookie"].lower()


async def test_the_token_itself_is_stored_nowhere(house: House) -> None:
    async with house.intern(1) as client:
        token = client.cookies["amphi-site"]
    assert len(token) >= 43  # 256 bits
    async with house.theatre.database.connection() as connection:
        rows = await connection.exec_driver_sql("SELECT token_hash FROM login_sessions")
        assert [row.token_hash for row in rows] == [token_hash(token)]


async def test_signed_out_is_signed_out_also_for_whoever_kept_the_cookie(house: House) -> None:
    async with house.intern(1) as client:
        assert (await client.get("/api/me")).status_code == 200
        token = client.cookies["amphi-site"]
        assert (await client.post("/api/sign-out")).status_code == 204
        assert is_problem(await client.get("/api/me"), 401, "sign_in_needed")
        client.cookies.set("amphi-site", token)
        assert is_problem(await client.get("/api/me"), 401, "sign_in_needed")
        assert (await client.post("/api/sign-out")).status_code == 204


async def test_a_revoked_sign_in_ends_within_a_minute_and_at_once_without_the_cache(
    house: House, theatre: Amphitheatre
) -> None:
    async with house.intern(1) as client:
        async with theatre.database.transaction() as connection:
            await revoke_all(connection, theatre.persons[0])
        await theatre.store.call("FLUSHDB")
        assert is_problem(await client.get("/api/me"), 401, "sign_in_needed")


@pytest.mark.parametrize(("method", "path"), PERSONAL)
async def test_what_is_personal_needs_a_sign_in(house: House, method: str, path: str) -> None:
    async with house.at_the_site() as client:
        assert is_problem(await client.request(method, path), 401, "sign_in_needed")
        client.cookies.set("amphi-site", "forged")
        assert is_problem(await client.request(method, path), 401, "sign_in_needed")


@pytest.mark.parametrize(("method", "path"), PERSONAL)
async def test_an_operators_sign_in_is_none_at_the_site(
    house: House, method: str, path: str
) -> None:
    async with house.operator() as console, house.at_the_site() as client:
        client.cookies.set("amphi-site", console.cookies["amphi-console"])
        assert is_problem(await client.request(method, path), 401, "sign_in_needed")


async def test_i_see_my_line_with_all_that_is_mine_and_nobody_keeps_it(lively: House) -> None:
    await lively.theatre.open()
    await lively.theatre.choose(1, "P2")
    async with lively.intern(1) as client:
        answer = await client.get("/api/me")
    me = answer.json()
    assert answer.headers["cache-control"] == "no-store"
    assert (me["first_name"], me["last_name"]) == ("Prénom1", "NOM1")
    assert me["held"] == []
    (mine,) = me["entries"]
    assert mine["entry"] == lively.theatre.entries[0]
    assert (mine["call_rank"], mine["session"], mine["post"]) == (1, 1, "P2")
    assert mine["choice_status"] == "STANDARD"
    assert len(mine["receipt"]) == 64
    assert mine["proxy"] is None
    assert "person" not in mine


async def test_an_amphi_tells_me_my_place_and_who_is_ahead(lively: House) -> None:
    await lively.theatre.open()
    async with lively.intern(3) as client:
        amphi = (await client.get(f"/api/amphis/{lively.theatre.amphi}")).json()
    assert amphi["phase"] == "RUNNING"
    (place,) = amphi["places"]
    assert place == {
        "role": "intern",
        "entry": lively.theatre.entries[2],
        "call_rank": 3,
        "session": 1,
        "ahead": 2,
    }


async def test_a_ticket_lets_me_in_once(house: House) -> None:
    async with house.intern(1) as client:
        answer = await client.post("/api/tickets", json={"amphi": house.theatre.amphi})
        assert is_problem(
            await client.post("/api/tickets", json={"amphi": "unknown"}), 404, "unknown_amphi"
        )
        assert is_problem(await client.post("/api/tickets", json={}), 400, "bad_request")
    tickets = Tickets(house.theatre.store)
    whose = await tickets.redeem(answer.json()["ticket"])
    assert whose is not None
    assert (whose.person, whose.role) == (house.theatre.persons[0], "intern")
    assert answer.json()["expires_at"].endswith("Z")
    assert await tickets.redeem(answer.json()["ticket"]) is None


async def test_who_goes_on_trying_waits_longer_and_longer(house: House) -> None:
    await house.account(1)
    async with house.at_the_site() as client:
        assert (await made_to_wait(client, "i1@example.org")).status_code == 429
        answer = await sign_in(client, "i1@example.org", PASSWORD)
        assert is_problem(answer, 429, "too_many_attempts")
        assert int(answer.headers["retry-after"]) >= 1
        nobody = await made_to_wait(client, "nobody@example.org")
        assert is_problem(nobody, 429, "too_many_attempts")


async def made_to_wait(client: httpx2.AsyncClient, email: str) -> httpx2.Response:
    """The answer after which one waits. A slow machine may need the long limit, twenty an hour."""
    answers = [await sign_in(client, email, "not the password")]
    while answers[-1].status_code != 429 and len(answers) < 25:
        answers.append(await sign_in(client, email, "not the password"))
    return answers[-1]


async def test_with_redis_away_nobody_signs_in_and_who_is_stays_so(
    house: House, theatre: Amphitheatre
) -> None:
    await house.account(2)
    async with Store.at("redis://127.0.0.1:1/0") as nowhere:
        without = House(theatre, limits=RateLimits(nowhere))
        async with without.at_the_site() as client:
            answer = await sign_in(client, "i2@example.org", PASSWORD)
    assert is_problem(answer, 503, "unavailable")
    assert answer.headers["retry-after"] == "2"


async def test_an_expired_sign_in_is_none(house: House, theatre: Amphitheatre) -> None:
    async with theatre.database.transaction() as connection:
        who = SignedIn(theatre.persons[0], "intern")
        await open_session(connection, token_hash("old"), who, -LIFETIME)
    async with house.at_the_site() as client:
        client.cookies.set("amphi-site", "old")
        assert is_problem(await client.get("/api/me"), 401, "sign_in_needed")
