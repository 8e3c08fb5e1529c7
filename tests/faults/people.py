"""People of a bad morning: recorded, they come back by themselves and ask until they are answered."""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage

from loadtests.history.record import Recorder
from tests.wire.client import SUBPROTOCOL, Broken, Json, Page

LOST = (OSError, TimeoutError, ConnectionClosed, InvalidHandshake, InvalidMessage)
ANSWER_S = 3.0  # "No answer in 3 s: send the same frame again"
BACK_S = 0.3
LOOK_S = 0.05


class Person(Page):
    """One page of one intern: `ticket` gives a fresh one, whatever has become of the store."""

    def __init__(
        self,
        name: str,
        address: str,
        amphi: str,
        ticket: Callable[[], Awaitable[str]],
        recorder: Recorder,
    ) -> None:
        super().__init__()
        self.name, self._amphi = name, amphi
        self._address, self._ticket, self._recorder = address, ticket, recorder
        self._socket: ClientConnection | None = None
        self.sockets = 0

    async def live(self) -> None:
        """For ever: connected, or about to be again."""
        while True:
            try:
                await self._listen()
            except LOST:
                self._socket = None
            await asyncio.sleep(random.uniform(0.05, BACK_S))

    async def _listen(self) -> None:
        async with asyncio.timeout(5):
            query = "" if self.token else f"?ticket={await self._ticket()}"
        async with connect(
            f"{self._address}/ws/amphis/{self._amphi}{query}",
            subprotocols=[SUBPROTOCOL],
            compression=None,
            open_timeout=5,
            close_timeout=1,
            ping_interval=2,  # a stopped gateway is noticed
            ping_timeout=6,
            proxy=None,
            max_size=None,
        ) as socket:
            self.sockets += 1
            await self._say(socket, self._hello())
            self._socket = socket
            async for text in socket:
                self._heard(str(text))

    def _hello(self) -> Json:
        resume = self.resume if self.seq >= 0 else None
        return {"type": "hello", "resume": resume, "as": None, "resume_token": self.token}

    def _heard(self, text: str) -> None:
        self._note("heard", json.loads(text))
        try:
            self.read(text)
        except Broken:  # the checker will say so; a page takes a fresh view
            self.seq = -1
            raise OSError from None

    async def _say(self, socket: ClientConnection, frame: Json) -> None:
        self._note("sent", frame)
        await socket.send(json.dumps(frame))

    def _note(self, what: Any, frame: Json) -> None:
        self._recorder.note(self.name, self.name, self._amphi, what, frame)

    # --- what a person does ---

    async def choose(self, post: str, turn: str, command: str) -> Json:
        """Until answered; while the amphi is frozen each click is a command of its own."""
        for click in range(60):
            frame = {"type": "choose", "id": f"{command}-{click}", "turn": turn, "post": post}
            answer = await self.ask(frame)
            if answer.get("code") not in ("amphi_frozen", "unavailable"):
                return answer
            await asyncio.sleep(0.5)
        raise AssertionError(f"{self.name} was never heard")

    async def ask(self, frame: Json, patience: float = 60) -> Json:
        """The same frame until it is answered: after 3 s, and on every new socket."""
        async with asyncio.timeout(patience):
            while True:
                sockets = self.sockets
                await self._try(frame)
                answer = await self._answer(str(frame["id"]), sockets)
                if answer is not None:
                    return answer

    async def _try(self, frame: Json) -> None:
        if self._socket is not None:
            try:
                await self._say(self._socket, frame)
            except ConnectionClosed:
                self._socket = None

    async def _answer(self, command: str, sockets: int) -> Json | None:
        """None: not within 3 s, or there is a new socket to send it on."""
        deadline = asyncio.get_running_loop().time() + ANSWER_S
        while asyncio.get_running_loop().time() < deadline and self.sockets == sockets:
            if command in self.answers:
                return self.answers[command]
            await asyncio.sleep(LOOK_S)
        return self.answers.get(command)

    async def until(self, holds: Callable[["Person"], bool], patience: float = 60) -> None:
        async with asyncio.timeout(patience):
            while not holds(self):  # noqa: ASYNC110 - a page has no event for everything
                await asyncio.sleep(LOOK_S)

    def turn_of(self, entry: str) -> str | None:
        """The turn of this line of the call list, when it has it."""
        turn = self.view.get("turn") or {}
        return str(turn["id"]) if turn.get("entry") == entry else None
