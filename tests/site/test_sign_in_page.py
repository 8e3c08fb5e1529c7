"""Signing in and out by the pages' forms (DCI §3)."""

import pytest

from amphi.http.own_paths import own_path
from tests.http.house import PASSWORD, SITE, House
from tests.site.reading_pages import AS_A_BROWSER, visit, words

GOOD = {"email": "i1@example.org", "password": PASSWORD}


@pytest.mark.parametrize(
    ("wanted", "path"),
    [
        ("/amphis/x?as=proxy#p", "/amphis/x?as=proxy#p"),
        ("/", "/"),
        ("", "/otherwise"),
        ("//evil.example", "/otherwise"),
        ("/\\evil.example", "/otherwise"),
        ("\\\\evil.example", "/otherwise"),
        ("https://evil.example/", "/otherwise"),
        ("javascript:alert(1)", "/otherwise"),
        ("/\tfoo", "/otherwise"),
        ("/\n/evil.example", "/otherwise"),
        (" //evil.example", "/otherwise"),
        ("/é", "/otherwise"),
        ("/" + "a" * 3000, "/otherwise"),
        ("///evil.example", "/otherwise"),
        ("//[::1", "/otherwise"),
    ],
)
def test_one_goes_on_to_ones_own_paths_only(wanted: str, path: str) -> None:
    assert own_path(wanted, "/otherwise") == path


async def test_an_expired_sign_in_keeps_where_one_was_going(house: House) -> None:
    await house.account(1)
    async with house.at_the_site() as client:
        client.cookies.set("amphi-site", "a-token-of-yesterday")
        page = await visit(client, "/sign-in?next=/amphis?regime=BASE")
        assert "vous reviendrez à la page demandée" in words(page)
        assert 'name="next" value="/amphis?regime=BASE"' in page
        form = GOOD | {"next": "/amphis?regime=BASE"}
        signed_in = await client.post("/sign-in", data=form, headers=AS_A_BROWSER)
    assert signed_in.status_code == 303
    assert signed_in.headers["location"] == "/amphis?regime=BASE"
    cookie = signed_in.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


async def test_nobody_learns_who_exists(house: House) -> None:
    await house.account(1)
    async with house.at_the_site() as client:
        wrong = await client.post("/sign-in", data=GOOD | {"password": "wrong"})
        unknown = await client.post("/sign-in", data=GOOD | {"email": "nobody@example.org"})
    assert wrong.status_code == unknown.status_code == 401
    assert "L'adresse ou le mot de passe n'est pas le bon." in words(wrong.text)
    same = unknown.text.replace("nobody@example.org", GOOD["email"])
    assert wrong.text == same
    assert "set-cookie" not in wrong.headers | unknown.headers


async def test_whoever_is_signed_in_goes_on_at_once(house: House) -> None:
    async with house.intern(1) as me:
        for wanted, to in (("", "/"), ("?next=/posts", "/posts"), ("?next=//evil.example", "/")):
            answer = await me.get(f"/sign-in{wanted}", headers=AS_A_BROWSER)
            assert (answer.status_code, answer.headers["location"]) == (303, to)


async def test_sent_twice_a_sign_in_is_one_and_the_former_ends(house: House) -> None:
    async with house.intern(1) as me:
        former = dict(me.cookies)
        assert (await me.post("/sign-in", data=GOOD)).status_code == 303
        assert (await me.get("/api/me")).status_code == 200
        assert dict(me.cookies) != former
    async with house.at_the_site() as thief:
        thief.cookies.update(former)
        assert (await thief.get("/api/me")).status_code == 401


async def test_signing_out_ends_this_device_and_pressed_twice_says_the_same(house: House) -> None:
    async with house.intern(1) as me, house.at_the_site() as phone:
        await phone.post("/sign-in", data=GOOD)
        for _ in range(2):
            answer = await me.post("/sign-out", headers=AS_A_BROWSER)
            assert (answer.status_code, answer.headers["location"]) == (303, "/?done=signed_out")
        assert "Vous êtes déconnecté." in words(await visit(me, "/?done=signed_out"))
        assert (await me.get("/api/me")).status_code == 401
        assert (await phone.get("/api/me")).status_code == 200


async def test_signing_out_everywhere_ends_every_device(house: House) -> None:
    async with house.intern(1) as me, house.at_the_site() as phone:
        await phone.post("/sign-in", data=GOOD)
        assert (await phone.get("/api/me")).status_code == 200
        assert (await me.post("/sign-out/everywhere")).status_code == 303
        assert (await me.get("/api/me")).status_code == 401
        assert (await phone.get("/api/me")).status_code == 401
        assert (await phone.post("/sign-out/everywhere")).status_code == 303


async def test_a_form_of_another_page_changes_nothing(house: House) -> None:
    evil = AS_A_BROWSER | {"origin": "https://evil.example"}
    async with house.intern(1) as me:
        for address in ("/sign-out", "/sign-out/everywhere", "/sign-in"):
            answer = await me.post(address, headers=evil, data=GOOD)
            assert answer.status_code == 403
            assert "vient d'une autre page que les nôtres" in words(answer.text)
        assert (await me.get("/sign-out", headers=AS_A_BROWSER)).status_code == 405
        assert (await me.get("/api/me")).status_code == 200


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b'{"email":"x"}', "application/json", 400),
        (b"email=%00&password=x", "application/x-www-form-urlencoded", 400),
        (b"email=\xff&password=x", "application/x-www-form-urlencoded", 400),
        (b"email=" + b"a" * 300, "application/x-www-form-urlencoded", 400),
        (b"a=" + b"a" * 70_000, "application/x-www-form-urlencoded", 413),
        (b"", "application/x-www-form-urlencoded", 401),
        (b"email=a&email=b&colour=blue", "application/x-www-form-urlencoded", 401),
    ],
)
async def test_a_hand_made_form_is_refused_in_order(
    house: House, content: bytes, kind: str, status: int
) -> None:
    headers = AS_A_BROWSER | {"content-type": kind, "origin": SITE}
    async with house.at_the_site() as client:
        answer = await client.post("/sign-in", content=content, headers=headers)
    assert answer.status_code == status
    assert "<h1>" in answer.text


async def test_too_many_attempts_are_told_on_the_page(house: House) -> None:
    async with house.at_the_site() as client:
        answers = [await client.post("/sign-in", data=GOOD) for _ in range(6)]
    assert [each.status_code for each in answers] == [401] * 5 + [429]
    assert int(answers[-1].headers["retry-after"]) > 0
    assert "Trop d'essais à la suite." in words(answers[-1].text)
