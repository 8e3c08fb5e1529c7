"""One person's connection: comes back by itself, resumes, keeps to ten frames a second."""

import asyncio
import json
import random
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import NamedTuple

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage

from amphi.bots.scene import Gap, Json, Scene

SUBPROTOCOL = "amphi.v1"
FRAME_GAP_S = 0.11  # "at most 10 a second"
SIGN_IN, AMPHI_CLOSED = 4401, 4410
ANSWER_S = 3.0  # "No answer in 3 s: send the same frame again"
FIRST_DELAY_S, LONGEST_DELAY_S = 2.0, 30.0  # protocol.md, close codes
_LOST = (OSError, TimeoutError, ConnectionClosed, InvalidHandshake, InvalidMessage, Gap)

Tell = Callable[[Json], None]


class Shut(Exception):
    """`who` was closed with a code that says: do not come back by yourself (44xx)."""

    def __init__(self, code: int, who: str) -> None:
        super().__init__(f"{code} {who}")
        self.code = code
        self.who = who


class Door(NamedTuple):
    """Where to knock and as whom. `ticket` None: a spectator."""

    address: str  # ws://127.0.0.1:8000
    amphi: str
    ticket: Callable[[], Awaitable[str]] | None = None
    as_: str | None = None
    name: str = ""  # as people call whoever knocks


class Client:
    """`scene` is what is known now; `changed` wakes whoever waits for news of it."""

    def __init__(self, door: Door, tell: Tell | None = None) -> None:
        self.scene = Scene()
        self._door = door
        self._tell = tell
        self._news = asyncio.Condition()
        self._connection: ClientConnection | None = None
        self._answers: dict[str, asyncio.Future[Json]] = {}
        self._sent_at = 0.0
        self._in_sight = asyncio.Event()
        self._in_sight.set()
        self.over = False  # 4410: the amphi is closed

    @asynccontextmanager
    async def connected(self) -> AsyncIterator["Client"]:
        """Keeps the connection for as long as the block lasts. Raises Shut inside it."""
        async with asyncio.TaskGroup() as tasks:
            listening = tasks.create_task(self._listen_for_ever())
            yield self
            listening.cancel()
        await self._hang_up()

    async def wait(self, seconds: float) -> None:
        """Until something changes, or that long."""
        try:
            async with asyncio.timeout(seconds), self._news:
                await self._news.wait()
        except TimeoutError:
            return

    async def ask(self, frame: Json) -> Json:
        """Sends a command until it is answered, always under the same id."""
        frame = {"id": str(uuid.uuid4()), **frame}
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._answers[frame["id"]] = answer
        try:
            while not answer.done() and not self.over:
                await self._send(frame)
                await asyncio.wait([answer], timeout=ANSWER_S)
            return answer.result() if answer.done() else {"type": "refused", "code": "amphi_closed"}
        finally:
            del self._answers[frame["id"]]

    async def drop(self, seconds: float) -> None:
        """A lost link: away for that long, then back with resume."""
        self._in_sight.clear()
        await self._hang_up()
        await asyncio.sleep(seconds)
        self._in_sight.set()

    async def _listen_for_ever(self) -> None:
        delay = FIRST_DELAY_S
        while not self.over:
            try:
                async for _ in self._frames():
                    delay = FIRST_DELAY_S
            except _LOST as error:
                self.over = not self._forget_token(error) and self._is_the_end(error)
            self._connection = None
            if self._in_sight.is_set():  # not our own doing: everybody comes back at the same time
                await asyncio.sleep(random.uniform(0, delay))
                delay = min(2 * delay, LONGEST_DELAY_S)
        await self._wake()

    async def _frames(self) -> AsyncIterator[None]:
        await self._in_sight.wait()
        async with connect(
            await self._address(),
            subprotocols=[SUBPROTOCOL],  # type: ignore[list-item] # a NewType of str
            compression=None,
            open_timeout=10,
            close_timeout=1,
            max_size=None,
            proxy=None,
        ) as connection:
            await connection.send(json.dumps(self.scene.hello(self._door.as_)))
            self._connection = connection
            async for text in connection:
                await self._heard(json.loads(text))
                yield

    async def _address(self) -> str:
        address = f"{self._door.address}/ws/amphis/{self._door.amphi}"
        if self._door.ticket is None or self.scene.resume_token is not None:
            return address  # "Reconnecting within 10 minutes with the signed resume_token"
        return f"{address}?ticket={await self._door.ticket()}"

    def _forget_token(self, error: BaseException) -> bool:
        """A token too old: a new ticket will do. True when there was one."""
        old = _code(error) == SIGN_IN and self.scene.resume_token is not None
        if old:
            self.scene.resume_token = None
        return old

    def _is_the_end(self, error: BaseException) -> bool:
        """True for 4410; raises Shut for the other codes that forbid to come back by oneself."""
        code = _code(error)
        if 4400 <= code < 4500 and code != AMPHI_CLOSED:
            raise Shut(code, self._door.name) from error
        return code == AMPHI_CLOSED

    async def _heard(self, frame: Json) -> None:
        answer = self._answers.get(frame.get("id", ""))
        if answer is not None and not answer.done():
            answer.set_result(frame)
        for event in self.scene.take(frame):
            if self._tell is not None:
                self._tell(event)
        await self._wake()

    async def _wake(self) -> None:
        async with self._news:
            self._news.notify_all()

    async def _send(self, frame: Json) -> None:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(max(0.0, self._sent_at + FRAME_GAP_S - loop.time()))
        self._sent_at = loop.time()
        if self._connection is None:
            return
        try:
            await self._connection.send(json.dumps(frame))
        except ConnectionClosed:
            self._connection = None  # not heard: `ask` sends it again after the reconnect

    async def _hang_up(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            await connection.close()


def _code(error: BaseException) -> int:
    return error.rcvd.code if isinstance(error, ConnectionClosed) and error.rcvd else 0
