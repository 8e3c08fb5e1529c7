"""A proxy granted, accepted by the mailed link, cancelled (DCI §6), through a real conductor."""

import httpx2
import pytest
from sqlalchemy import update

from amphi.live_store.connection import Store
from amphi.live_store.feed import Feed
from amphi.live_store.inbox import Inbox
from amphi.records.accounts import account_of
from amphi.records.mine import entries_of
from amphi.records.tables.people import accounts
from amphi.rules.choosing.events import ProxyAccepted, ProxyCancelled, ProxyGranted
from tests.http.house import PASSWORD, House, is_problem
from tests.live.amphitheatre import Amphitheatre, conducted

HOLDER = "marcel.proust@example.org"
NEW = "madeleine trempée dans le thé"


async def granted(house: House, client: httpx2.AsyncClient, email: str = HOLDER) -> str:
    """The link in the holder's mail."""
    asked = {"amphi": house.theatre.amphi, "email": email, "phone": "0601020304"}
    answer = await client.post("/api/me/proxy", json=asked)
    assert answer.status_code == 200, answer.text
    (event,) = await house.theatre.events(ProxyGranted)
    return house.mailed.to_accept(event.proxy, email)


async def validated(house: House) -> None:
    assert (await house.theatre.gesture("validate")).code is None


async def test_the_grantor_is_reminded_of_the_holder_and_the_journal_never_knows_him(
    lively: House,
) -> None:
    await validated(lively)
    async with lively.intern(1) as client:
        await granted(lively, client)
        (mine,) = (await client.get("/api/me")).json()["entries"]
    assert mine["proxy"] == {"state": "pending", "holder": HOLDER}
    async with lively.theatre.database.connection() as connection:
        texts = await connection.exec_driver_sql("SELECT text FROM journal")
        assert not any("proust" in row.text for row in texts)


async def test_the_same_request_with_the_same_key_is_one_grant(lively: House) -> None:
    await validated(lively)
    asked = {"amphi": lively.theatre.amphi, "email": HOLDER}
    key = {"idempotency-key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}
    async with lively.intern(1) as client:
        first = await client.post("/api/me/proxy", json=asked, headers=key)
        again = await client.post("/api/me/proxy", json=asked, headers=key)
        another = await client.post("/api/me/proxy", json=asked)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert is_problem(another, 409, "proxy_exists")


async def test_a_new_holder_chooses_a_password_and_signs_in(lively: House) -> None:
    await validated(lively)
    async with lively.intern(1) as client:
        link = await granted(lively, client)
    async with lively.at_the_site() as client:
        without = await client.post("/api/proxy/accept", json={"link": link})
        assert is_problem(without, 422, "password_needed")
        weak = await client.post("/api/proxy/accept", json={"link": link, "password": "court"})
        assert is_problem(weak, 422, "password_too_short")
        own_name = {"link": link, "password": "marcel.proust"}
        assert is_problem(
            await client.post("/api/proxy/accept", json=own_name), 422, "password_guessable"
        )
        assert await lively.theatre.events(ProxyAccepted) == []
        done = await client.post("/api/proxy/accept", json={"link": link, "password": NEW})
        assert done.status_code == 200
        again = await client.post("/api/proxy/accept", json={"link": link, "password": NEW})
        assert is_problem(again, 409, "proxy_already_accepted")
        signed_in = await client.post("/api/sign-in", json={"email": HOLDER, "password": NEW})
        assert signed_in.status_code == 200
        me = (await client.get("/api/me")).json()
    assert me["entries"] == []
    (held,) = me["held"]
    assert (held["entry"], held["last_name"]) == (lively.theatre.entries[0], "NOM1")
    assert {"choice_status", "extra_seconds"}.isdisjoint(held)


async def test_an_intern_of_the_amphi_holds_one_with_the_account_he_has(lively: House) -> None:
    """ "one account, two roles, no second sign-in" (live-rules.md §6): his password stays his."""
    await validated(lively)
    async with lively.intern(1) as grantor, lively.intern(2) as holder:
        link = await granted(lively, grantor, "i2@example.org")
        sent = {"link": link, "password": "somebody else's idea"}
        async with lively.at_the_site() as anybody:
            assert (await anybody.post("/api/proxy/accept", json=sent)).status_code == 200
        me = (await holder.get("/api/me")).json()
        places = (await holder.get(f"/api/amphis/{lively.theatre.amphi}")).json()["places"]
        again = await holder.post(
            "/api/sign-in", json={"email": "i2@example.org", "password": PASSWORD}
        )
    assert [each["call_rank"] for each in (*me["entries"], *me["held"])] == [2, 1]
    assert [each["role"] for each in places] == ["intern", "proxy"]
    assert again.status_code == 200


async def test_an_intern_without_account_gets_one_and_stays_the_same_person(lively: House) -> None:
    await validated(lively)
    async with lively.intern(1) as grantor:
        link = await granted(lively, grantor, "i3@example.org")
    async with lively.at_the_site() as client:
        answer = await client.post("/api/proxy/accept", json={"link": link, "password": NEW})
    assert answer.status_code == 200
    async with lively.theatre.database.connection() as connection:
        account = await account_of(connection, "i3@example.org")
        assert account is not None
        assert account.person == lively.theatre.persons[2]
        assert len(await entries_of(connection, account.person)) == 1


async def test_a_password_chosen_by_a_link_ends_remembered_sign_ins_at_once(lively: House) -> None:
    await validated(lively)
    async with lively.intern(1) as grantor, lively.intern(2) as before:
        assert (await before.get("/api/me")).status_code == 200  # remembered from now on
        async with lively.theatre.database.transaction() as connection:
            forgotten = update(accounts).where(accounts.c.person == lively.theatre.persons[1])
            await connection.execute(forgotten.values(password_hash=None))
        link = await granted(lively, grantor, "i2@example.org")
        async with lively.at_the_site() as client:
            answer = await client.post("/api/proxy/accept", json={"link": link, "password": NEW})
        assert answer.status_code == 200
        assert is_problem(await before.get("/api/me"), 401, "sign_in_needed")


async def test_a_cancelled_grant_gives_the_choice_back_and_its_link_is_dead(lively: House) -> None:
    await validated(lively)
    address = f"/api/me/proxy?amphi={lively.theatre.amphi}"
    async with lively.intern(1) as client:
        link = await granted(lively, client)
        assert (await client.delete(address)).status_code == 200
        assert is_problem(await client.delete(address), 404, "no_proxy")
        dead = await client.post("/api/proxy/accept", json={"link": link, "password": NEW})
    assert is_problem(dead, 404, "unknown_link")
    assert len(await lively.theatre.events(ProxyCancelled)) == 1


@pytest.mark.parametrize("email", ["", "marcel", "a@b@c", "a b@c.fr", "a@c.fr\nBcc: x@y.fr"])
async def test_a_holder_without_a_real_address_is_refused(lively: House, email: str) -> None:
    await validated(lively)
    async with lively.intern(1) as client:
        asked = {"amphi": lively.theatre.amphi, "email": email}
        assert is_problem(await client.post("/api/me/proxy", json=asked), 422, "bad_email")


async def test_refusals_of_the_conductor_come_through(lively: House) -> None:
    asked = {"amphi": lively.theatre.amphi, "email": HOLDER}
    async with lively.intern(1) as first, lively.intern(2) as second:
        too_early = await first.post("/api/me/proxy", json=asked)
        assert is_problem(too_early, 409, "amphi_not_validated")
        await validated(lively)
        await granted(lively, first)
        taken = await second.post("/api/me/proxy", json=asked | {"email": HOLDER.upper()})
        assert is_problem(taken, 409, "holder_already_taken")
        foreign = await first.post("/api/me/proxy", json=asked | {"amphi": "unknown"})
        assert is_problem(foreign, 404, "unknown_amphi")


@pytest.mark.parametrize("link", ["", "x", "WyJhIiwiYiJd.aR.bbb"])
async def test_a_link_that_we_did_not_send_opens_nothing(house: House, link: str) -> None:
    async with house.at_the_site() as client:
        answer = await client.post("/api/proxy/accept", json={"link": link, "password": NEW})
    assert is_problem(answer, 404, "unknown_link")


async def test_with_redis_away_a_grant_is_frozen(house: House, theatre: Amphitheatre) -> None:
    async with conducted(theatre):
        await validated(house)
    async with Store.at("redis://127.0.0.1:1/0") as nowhere:
        without = House(theatre, asks=Feed(nowhere, Inbox(nowhere)))
        async with without.intern(1) as client:
            asked = {"amphi": theatre.amphi, "email": HOLDER}
            answer = await client.post("/api/me/proxy", json=asked)
    assert is_problem(answer, 503, "amphi_frozen")


async def test_without_an_answer_in_time_an_address_is_given_where_it_will_be_found(
    house: House, theatre: Amphitheatre
) -> None:
    """Nobody conducts for 5 s; then somebody does, and finds the letter."""
    async with conducted(theatre):
        await validated(house)
    async with house.intern(1) as client, house.intern(2) as another:
        asked = {"amphi": theatre.amphi, "email": HOLDER}
        answer = await client.post("/api/me/proxy", json=asked, headers={"idempotency-key": "k1"})
        assert answer.status_code == 202
        look = answer.headers["location"]
        assert look == f"/api/commands/{theatre.offer}/k1" == answer.json()["look"]
        assert is_problem(await client.get(look), 404, "not_accepted_yet")
        async with conducted(theatre):
            again = await client.post(
                "/api/me/proxy", json=asked, headers={"idempotency-key": "k1"}
            )
        assert again.status_code == 200
        assert (await client.get(look)).json() == again.json()
        assert is_problem(await another.get(look), 404, "not_accepted_yet")
    assert len(await theatre.events(ProxyGranted)) == 1


async def test_the_mailed_address_is_a_page_whose_button_accepts(lively: House) -> None:
    """No script needed, and opening the page accepts nothing."""
    await validated(lively)
    async with lively.intern(1) as client:
        link = await granted(lively, client)
    async with lively.at_the_site() as client:
        landing = await client.get("/proxy/accept", params={"link": link})
        assert f'value="{link}"' in landing.text
        assert await lively.theatre.events(ProxyAccepted) == []
        weak = await client.post("/proxy/accept", data={"link": link, "password": "court"})
        assert weak.status_code == 422
        assert "au moins 12 caractères" in weak.text
        done = await client.post("/proxy/accept", data={"link": link, "password": NEW})
        assert done.status_code == 200
        assert "a été activé" in done.text
        again = await client.post("/proxy/accept", data={"link": link, "password": NEW})
        assert again.status_code == 409
        assert "déjà acceptée" in again.text
        forged = await client.post("/proxy/accept", data={"link": '"><script>', "password": NEW})
        assert forged.status_code == 404
        assert "<script" not in forged.text
    assert len(await lively.theatre.events(ProxyAccepted)) == 1
