"""Cookies, passwords, mailed links, growing delays."""

import time
from datetime import timedelta

import pytest
from starlette.responses import Response

from amphi.http.attempts import Attempt, admit
from amphi.http.cookies import SignInCookie, cookie_name
from amphi.http.mailed_links import MailedLinks
from amphi.http.passwords import Passwords
from amphi.live_store.rate_limits import RateLimits
from amphi.rules.accounts import is_email, password_refusal
from amphi.rules.refusals import Refused
from tests.live.amphitheatre import Amphitheatre


def test_cookies_are_bound_to_the_host_under_https_and_plain_on_loopback() -> None:
    assert cookie_name("site", "https://choix.example.org") == "__Host-amphi-site"
    assert cookie_name("console", "https://choix.example.org") == "__Host-amphi-console"
    assert cookie_name("site", "http://127.0.0.1:8000") == "amphi-site"


@pytest.mark.parametrize("https", [True, False])
def test_no_script_reads_a_cookie_and_no_other_page_sends_it_with_a_post(https: bool) -> None:
    response = Response()
    SignInCookie("a", https, timedelta(hours=1)).give(response, "token")
    cookie = response.headers["set-cookie"].lower()
    assert {"httponly", "samesite=lax", "path=/", "max-age=3600"} <= set(cookie.split("; "))
    assert ("secure" in cookie) == https
    assert "domain" not in cookie


async def test_the_right_password_fits_and_no_other_and_nobody_has_one_without_account() -> None:
    passwords = Passwords()
    stored = await passwords.hashed("cheval agrafe pile correct")
    assert stored.startswith("$argon2id$")
    assert await passwords.right("cheval agrafe pile correct", stored)
    assert not await passwords.right("cheval agrafe pile faux", stored)
    assert not await passwords.right("nobody has this password", None)
    assert not await passwords.right("anything at all", "not a hash")


async def test_it_takes_as_long_whoever_exists() -> None:
    """A ratio in one run: the work is argon2id's in both cases."""
    passwords = Passwords()
    stored = await passwords.hashed("cheval agrafe pile correct")
    took: dict[str, float] = {}
    for who, hashed in (
        ("somebody", stored),
        ("nobody", None),
        ("somebody", stored),
        ("nobody", None),
    ):
        began = time.process_time()
        await passwords.right("wrong password entirely", hashed)
        took[who] = min(took.get(who, 9.0), time.process_time() - began)
    assert 0.3 < took["nobody"] / took["somebody"] < 3


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "password_needed"),
        ("elevencharS", "password_too_short"),
        ("x" * 257, "password_too_long"),
        ("motdepasse2026", "password_guessable"),
        ("M0tdeP4sse!!!", "password_guessable"),
        ("azertyuiop123", "password_guessable"),
        ("abababababababab", "password_guessable"),
        ("emile.zola.1840", "password_guessable"),
        ("pharmacieparis75", "password_guessable"),
        ("cheval agrafe pile", None),
        ("kX7#mmP0qqLz1", None),
    ],
)
def test_a_password_is_long_and_not_guessed_at_once(password: str, code: str | None) -> None:
    refusal = password_refusal(password, "emile.zola@exemple.fr", "Emile")
    assert (refusal and refusal.code) == code


def test_an_address_has_two_sides_and_no_header_hides_in_it() -> None:
    assert is_email("emile.zola@exemple.fr")
    for wrong in ("emile", "a@b@c.fr", "a b@c.fr", "a@c.fr\nBcc: d@e.fr", "@c.fr", "a@", "a@c..fr"):
        assert not is_email(wrong)


def test_a_mailed_link_says_which_grant_and_to_whom_and_cannot_be_made_without_the_secret() -> None:
    links = MailedLinks("one secret")
    token = links.to_accept("grant", "holder@exemple.fr")
    offered = links.offered(token)
    assert (offered.proxy, offered.email) == ("grant", "holder@exemple.fr")
    forged = MailedLinks("another secret").to_accept("grant", "holder@exemple.fr")
    for wrong in (forged, token[:-1], "x" + token, "", "é"):
        with pytest.raises(Refused, match="unknown_link"):
            links.offered(wrong)


async def test_delays_grow_with_tries_and_are_never_for_others(theatre: Amphitheatre) -> None:
    limits = RateLimits(theatre.store)
    rival = Attempt("192.0.2.1", "emile@exemple.fr")
    for _ in range(5):
        await admit(limits, rival)
    with pytest.raises(Refused, match="too_many_attempts") as refused:
        await admit(limits, Attempt("192.0.2.1", "EMILE@exemple.fr"))
    assert 0 < refused.value.refusals[0].facts["retry_after"] <= 12
    await admit(limits, Attempt("198.51.100.7", "emile@exemple.fr"))
    await admit(limits, Attempt("192.0.2.1", "bilal@exemple.fr"))
