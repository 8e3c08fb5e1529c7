"""Grammar-based frames, legal frames in illegal order, and bytes that are no frames at all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

from websockets.exceptions import ConnectionClosed

from loadtests.swarm.frames import taken, upgrade
from tests.fuzz.doors import third_holds_the_proxy_of_second
from tests.fuzz.grammar import Grammar, raw, text
from tests.fuzz.watching import CLOSES, no_complaint
from tests.gateway.house import House
from tests.wire.client import Client, Closed

FRAMES = 8  # fewer than "at most 10 a second"
ROLES = ("spectator", "intern", "operator", "proxy")
WITHIN_S = 20.0
NO_CODE = 1005
ECHOED = {NO_CODE, 3000}  # a close is answered with the code it came with, or with none


@asynccontextmanager
async def somebody(house: House, role: str, chance: Random) -> AsyncIterator[Client]:
    """Before hello."""
    person = {
        "intern": chance.choice(house.theatre.persons),
        "operator": house.theatre.operator,
        "proxy": house.theatre.persons[2],
    }
    ticket = None
    if role in person:
        kind = "operator" if role == "operator" else "intern"
        ticket = await house.ticket(person[role], kind)
    async with house.knocks(ticket=ticket) as client:
        yield client


def as_(role: str) -> dict[str, str]:
    """The third is an intern of the amphi, too: what is meant must be said."""
    return {"as": "proxy"} if role == "proxy" else {}


async def grammar(house: House, chance: Random) -> Grammar:
    state = await house.theatre.now()
    turn = state.turn.id if state.turn is not None else "none"
    return Grammar(chance, turn, [str(each) for each in house.theatre.entries])


async def says(client: Client, frames: list[str | bytes]) -> None:
    """All of them, unless the other end has had enough."""
    try:
        for frame in frames:
            await client.socket.send(frame)
    except ConnectionClosed:
        return


async def goes_on_or_is_closed_in_order(client: Client, told: list[str | bytes]) -> None:
    """A pong to our ping, or a close with a code that the protocol knows, an error before 44xx."""
    code = await closed_with(client)
    assert code is None or code in CLOSES, (code, told)
    if code in (4400, 4429):
        assert client.errors, told


async def closed_with(client: Client) -> int | None:
    """None: our ping is answered."""
    try:
        await says(client, [text({"type": "ping", "t": 4_242})])
        await client.until(lambda f: f["type"] == "pong" and f["t"] == 4_242, WITHIN_S)
    except Closed as closed:
        return closed.code
    return None


async def test_frames_with_something_wrong(open_house: House, seed: int, rounds: int) -> None:
    chance = Random(seed)
    await third_holds_the_proxy_of_second(open_house.theatre)
    with no_complaint():
        for number in range(rounds):
            role = ROLES[number % len(ROLES)]
            made = await grammar(open_house, chance)
            frames = [made.broken() for _ in range(chance.randint(1, 3))]
            async with somebody(open_house, role, chance) as client:
                if chance.random() < 0.8:
                    welcome = await client.hello(**as_(role))
                    assert welcome["role"] == role
                await says(client, frames)
                await goes_on_or_is_closed_in_order(client, frames)
    await still_serves(open_house)


async def test_legal_frames_in_any_order(open_house: House, seed: int, rounds: int) -> None:
    chance = Random(seed + 1)
    await third_holds_the_proxy_of_second(open_house.theatre)
    with no_complaint():
        for number in range(rounds):
            role = ROLES[number % len(ROLES)]
            made = await grammar(open_house, chance)
            frames: list[str | bytes] = [text(made.legal()) for _ in range(FRAMES)]
            if chance.random() < 0.7:
                frames[0] = text(made.hello() | {"resume_token": None} | as_(role))
            async with somebody(open_house, role, chance) as client:
                await says(client, frames)
                await goes_on_or_is_closed_in_order(client, frames)
    await still_serves(open_house)


async def test_bytes_that_are_no_frames(open_house: House, seed: int, rounds: int) -> None:
    chance = Random(seed + 2)
    host, port = open_house.address
    with no_complaint():
        for _ in range(rounds):
            sent = b"".join(raw(chance) for _ in range(chance.randint(1, 3)))
            if chance.random() < 0.3:
                sent = chance.randbytes(chance.choice([10, 200, 3000]))
            reader, writer = await asyncio.open_connection(host, port)
            writer.write(upgrade(f"{host}:{port}", open_house.theatre.amphi, None))
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), WITHIN_S)
            assert head.startswith(b"HTTP/1.1 101")
            writer.write(sent)
            writer.write_eof()
            closes = close_codes(await asyncio.wait_for(reader.read(), WITHIN_S))
            assert not closes or closes[-1] in CLOSES | ECHOED, (closes, sent)
            writer.close()
    await still_serves(open_house)


async def test_handshakes_that_are_none(open_house: House, seed: int, rounds: int) -> None:
    chance = Random(seed + 3)
    host, port = open_house.address
    with no_complaint():
        for _ in range(rounds):
            asked = bytearray(upgrade(f"{host}:{port}", chance.choice(PATHS), None))
            for _ in range(chance.randint(0, 6)):
                asked[chance.randrange(len(asked) - 4)] = chance.randrange(256)
            reader, writer = await asyncio.open_connection(host, port)
            writer.write(bytes(asked))
            writer.write_eof()
            answer = await asyncio.wait_for(reader.read(), WITHIN_S)
            assert b" 500 " not in answer[:16], (bytes(asked), answer)
            writer.close()
    await still_serves(open_house)


PATHS = ["x", "", "..", "%00", "é" * 50, "a" * 2000, "none/such"]


def close_codes(heard: bytes) -> list[int]:
    buffer = bytearray(heard)
    found = [payload for opcode, payload in taken(buffer) if opcode == 8]
    return [int.from_bytes(payload[:2]) if payload else NO_CODE for payload in found]


async def still_serves(house: House) -> None:
    """A newcomer is welcomed, and the journal can be folded."""
    async with house.knocks() as client:
        welcome = await client.hello()
    assert welcome["type"] == "welcome"
    assert (await house.theatre.state()).seq == welcome["seq"]
