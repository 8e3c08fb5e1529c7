"""Short cuts for wire tests that play a part of a morning, all of them in words of protocol.md."""

from typing import Any

from tests.wire.client import Client

PATIENCE_S = 30.0


async def given(operator: Client, name: str, **args: Any) -> dict[str, Any]:
    """A gesture that is accepted."""
    answer = await operator.command(name, **args)
    assert answer["type"] == "accepted", answer
    return answer


async def turn_of(client: Client, entry: str) -> dict[str, Any]:
    """Hears until `entry` has the turn; gives the turn."""
    await client.until_view(
        lambda view: (view.get("turn") or {}).get("entry") == entry, patience=PATIENCE_S
    )
    turn: dict[str, Any] = client.view["turn"]
    return turn


async def waiting(client: Client, *entries: str) -> None:
    """Hears until exactly these latecomers wait, in this order."""
    wanted = list(entries)
    await client.until_view(lambda view: view.get("late", []) == wanted, patience=PATIENCE_S)


async def chosen(client: Client, entry: str, post: str) -> None:
    """Whose turn has come takes `post`, and is heard."""
    turn = await turn_of(client, entry)
    answer = await client.choose(post, turn["id"])
    assert answer["type"] == "accepted", answer


async def refused(client: Client, entry: str, post: str) -> str:
    """Whose turn has come asks for `post` in vain; the code."""
    turn = await turn_of(client, entry)
    answer = await client.choose(post, turn["id"])
    assert answer["type"] == "refused", answer
    assert answer["message"]
    return str(answer["code"])
