"""Sockets are closed within 5 s of the end of the sign-in that let them in, whichever way it ends."""

import time
from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import text

from amphi.gateway.close_codes import CloseCode
from amphi.gateway.crowd import Socket
from amphi.gateway.doorkeeper import Doorkeeper
from amphi.gateway.ports import Ended
from amphi.gateway.resume import Who
from amphi.live.ports import JournalUnavailable
from amphi.live_store.tickets import TicketFor
from amphi.records import endings
from amphi.records.accounts import SignedIn, open_session, revoke
from amphi.records.people import insert_operator, insert_person
from amphi.rules.ids import PersonId
from tests.gateway.house import COOKIE, ORIGIN, House, a_world
from tests.wire.client import Client

WITHIN_S = 5.0  # "sockets closed within 5 s of revocation" (quality.md, Security)


async def a_sign_in(house: House, token: str, rank: int = 2) -> str:
    """The hash of a token that is signed in as the intern of that rank."""
    hashed = sha256(token.encode()).hexdigest()
    who = SignedIn(house.theatre.persons[rank - 1], "intern")
    async with house.theatre.database.transaction() as connection:
        await open_session(connection, hashed, who, timedelta(hours=1))
    return hashed


async def ends(house: House, sql: str, **values: str) -> None:
    async with house.theatre.database.transaction() as connection:
        await connection.execute(text(sql), values)


async def is_heard(client: Client) -> None:
    await client.say({"type": "ping", "t": 1})
    await client.until(lambda frame: frame["type"] == "pong")


async def is_closed(client: Client, since: float) -> None:
    assert await client.until_closed(patience=10) == CloseCode.SIGN_IN
    assert time.monotonic() - since < WITHIN_S


async def test_signing_out_closes_the_sockets_of_that_sign_in_and_no_other(
    open_house: House,
) -> None:
    over, other = await a_sign_in(open_house, "one"), await a_sign_in(open_house, "two")
    assert over != other
    async with (
        open_house.knocks(cookie=f"{COOKIE}=one", origin=ORIGIN) as leaves,
        open_house.knocks(cookie=f"{COOKIE}=two", origin=ORIGIN) as stays,
    ):
        await leaves.hello()
        await stays.hello()
        async with open_house.theatre.database.transaction() as connection:
            await revoke(connection, over)
        await is_closed(leaves, time.monotonic())
        await is_heard(stays)
        async with open_house.knocks() as back:
            await back.say({"type": "hello", "resume_token": leaves.token})
            assert await back.until_closed() == CloseCode.SIGN_IN
        async with open_house.knocks(cookie=f"{COOKIE}=two", origin=ORIGIN) as again:
            assert (await again.hello(resume_token=leaves.token))["role"] == "intern"


async def test_an_expired_sign_in_closes_its_sockets_those_of_its_tickets_too(
    open_house: House,
) -> None:
    hashed = await a_sign_in(open_house, "one")
    who = TicketFor(open_house.theatre.persons[1], "intern", open_house.theatre.amphi, hashed)
    async with open_house.knocks(ticket=await open_house.tickets.issue(who)) as client:
        await client.hello()
        await ends(
            open_house,
            "UPDATE login_sessions SET expires_at = clock_timestamp() WHERE token_hash = :it",
            it=hashed,
        )
        await is_closed(client, time.monotonic())


async def test_a_dismissed_agent_leaves_the_wall(open_house: House) -> None:
    async with open_house.theatre.database.transaction() as connection:
        person = await insert_person(connection, "Agnès", "MARTIN", "agnes@example.org")
        await insert_operator(connection, person, "agnes", "Île-de-France")
    async with (
        open_house.person(person, "operator") as agent,
        open_house.intern(1) as intern,
    ):
        await ends(open_house, "UPDATE operators SET active = false WHERE person = :it", it=person)
        await is_closed(agent, time.monotonic())
        await is_heard(intern)


class Away:
    """PostgreSQL does not answer the first time; what it was asked is kept."""

    def __init__(self) -> None:
        self.asked: list[float] = []

    async def ended(self, seconds: float) -> Ended:
        self.asked.append(seconds)
        if len(self.asked) == 1:
            raise JournalUnavailable("away")
        return endings.Ended(frozenset({"hash"}), frozenset())


class Door(Socket):
    """A socket that keeps what it was told."""

    def __init__(self) -> None:
        self.told: list[CloseCode] = []

    def check(self, now: float) -> None:
        raise AssertionError(now)

    def drop(self, code: CloseCode) -> None:
        raise AssertionError(code)

    def close(self, code: CloseCode) -> None:
        self.told.append(code)


@pytest.mark.parametrize("gone", [False, True])
async def test_after_postgresql_was_away_the_whole_time_is_asked_for(
    house: House, *, gone: bool
) -> None:
    away, now = Away(), 0.0
    keeper = Doorkeeper(a_world(house.theatre, endings=away, clock=lambda: now))
    door, who = Door(), Who(PersonId("ana"), sign_in="hash")
    keeper.let_in(door, who)
    if gone:
        keeper.went(door)
    now = 100.0
    await keeper._ask()
    assert not keeper.turns_away(who)
    now = 1000.0
    await keeper._ask()
    assert away.asked[1] - away.asked[0] == 900
    assert keeper.turns_away(who)
    assert door.told == ([] if gone else [CloseCode.SIGN_IN])
