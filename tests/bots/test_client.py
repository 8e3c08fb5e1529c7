"""A bot's connection against a small server that speaks protocol.md §1 and misbehaves."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from amphi.bots.client import SUBPROTOCOL, Client, Door, Shut
from tests.bots.test_scene import WELCOME, an_event

Talk = Callable[[ServerConnection, dict[str, Any]], Awaitable[None]]


@asynccontextmanager
async def a_gateway(talk: Talk) -> AsyncIterator[Door]:
    """Gives `talk` each connection with its hello."""

    async def handler(connection: ServerConnection) -> None:
        hello = json.loads(await connection.recv())
        hello["path"] = connection.request.path if connection.request else ""
        await talk(connection, hello)

    async def ticket() -> str:
        return "secret"

    async with serve(handler, "127.0.0.1", 0, subprotocols=[SUBPROTOCOL]) as server:  # type: ignore[list-item]
        port = server.sockets[0].getsockname()[1]
        yield Door(f"ws://127.0.0.1:{port}", "amphi-1", ticket, "intern")


async def said(connection: ServerConnection, **frame: Any) -> None:
    await connection.send(json.dumps(frame))


async def until(client: Client, true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():
            await client.wait(0.2)


async def test_it_comes_with_a_ticket_says_hello_and_keeps_the_view() -> None:
    hellos: list[dict[str, Any]] = []

    async def talk(connection: ServerConnection, hello: dict[str, Any]) -> None:
        hellos.append(hello)
        await said(connection, **WELCOME)
        await connection.wait_closed()

    async with a_gateway(talk) as door, Client(door).connected() as client:
        await until(client, lambda: client.scene.seq == 812)
    assert hellos[0]["path"] == "/ws/amphis/amphi-1?ticket=secret"
    assert (hellos[0]["type"], hellos[0]["as"], hellos[0]["resume"]) == ("hello", "intern", None)


async def test_a_lost_link_is_resumed_with_the_token_and_no_ticket() -> None:
    hellos: list[dict[str, Any]] = []

    async def talk(connection: ServerConnection, hello: dict[str, Any]) -> None:
        hellos.append(hello)
        if len(hellos) == 1:
            await said(connection, **WELCOME)
        else:
            frames = [an_event(812, 813, {"phase": "PAUSED"})]
            await said(
                connection, type="resumed", epoch="e1", seq=813, now="", frames=frames, you=None
            )
        await connection.wait_closed()

    async with a_gateway(talk) as door, Client(door).connected() as client:
        await until(client, lambda: client.scene.seq == 812)
        await client.drop(0.05)
        await until(client, lambda: client.scene.seq == 813)
        assert client.scene.phase == "PAUSED"
    assert hellos[1]["path"] == "/ws/amphis/amphi-1"
    assert hellos[1]["resume"] == {"epoch": "e1", "seq": 812}
    assert hellos[1]["resume_token"] == "token-1"


async def test_a_token_too_old_is_replaced_by_a_ticket() -> None:
    paths: list[str] = []

    async def talk(connection: ServerConnection, hello: dict[str, Any]) -> None:
        paths.append(hello["path"])
        if hello["resume_token"]:
            await connection.close(4401, "sign in")
            return
        await said(connection, **WELCOME)
        await connection.wait_closed()

    async with a_gateway(talk) as door, Client(door).connected() as client:
        await until(client, lambda: client.scene.seq == 812)
        client.scene.seq = 0
        await client.drop(0.01)
        await until(client, lambda: client.scene.seq == 812)
    assert [path.partition("?")[2] for path in paths] == ["ticket=secret", "", "ticket=secret"]


async def test_an_unanswered_command_is_sent_again_under_its_id(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("amphi.bots.client.ANSWER_S", 0.2)
    heard: list[dict[str, Any]] = []

    async def talk(connection: ServerConnection, hello: dict[str, Any]) -> None:
        await said(connection, **WELCOME)
        async for text in connection:
            heard.append(json.loads(text))
            if len(heard) == 2:
                await said(connection, type="accepted", id=heard[-1]["id"], seq=813)

    async with a_gateway(talk) as door, Client(door).connected() as client:
        await until(client, lambda: client.scene.seq == 812)
        answer = await client.ask({"type": "choose", "turn": "t1", "post": "1"})
    assert answer["type"] == "accepted"
    assert heard[0] == heard[1]


async def test_no_more_than_ten_frames_go_out_in_a_second() -> None:
    at: list[float] = []

    async def talk(connection: ServerConnection, hello: dict[str, Any]) -> None:
        await said(connection, **WELCOME)
        async for text in connection:
            at.append(asyncio.get_running_loop().time())
            await said(connection, type="accepted", id=json.loads(text)["id"], seq=1)

    async with a_gateway(talk) as door, Client(door).connected() as client:
        await until(client, lambda: client.scene.seq == 812)
        for _ in range(12):
            await client.ask({"type": "help"})
    assert at[10] - at[0] >= 1.0


@pytest.mark.parametrize("code", [4401, 4403, 4429])
async def test_a_code_that_forbids_to_come_back_is_obeyed(code: int) -> None:
    async def talk(connection: ServerConnection, hello: dict[str, Any]) -> None:
        await connection.close(code, "no")

    with pytest.RaisesGroup(Shut):
        async with a_gateway(talk) as door, Client(door).connected() as client:
            await client.wait(10)
            await asyncio.sleep(10)


async def test_a_closed_amphi_is_the_end_and_no_fault() -> None:
    async def talk(connection: ServerConnection, hello: dict[str, Any]) -> None:
        await said(connection, **WELCOME)
        await connection.close(4410, "closed")

    async with a_gateway(talk) as door, Client(door).connected() as client:
        await until(client, lambda: client.over)
        answer = await client.ask({"type": "help"})
    assert answer["code"] == "amphi_closed"
