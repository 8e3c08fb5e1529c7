"""The gateway as a part of a Starlette application: its route, its tasks, its orderly stop."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from amphi.gateway.connection import Connection
from amphi.gateway.fast import fast_http
from amphi.gateway.sockets import plain_options
from amphi.gateway.visit import House
from amphi.gateway.world import World
from amphi.rules.ids import AmphiId


class Gateway:
    """One per process. `running()` around the application's life, `stop()` before its sockets end."""

    def __init__(self, world: World) -> None:
        self._house = House(world)
        self._rooms, self._crowd = self._house.rooms, self._house.crowd
        self._stopped = False

    def route(self) -> WebSocketRoute:
        """`GET /ws/amphis/{amphi_id}` (protocol.md §1)."""
        return WebSocketRoute("/ws/amphis/{amphi_id}", self._connect)

    def uvicorn_options(self, *, fast: bool = True) -> dict[str, Any]:
        """What uvicorn must be given to serve this wire: by the fast path, or by the plain one."""
        return plain_options() | ({"http": fast_http(self._house)} if fast else {})

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """For the application's lifespan: rooms are kept, this gateway beats. Stops at its end."""
        async with asyncio.TaskGroup() as tasks:
            running = [
                tasks.create_task(self._rooms.run()),
                tasks.create_task(self._crowd.watch()),
                tasks.create_task(self._crowd.beat()),
                tasks.create_task(self._house.doorkeeper.run()),
            ]
            yield
            await self.stop()
            for task in running:
                task.cancel()

    async def stop(self) -> None:
        """SIGTERM: sockets in slices with 1012, farewells, then silence that is no outage."""
        if self._stopped:
            return
        self._stopped = True
        await self._crowd.leave()
        await self._rooms.stop()
        await self._crowd.gone()

    async def _connect(self, web_socket: WebSocket) -> None:
        amphi = AmphiId(web_socket.path_params["amphi_id"])
        await Connection(web_socket, amphi, self._house).run()


class GatewayServer(uvicorn.Server):
    """A uvicorn that lets the gateway take leave before it closes what is left."""

    def __init__(self, config: uvicorn.Config, gateway: Gateway) -> None:
        super().__init__(config)
        self._gateway = gateway

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        await self._gateway.stop()
        await super().shutdown(sockets)
