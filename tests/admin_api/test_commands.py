"""Operators' gestures over HTTP: the same mailbox, the same rules as the socket (protocol.md §3)."""

import asyncio

import pytest

from amphi.live_store.connection import Store
from amphi.live_store.feed import Feed
from amphi.live_store.inbox import Inbox
from amphi.rules.choosing.events import AmphiValidated, Paused, PostChosen
from tests.http.house import House, is_problem
from tests.live.amphitheatre import Amphitheatre, conducted


def at(house: House, name: str) -> str:
    return f"/admin/api/amphis/{house.theatre.amphi}/commands/{name}"


async def test_a_whole_amphi_is_led_over_http(lively: House) -> None:
    async with lively.operator() as agent:
        for name in ("validate", "publish", "start"):
            answer = await agent.post(at(lively, name))
            assert answer.status_code == 200, answer.text
            assert answer.json()["seq"] >= 1
        pause = await agent.post(at(lively, "pause"), json={"reason": "Incendie"})
        resumed = await agent.post(at(lively, "resume"))
        for entry, post in zip(lively.theatre.entries, ("P1", "P2", "P3", "P4"), strict=True):
            args = {"entry": entry, "post": post, "reason": "par téléphone"}
            chosen = await agent.post(at(lively, "choose_for"), json=args)
            assert chosen.status_code == 200, chosen.text
        closed = await agent.post(at(lively, "close"))
    assert (pause.status_code, resumed.status_code, closed.status_code) == (200, 200, 200)
    (paused,) = await lively.theatre.events(Paused)
    assert paused.reason == "Incendie"
    assert {each.by for each in await lively.theatre.events(PostChosen)} == {"operator"}


async def test_a_gesture_is_journaled_under_the_agents_own_name(lively: House) -> None:
    async with lively.operator("Agnès") as agent:
        await agent.post(at(lively, "validate"))
    (gesture,) = await lively.theatre.events(AmphiValidated)
    async with lively.theatre.database.connection() as connection:
        rows = await connection.exec_driver_sql("SELECT person FROM operators")
        assert gesture.operator in {row.person for row in rows}


@pytest.mark.parametrize(
    ("name", "args", "status", "code"),
    [
        ("publish", {}, 409, "amphi_not_validated"),
        ("pause", {}, 409, "nothing_to_pause"),
        ("resume", {}, 409, "not_paused"),
        ("start", {}, 409, "amphi_not_validated"),
        ("close", {}, 409, "not_in_catch_up"),
        ("fly", {}, 422, "bad_command"),
        ("choose", {"turn": "t", "post": "P1"}, 422, "bad_command"),
        ("tick", {}, 422, "bad_command"),
        ("pause", {"reason": 3}, 422, "bad_command"),
        ("pause", {"why": "x"}, 422, "bad_command"),
        ("place", {"entry": "nobody"}, 409, "amphi_not_running"),
        ("add_time", {"seconds": 0}, 422, "bad_command"),
    ],
)
async def test_a_refusal_is_a_problem_with_its_own_status(
    lively: House, name: str, args: dict[str, object], status: int, code: str
) -> None:
    async with lively.operator() as agent:
        assert is_problem(await agent.post(at(lively, name), json=args), status, code)


async def test_the_same_key_again_is_answered_the_same_and_done_once(lively: House) -> None:
    await lively.theatre.open()
    key = {"idempotency-key": '"pause-1"'}
    async with lively.operator() as agent:
        first = await agent.post(at(lively, "pause"), json={"reason": "a"}, headers=key)
        again = await agent.post(at(lively, "pause"), json={"reason": "a"}, headers=key)
        other = await agent.post(at(lively, "pause"), json={"reason": "b"}, headers=key)
        late = await agent.post(at(lively, "pause"), json={"reason": "a"})
        look = await agent.get(f"/admin/api/commands/{lively.theatre.offer}/pause-1")
    assert first.json() == again.json() == look.json()
    assert is_problem(other, 409, "id_reused")
    assert is_problem(late, 409, "already_paused")
    assert len(await lively.theatre.events(Paused)) == 1


async def test_two_agents_in_the_same_instant_the_second_is_judged_on_what_the_first_left(
    lively: House,
) -> None:
    await lively.theatre.open()
    async with lively.operator("Agnès") as one, lively.operator("Bruno") as two:
        answers = await asyncio.gather(one.post(at(lively, "pause")), two.post(at(lively, "pause")))
    assert sorted(answer.status_code for answer in answers) == [200, 409]


@pytest.mark.parametrize("key", ["a b", "é", "x" * 129, "a/b", "a;b"])
async def test_a_key_that_is_none_is_refused(house: House, key: str) -> None:
    async with house.operator() as agent:
        headers = {b"idempotency-key": key.encode()}
        answer = await agent.post(at(house, "pause"), headers=headers)
        assert is_problem(answer, 400, "bad_request")


@pytest.mark.parametrize("content", [b"[]", b"3", b"{", b'"pause"', b"null"])
async def test_arguments_that_are_no_object_are_refused(house: House, content: bytes) -> None:
    async with house.operator() as agent:
        headers = {"content-type": "application/json"}
        answer = await agent.post(at(house, "pause"), content=content, headers=headers)
        assert is_problem(answer, 400, "bad_request")


async def test_without_an_answer_in_time_an_address_is_given(
    house: House, theatre: Amphitheatre
) -> None:
    """An operator's gesture older than a take-over is not done afterwards: it says so."""
    async with house.operator() as agent:
        key = {"idempotency-key": "v1"}
        answer = await agent.post(at(house, "validate"), headers=key)
        assert answer.status_code == 202
        look = answer.headers["location"]
        assert look == f"/admin/api/commands/{theatre.offer}/v1"
        assert is_problem(await agent.get(look), 404, "not_accepted_yet")
        async with conducted(theatre):
            again = await agent.post(at(house, "validate"), headers=key)
        assert again.status_code == 200
        assert (await agent.get(look)).json() == again.json()


async def test_with_redis_away_nothing_is_accepted(theatre: Amphitheatre) -> None:
    async with Store.at("redis://127.0.0.1:1/0") as nowhere:
        house = House(theatre, asks=Feed(nowhere, Inbox(nowhere)))
        async with house.operator() as agent:
            answer = await agent.post(at(house, "pause"))
    assert is_problem(answer, 503, "amphi_frozen")
