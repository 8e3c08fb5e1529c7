"""`websockets.broadcast`, under uvloop.  broadcast.py PORT CONTROL_PORT SNAPSHOT_FILE"""

import asyncio
import sys
from collections import defaultdict
from pathlib import Path

import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve

from loadtests.peers.servers.control import controlled

groups: defaultdict[str, set[ServerConnection]] = defaultdict(set)


async def main(port: int, control_port: int, snapshot: str) -> None:
    async def stay(client: ServerConnection) -> None:
        group = client.request.path.rpartition("/")[2] if client.request else ""
        groups[group].add(client)
        try:
            async for _ in client:
                await client.send(snapshot)
        finally:
            groups[group].discard(client)

    async def tell(group: str, text: str) -> None:
        broadcast(groups[group], text)

    await controlled(control_port, tell)
    async with serve(stay, "127.0.0.1", port, compression=None, backlog=16_384) as server:
        await server.serve_forever()


if __name__ == "__main__":
    _, first, second, file = sys.argv
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(int(first), int(second), Path(file).read_text()))
