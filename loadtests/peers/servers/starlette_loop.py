"""Starlette under uvicorn, `await send` in a loop.  starlette_loop.py PORT CONTROL_PORT SNAPSHOT_FILE"""

import sys
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from loadtests.peers.servers.control import controlled

groups: defaultdict[str, set[WebSocket]] = defaultdict(set)
_program, port, control_port, file = sys.argv
snapshot = Path(file).read_text()


async def stay(client: WebSocket) -> None:
    await client.accept()
    group = client.path_params["group"]
    groups[group].add(client)
    try:
        while True:
            await client.receive_text()
            await client.send_text(snapshot)
    except WebSocketDisconnect:
        groups[group].discard(client)


async def tell(group: str, text: str) -> None:
    for client in tuple(groups[group]):
        await client.send_text(text)


@asynccontextmanager
async def lifespan(_: Starlette) -> AsyncIterator[None]:
    await controlled(int(control_port), tell)
    yield


app = Starlette(routes=[WebSocketRoute("/groups/{group}", stay)], lifespan=lifespan)

if __name__ == "__main__":
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(port),
        loop="uvloop",
        log_level="warning",
        ws_per_message_deflate=False,
        backlog=16_384,
    )
