"""What every answer has, errors included (quality.md "Security")."""

from collections.abc import AsyncIterator

import httpx2
import pytest
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from amphi.http.application import Shell, application
from amphi.http.health import Health
from amphi.http.problems import STATUS, problem
from amphi.http.reading import body, query
from amphi.http.sentences import sentences
from amphi.live.ports import JournalUnavailable, StoreUnavailable, Violated
from amphi.rules.refusals import Refusal, Refused
from tests.http.house import SITE, browser, is_problem


async def fails(request: Request) -> Response:
    raise {
        "bug": RuntimeError("a secret of ours"),
        "postgres": JournalUnavailable("connection refused"),
        "redis": StoreUnavailable("connection refused"),
        "violated": Violated("post_filled", {}),
        "refused": Refused(Refusal("not_your_turn")),
    }[request.path_params["how"]]


async def echo(request: Request) -> Response:
    return Response(str(await body(request, dict[str, int])))


async def asked(request: Request) -> Response:
    return Response(str(query(request, dict[str, str])))


def an_application(origin: str = SITE) -> Starlette:
    routes = [
        Route("/fails/{how}", fails),
        Route("/echo", echo, methods=["POST"]),
        Route("/asked", asked),
    ]
    return application(routes, Shell((origin,), Health({}), CollectorRegistry()))


def a_client(origin: str = SITE) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(an_application(origin), raise_app_exceptions=False)
    return httpx2.AsyncClient(transport=transport, base_url=origin)


@pytest.mark.parametrize(
    ("how", "status", "code"),
    [
        ("bug", 500, "internal_error"),
        ("postgres", 503, "unavailable"),
        ("redis", 503, "unavailable"),
        ("violated", 409, "post_filled"),
        ("refused", 409, "not_your_turn"),
    ],
)
async def test_whatever_goes_wrong_is_a_problem_that_says_no_more_than_its_code(
    how: str, status: int, code: str
) -> None:
    async with a_client() as client:
        answer = await client.get(f"/fails/{how}")
    assert is_problem(answer, status, code)
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert "connection refused" not in answer.text


async def test_an_unknown_address_and_an_unknown_method_are_problems() -> None:
    async with a_client() as client:
        assert is_problem(await client.get("/nowhere"), 404, "unknown_address")
        assert is_problem(await client.get("/asked/"), 404, "unknown_address")
        wrong = await client.put("/asked")
        assert is_problem(wrong, 405, "method_not_allowed")
        assert set(wrong.headers["allow"].split(", ")) == {"GET", "HEAD"}


async def test_every_answer_has_the_headers_and_none_is_kept_unless_it_says_so() -> None:
    async with a_client() as client:
        for answer in (await client.get("/asked"), await client.get("/nowhere")):
            policy = answer.headers["content-security-policy"]
            assert "unsafe" not in policy
            assert "frame-ancestors 'none'" in policy
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["referrer-policy"] == "same-origin"
            assert answer.headers["cache-control"] == "no-store"
            assert "strict-transport-security" not in answer.headers


async def test_https_is_asked_for_where_there_is_https() -> None:
    async with a_client("https://choix.example.org") as client:
        assert "max-age" in (await client.get("/asked")).headers["strict-transport-security"]


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),
        ({"origin": SITE}, True),
        ({"origin": SITE, "sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "null"}, False),
        ({"origin": SITE, "sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site"}, False),
        ({"origin": SITE + "0"}, False),
        ({"origin": SITE.replace("http", "https")}, False),
    ],
)
async def test_only_our_own_pages_change_anything(headers: dict[str, str], allowed: bool) -> None:
    async with a_client() as client:
        answer = await client.post("/echo", json={"a": 1}, headers=headers)
        assert (await client.get("/asked", headers=headers)).status_code == 200
    if allowed:
        assert answer.text == "{'a': 1}"
    else:
        assert is_problem(answer, 403, "wrong_origin")


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b'{"a": 1', 400, "bad_request"),
        (b'{"a": "one"}', 400, "bad_request"),
        (b"[]", 400, "bad_request"),
        (b"\xff\xfe", 400, "bad_request"),
        (b'{"\\u0000": 1}', 400, "bad_request"),
        (b"[" * 60_000, 400, "bad_request"),
        (b'{"a": ' + b"1" * 70_000 + b"}", 413, "too_large"),
    ],
)
async def test_a_body_that_is_not_what_was_asked_is_refused_by_name(
    content: bytes, status: int, code: str
) -> None:
    headers = {"content-type": "application/json"}
    async with a_client() as client:
        assert is_problem(
            await client.post("/echo", content=content, headers=headers), status, code
        )


async def test_a_body_of_another_type_is_refused_and_an_empty_one_is_an_empty_object() -> None:
    async with a_client() as client:
        assert is_problem(await client.post("/echo", data={"a": "1"}), 415, "not_json")
        assert (await client.post("/echo")).text == "{}"
        typed = {"content-type": "Application/JSON; charset=utf-8"}
        assert (await client.post("/echo", content=b'{"a":1}', headers=typed)).status_code == 200


async def test_a_body_without_announced_length_is_cut_as_soon_as_it_is_too_large() -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(1000):
            yield b" " * 1000

    headers = {"content-type": "application/json"}
    async with a_client() as client:
        answer = await client.post("/echo", content=endless(), headers=headers)
    assert is_problem(answer, 413, "too_large")


async def test_a_parameter_given_twice_or_with_a_nul_is_refused() -> None:
    async with a_client() as client:
        assert is_problem(await client.get("/asked?a=1&a=2"), 400, "bad_request")
        assert is_problem(await client.get("/asked?a=%00"), 400, "bad_request")


def test_every_status_of_a_refusal_has_its_title() -> None:
    statuses = {str(status) for status in STATUS.values()}
    assert statuses <= sentences().titles.keys() <= statuses | STATUS.keys()


def test_a_problem_never_holds_an_address_of_the_installation() -> None:
    assert problem(Refusal("post_filled")).type == "/problems/post_filled"


async def test_liveness_depends_on_nothing_and_readiness_on_everything() -> None:
    async def down() -> None:
        raise StoreUnavailable("no")

    async def well() -> None:
        return

    health = Health({"postgres": well, "redis": down})
    app = application([], Shell((SITE,), health, CollectorRegistry()))
    async with browser(app, SITE, {}) as client:
        assert (await client.get("/healthz")).status_code == 200
        answer = await client.get("/readyz")
        assert is_problem(answer, 503, "unavailable")
        assert answer.json()["facts"] == {"down": ["redis"], "leaving": False}


async def test_who_is_leaving_is_not_ready_any_more() -> None:
    health = Health({})
    app = application([], Shell((SITE,), health, CollectorRegistry()))
    async with browser(app, SITE, {}) as client:
        assert (await client.get("/readyz")).json() == {"ready": True}
        health.leaving = True
        assert is_problem(await client.get("/readyz"), 503, "unavailable")


async def test_the_figures_count_by_pattern_and_never_by_path() -> None:
    async with a_client() as client:
        await client.get("/fails/refused")
        await client.get("/somebody/secret")
        figures = (await client.get("/metrics")).text
    labels = 'method="GET",route="/fails/{how}",status="409"'
    assert f"amphi_http_answers_total{{{labels}}} 1.0" in figures
    assert "somebody" not in figures
