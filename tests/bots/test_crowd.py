"""A crowd against a small gateway that turns people away: who is missed, and what is said of it."""

import asyncio
import json

import pytest
from websockets.asyncio.server import ServerConnection, serve

from amphi.bots.client import SUBPROTOCOL, Shut
from amphi.bots.crowd import Crowd
from amphi.bots.stage import Part, Stage
from amphi.cli.refusals import told
from tests.bots.test_scene import WELCOME

OPEN = {**WELCOME, "view": {"phase": "OPEN", "sessions": [{"n": 1, "state": "planned"}]}}
CLOSED = {
    "type": "event",
    "from": 812,
    "seq": 813,
    "at": "",
    "events": [],
    "patch": {"phase": "CLOSED"},
}


async def ticket(amphi: str, person: str, operator: bool) -> str:
    return person


def a_stage(port: int) -> Stage:
    return Stage(
        amphi="amphi-1",
        code="P01",
        addresses=(f"ws://127.0.0.1:{port}",),
        turn_seconds=1,
        parts=(Part("e1", 1, "Émile ZOLA", "intern"),),
        free_for_all=(),
        operator="agent",
        ticket=ticket,
        hurried=True,
    )


async def played(turned_away: str) -> Crowd:
    """One person is turned away; to the others the amphi is closed once that has happened."""
    gone = asyncio.Event()

    async def handler(connection: ServerConnection) -> None:
        await connection.recv()
        path = connection.request.path if connection.request else ""
        if path.endswith(f"ticket={turned_away}"):
            gone.set()
            await connection.close(4409, "replaced")
            return
        await connection.send(json.dumps(OPEN))
        await gone.wait()
        await connection.send(json.dumps(CLOSED))
        async for text in connection:
            answer = {"type": "refused", "id": json.loads(text)["id"], "code": "amphi_closed"}
            await connection.send(json.dumps(answer))

    async with serve(handler, "127.0.0.1", 0, subprotocols=[SUBPROTOCOL]) as server:  # type: ignore[list-item]
        crowd = Crowd(a_stage(server.sockets[0].getsockname()[1]), lambda _: None)
        async with asyncio.timeout(30):
            await crowd.play()
        return crowd


async def test_an_operator_turned_away_is_told_in_french() -> None:
    with pytest.RaisesGroup(Shut, flatten_subgroups=True) as raised:
        await played("agent")
    (only,) = told(raised.value)
    assert only.code == "turned_away"
    assert only.sentence == (
        "Robot renvoyé par le serveur : agent de P01, pour plus de quatre connexions de la même"
        " personne (code 4409)."
    )


async def test_the_others_go_on_without_an_intern_who_was_turned_away() -> None:
    crowd = await played("intern")
    assert [(each.code, each.who) for each in crowd.shut] == [(4409, "Émile ZOLA")]
