"""An agent of the ARS over the WebSocket: gestures, one after the other."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

Json = dict[str, Any]
ANSWER_S = 15.0


class Operator:
    """In one amphi, for as long as the connection lasts."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        connection.send(json.dumps({"type": "hello", "resume": None, "as": None}))
        self.welcome = self._until("welcome")

    def command(self, name: str, **args: Any) -> Json:
        """Its answer, accepted or refused. Raises TimeoutError."""
        asked = str(uuid.uuid4())
        frame = {"type": "command", "id": asked, "name": name, "args": args}
        self._connection.send(json.dumps(frame))
        return self._until("accepted", "refused", asked=asked)

    def _until(self, *kinds: str, asked: str | None = None) -> Json:
        while True:
            frame: Json = json.loads(self._connection.recv(timeout=ANSWER_S))
            if frame["type"] in kinds and frame.get("id") == asked:
                return frame


@contextmanager
def an_operator(site: str, amphi: str, ticket: str) -> Iterator[Operator]:
    """`site` is `http://host:port`."""
    address = f"{site.replace('http', 'ws', 1)}/ws/amphis/{quote(amphi)}?ticket={quote(ticket)}"
    with connect(
        address, subprotocols=[Subprotocol("amphi.v1")], compression=None, max_size=None, proxy=None
    ) as connection:
        yield Operator(connection)
