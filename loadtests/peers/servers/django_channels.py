"""Django Channels with Redis, under uvicorn.  django_channels.py PORT CONTROL_PORT SNAPSHOT_FILE

The address of Redis is in PEERS_REDIS_URL.
"""

import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import uvicorn
from django.conf import settings

from loadtests.peers.servers.control import controlled

_program, port, control_port, file = sys.argv
settings.configure(
    CHANNEL_LAYERS={
        "default": {
            "BACKEND": "channels_redis.core.RedisChannelLayer",
            "CONFIG": {
                "hosts": [{"address": os.environ["PEERS_REDIS_URL"], "max_connections": 9_000}],
                "capacity": 100_000,
            },
        }
    }
)

from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402 - after the settings
from channels.layers import get_channel_layer  # noqa: E402
from channels.routing import URLRouter  # noqa: E402
from django.urls import path  # noqa: E402

snapshot = Path(file).read_text()


class Member(AsyncWebsocketConsumer):  # type: ignore[misc]
    async def connect(self) -> None:
        self.group = f"group-{self.scope['url_route']['kwargs']['group']}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, _: int) -> None:
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, **_: str | bytes | None) -> None:
        await self.send(text_data=snapshot)

    async def told(self, event: dict[str, str]) -> None:
        await self.send(text_data=event["text"])


async def tell(group: str, text: str) -> None:
    await get_channel_layer().group_send(f"group-{group}", {"type": "told", "text": text})


router = URLRouter([path("groups/<int:group>", Member.as_asgi())])
control: Any = None


async def app(
    scope: dict[str, Any],
    receive: Callable[[], Awaitable[Any]],
    send: Callable[[Any], Awaitable[None]],
) -> None:
    global control
    if scope["type"] != "lifespan":
        await router(scope, receive, send)
        return
    await receive()
    control = await controlled(int(control_port), tell)
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})


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
