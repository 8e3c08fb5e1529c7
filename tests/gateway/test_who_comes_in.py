"""Tickets, cookies, tokens, Origin, phases: who is let in as what, and who is told which code."""

import asyncio
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest
from sqlalchemy import event
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from amphi.gateway.close_codes import CloseCode
from amphi.records.accounts import SignedIn, open_session
from tests.gateway.house import COOKIE, ORIGIN, House
from tests.wire.client import Client

HELLO = {"type": "hello"}
OF_THE_DOORKEEPER = ("login_sessions.revoked_at >=", "operators.active IS false")


async def signed_in(house: House, rank: int) -> str:
    """The cookie of somebody who has signed in."""
    token = f"token-{rank}"
    who = SignedIn(house.theatre.persons[rank - 1], "intern")
    token_hash = hashlib.sha256(token.encode()).hexdigest()
    async with house.theatre.database.transaction() as connection:
        await open_session(connection, token_hash, who, timedelta(hours=1))
    return f"{COOKIE}={token}"


async def refused(client: Client) -> int:
    with suppress(ConnectionClosed):  # who shows something wrong at the door is told before hello
        await client.say(HELLO)
    return await client.until_closed()


async def test_a_ticket_is_good_once(open_house: House) -> None:
    ticket = await open_house.ticket(open_house.theatre.persons[0])
    async with open_house.knocks(ticket=ticket) as first:
        assert (await first.hello())["role"] == "intern"
    async with open_house.knocks(ticket=ticket) as again:
        assert await again.until_closed() == CloseCode.SIGN_IN


async def test_a_wrong_ticket_is_told_at_once(open_house: House) -> None:
    async with open_house.knocks(ticket="wrong") as client:
        assert await client.until_closed() == CloseCode.SIGN_IN


async def test_a_ticket_for_another_amphi_is_not_allowed(open_house: House) -> None:
    ticket = await open_house.ticket(open_house.theatre.persons[0], amphi="elsewhere")
    async with open_house.knocks(ticket=ticket) as client:
        assert await client.until_closed() == CloseCode.NOT_ALLOWED


async def test_a_cookie_is_good_from_our_own_pages_only(open_house: House) -> None:
    cookie = await signed_in(open_house, 2)
    async with open_house.knocks(cookie=cookie, origin=ORIGIN) as client:
        welcome = await client.hello()
        assert (welcome["role"], welcome["you"]["entry"]) == (
            "intern",
            open_house.theatre.entries[1],
        )
    for origin in (None, "https://evil.example.org", ORIGIN + ".evil.example", "null"):
        async with open_house.knocks(cookie=cookie, origin=origin) as client:
            assert await refused(client) == CloseCode.NOT_ALLOWED


async def test_a_cookie_of_nobody_asks_to_sign_in(open_house: House) -> None:
    async with open_house.knocks(cookie=f"{COOKIE}=unknown", origin=ORIGIN) as client:
        assert await refused(client) == CloseCode.SIGN_IN


async def test_a_spectator_needs_nothing_once_the_amphi_is_open(house: House) -> None:
    async with house.operator() as operator:
        await operator.command("validate")
        async with house.knocks() as early:
            assert await refused(early) == CloseCode.NOT_ALLOWED
        async with house.intern(1) as intern:
            assert intern.view["phase"] == "VALIDATED"
        await operator.command("publish")
        async with house.spectator() as anybody:
            assert (anybody.role, anybody.view["phase"]) == ("spectator", "OPEN")


@pytest.mark.parametrize("address", ["nowhere", "%00", "é"])
async def test_an_unknown_amphi_is_not_allowed(house: House, address: str) -> None:
    house.theatre.amphi = type(house.theatre.amphi)(address)
    async with house.knocks() as client:
        assert await refused(client) == CloseCode.NOT_ALLOWED


async def test_no_hello_in_five_seconds_is_4408(open_house: House) -> None:
    async with open_house.knocks() as client:
        assert await client.until_closed(patience=8) == CloseCode.NO_HELLO


@contextmanager
def queries_counted(house: House) -> Iterator[list[str]]:
    """What is asked of PostgreSQL for sockets; not what the doorkeeper asks, whoever is there."""
    asked: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        if not any(word in statement for word in OF_THE_DOORKEEPER):
            asked.append(statement)

    engine = house.theatre.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def test_a_resume_token_comes_back_without_asking_postgresql(open_house: House) -> None:
    async with open_house.intern(3) as client:
        await client.until_view(lambda view: "turn" in view)
    with queries_counted(open_house) as asked:
        async with open_house.knocks() as back:
            resumed = await back.hello(resume=client.resume, resume_token=client.token)
    assert (resumed["type"], resumed["role"]) == ("resumed", "intern")
    assert resumed["you"]["entry"] == open_house.theatre.entries[2]
    assert asked == []


async def test_a_cookie_is_looked_up_once_a_minute(open_house: House) -> None:
    cookie = await signed_in(open_house, 2)
    with queries_counted(open_house) as asked:
        for _ in range(2):
            async with open_house.knocks(cookie=cookie, origin=ORIGIN) as client:
                await client.hello()
    assert len([statement for statement in asked if "login_sessions" in statement]) == 1


async def test_a_forged_resume_token_asks_to_sign_in(open_house: House) -> None:
    async with open_house.knocks() as client:
        await client.say(HELLO | {"resume_token": "forged"})
        assert await client.until_closed() == CloseCode.SIGN_IN


async def test_the_fifth_socket_of_one_person_replaces_the_oldest(open_house: House) -> None:
    async with (
        open_house.intern(1) as oldest,
        open_house.intern(1) as second,
        open_house.intern(1),
        open_house.intern(1),
        open_house.intern(1),
    ):
        assert await oldest.until_closed() == CloseCode.REPLACED
        await second.say({"type": "ping", "t": 1})
        await second.until(lambda frame: frame["type"] == "pong")


@pytest.mark.parametrize("offered", [None, ("amphi.v1",), ("other", "amphi.v1")])
async def test_the_subprotocol_is_ours_when_it_is_offered(
    open_house: House, offered: tuple[Subprotocol, ...] | None
) -> None:
    async with open_house.knocks(subprotocols=offered) as client:
        assert client.socket.subprotocol == ("amphi.v1" if offered else None)
        await client.hello()


async def test_the_wrong_path_is_refused_by_http(open_house: House) -> None:
    reader, writer = await asyncio.open_connection(*open_house.address)
    writer.write(b"GET /ws/elsewhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert b"404" in await reader.readline()
    writer.close()
    await writer.wait_closed()
