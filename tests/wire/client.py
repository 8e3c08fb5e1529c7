"""A WebSocket client written from protocol.md alone: it imports nothing of ours.

It holds what the page would hold (view, you, clock) and checks what the page relies on: numbers
without gaps, patches that lead from one view to the next, one answer for one id.
"""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

Json = dict[str, Any]
SUBPROTOCOL = Subprotocol("amphi.v1")
PATIENCE_S = 10.0


class Broken(Exception):
    """The server did not keep to the protocol."""


class Closed(Exception):
    """The server closed the socket."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code} {reason}")
        self.code = code


def merged(target: Any, patch: Any) -> Any:
    """RFC 7396, as its pseudo-code has it."""
    if not isinstance(patch, dict):
        return patch
    target = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            target.pop(name, None)
        else:
            target[name] = merged(target.get(name), value)
    return target


def without_nulls(value: Any) -> Any:
    """ "A null and an absent key are the same thing in a view." """
    if isinstance(value, dict):
        return {k: without_nulls(v) for k, v in value.items() if v is not None}
    return value


class Page:
    """What a page holds. `frames` is everything heard; `view` and `you` what it all led to."""

    def __init__(self) -> None:
        self.frames: list[Json] = []
        self.events: list[Json] = []
        self.errors: list[Json] = []
        self.view: Json = {}
        self.you: Json | None = None
        self.here: set[str] = set()
        self.state = "ok"
        self.role = ""
        self.epoch = ""
        self.seq = -1
        self.token: str | None = None
        self.now = ""
        self.answers: dict[str, Json] = {}

    def read(self, text: str) -> Json:
        """One frame, understood."""
        frame: Json = json.loads(text)
        self.frames.append(frame)
        self.understand(frame)
        return frame

    @property
    def resume(self) -> Json:
        """For hello: the last frame seen."""
        return {"epoch": self.epoch, "seq": self.seq}

    def understand(self, frame: Json) -> None:
        """Let a frame change what is held. A type that protocol.md does not name is a fault."""
        understood = getattr(self, f"_on_{frame['type']}", None)
        if understood is None:
            raise Broken(f"unknown frame {frame}")
        understood(frame)

    def _on_welcome(self, frame: Json) -> None:
        self.view = without_nulls(frame["view"])
        self._anchored(frame)

    def _on_resumed(self, frame: Json) -> None:
        for missed in frame["frames"]:
            self._on_event(missed)
        self._anchored(frame)

    def _on_you(self, frame: Json) -> None:
        self.you = {name: value for name, value in frame.items() if name != "type"}

    def _on_presence(self, frame: Json) -> None:
        self.here = (self.here | set(frame["here"])) - set(frame["gone"])

    def _on_state(self, frame: Json) -> None:
        self.state = frame["state"]

    def _on_pong(self, frame: Json) -> None:
        self.now = frame["now"]
        self.token = frame.get("resume_token") or self.token

    def _on_error(self, frame: Json) -> None:
        self.errors.append(frame)

    def _anchored(self, frame: Json) -> None:
        self.epoch, self.seq, self.now = frame["epoch"], frame["seq"], frame["now"]
        self.you = frame["you"]
        self.role = frame.get("role", self.role)
        self.token = frame.get("resume_token") or self.token
        self.here = set()

    def _on_event(self, frame: Json) -> None:
        if frame["from"] != self.seq:
            raise Broken(f"a gap: {frame['from']} after {self.seq}")
        self.seq = frame["seq"]
        self.view = merged(self.view, frame["patch"])
        self.events += frame["events"]

    def _on_refused(self, frame: Json) -> None:
        self.answers.setdefault(frame["id"], frame)

    def _on_accepted(self, frame: Json) -> None:
        """ "Sending the same `id` again answers the same thing" when it was accepted."""
        before = self.answers.setdefault(frame["id"], frame)
        if before["type"] == "accepted" and before != frame:
            raise Broken(f"two answers to {frame['id']}: {before} and {frame}")


class Client(Page):
    """One socket with its page."""

    def __init__(self, socket: ClientConnection) -> None:
        super().__init__()
        self.socket = socket

    # --- saying -------------------------------------------------------------

    async def say(self, frame: Json) -> None:
        await self.socket.send(json.dumps(frame))

    async def hello(self, **fields: Any) -> Json:
        """Greets and awaits `welcome` or `resumed`."""
        await self.say({"type": "hello", "resume": None, "as": None, "resume_token": None} | fields)
        return await self.until(lambda frame: frame["type"] in ("welcome", "resumed"))

    async def ask(self, frame: Json, as_id: str | None = None) -> Json:
        """Sends a frame with an id and awaits its answer."""
        asked = as_id or str(uuid.uuid4())
        await self.say(frame | {"id": asked})
        return await self.answer(asked)

    async def answer(self, asked: str) -> Json:
        return await self.until(lambda frame: frame.get("id") == asked)

    async def choose(self, post: str, turn: str | None = None, as_id: str | None = None) -> Json:
        named = turn if turn is not None else self.view["turn"]["id"]
        return await self.ask({"type": "choose", "turn": named, "post": post}, as_id)

    async def command(self, name: str, as_id: str | None = None, **args: Any) -> Json:
        return await self.ask({"type": "command", "name": name, "args": args}, as_id)

    # --- hearing ------------------------------------------------------------

    async def hear(self, patience: float = PATIENCE_S) -> Json:
        """The next frame, understood. Raises Closed, TimeoutError."""
        try:
            async with asyncio.timeout(patience):
                text = await self.socket.recv()
        except ConnectionClosed as closed:
            end = closed.rcvd
            raise Closed(end.code if end else 1006, end.reason if end else "") from closed
        if not isinstance(text, str):
            raise Broken("a binary frame")
        return self.read(text)

    async def until(self, wanted: Callable[[Json], bool], patience: float = PATIENCE_S) -> Json:
        """Hears until a frame is the one wanted."""
        async with asyncio.timeout(patience):
            while True:
                frame = await self.hear(patience)
                if wanted(frame):
                    return frame

    async def until_view(
        self, wanted: Callable[[Json], bool], patience: float = PATIENCE_S
    ) -> None:
        """Hears until the view is as wanted, which it may be already."""
        async with asyncio.timeout(patience):
            while not wanted(self.view):
                await self.hear(patience)

    async def until_you(self, wanted: Callable[[Json], bool], patience: float = PATIENCE_S) -> None:
        """Hears until what concerns me is as wanted."""
        async with asyncio.timeout(patience):
            while self.you is None or not wanted(self.you):
                await self.hear(patience)

    async def until_event(self, kind: str, patience: float = PATIENCE_S) -> Json:
        """Hears until an event of this kind comes; gives it."""
        frame = await self.until(
            lambda frame: any(e["kind"] == kind for e in frame.get("events", [])), patience
        )
        found: Json = next(e for e in frame["events"] if e["kind"] == kind)
        return found

    async def until_closed(self, patience: float = PATIENCE_S) -> int:
        """Hears to the end; gives the close code."""
        try:
            async with asyncio.timeout(patience):
                while True:
                    await self.hear(patience)
        except Closed as closed:
            return closed.code


@asynccontextmanager
async def connected(
    base: str,
    amphi: str,
    *,
    ticket: str | None = None,
    cookie: str | None = None,
    origin: str | None = None,
    subprotocols: tuple[Subprotocol, ...] | None = (SUBPROTOCOL,),
) -> AsyncIterator[Client]:
    """A socket to `ws://…/ws/amphis/{amphi}`, before hello."""
    query = f"?ticket={quote(ticket)}" if ticket else ""
    headers = {"Cookie": cookie} if cookie else {}
    async with connect(
        f"{base}/ws/amphis/{quote(amphi)}{query}",
        subprotocols=subprotocols,
        additional_headers=headers,
        origin=origin,  # type: ignore[arg-type]
        compression=None,
        proxy=None,
        max_size=None,
    ) as socket:
        yield Client(socket)
