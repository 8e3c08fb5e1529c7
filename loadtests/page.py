"""One page on one WebSocket, written from protocol.md: blocking calls, for Locust's greenlets."""

import json
import random
import socket
import time
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from loadtests.book import Leaf
from loadtests.people import Ticket

Json = dict[str, Any]
Fire = Callable[[str, float, int, Exception | None], None]  # name, ms, bytes, what went wrong
AGAIN_S, ANSWER_S = 3.0, 30.0
FIRST_DELAY_S, LONGEST_DELAY_S = 2.0, 30.0
SMALL_BUFFER = 4096  # of a page that does not read: the kernel must not hide it
LOST = (ConnectionClosed, InvalidHandshake, InvalidMessage, OSError, TimeoutError, EOFError)


class Shut(Exception):
    """Closed with a code that forbids to come back by oneself (44xx)."""


class Gap(Exception):
    """A frame that does not follow the one before."""


class NotAnswered(Exception):
    """A command that was sent for ANSWER_S without an answer."""


class Door(NamedTuple):
    """`site` is `http(s)://host:port`."""

    site: str
    amphi: str


class Page:
    """`view` and `you` as last told; `push_every` frames one push is reported to Locust."""

    def __init__(self, door: Door, ticket: Ticket | None, leaf: Leaf, fire: Fire) -> None:
        self._door, self._ticket, self._leaf, self._fire = door, ticket, leaf, fire
        self._socket: ClientConnection | None = None
        self._token: str | None = None
        self._epoch: str | None = None
        self.seq = -1
        self.view: Json = {}
        self.you: Json = {}
        self.here: set[str] = set()
        self.slow = False

    # --- coming and going -------------------------------------------------------

    def come(self) -> None:
        """Connects until it is greeted, as the page does. Raises Shut."""
        delay = FIRST_DELAY_S
        while True:
            try:
                self._come_once()
            except LOST as error:
                self._lost(error)
                time.sleep(random.uniform(0, delay))
                delay = min(2 * delay, LONGEST_DELAY_S)
            else:
                return

    def cut(self) -> None:
        """The link is lost, without a word."""
        if self._socket is not None:
            self._socket.socket.shutdown(socket.SHUT_RDWR)
            self._socket = None

    def leave(self) -> None:
        """In order; a page that does not read would not hear the answer to its close either."""
        if self.slow:
            self.cut()
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _come_once(self) -> None:
        began = time.perf_counter()
        name = "welcome" if self._epoch is None else "resume"
        self._socket = self._opened()
        resume = None if self._epoch is None else {"epoch": self._epoch, "seq": self.seq}
        self._send({"type": "hello", "resume": resume, "as": None, "resume_token": self._token})
        size = 0
        while size == 0:
            text = self._receive(ANSWER_S)
            frame = self._understand(text)
            size = len(text) if frame["type"] in ("welcome", "resumed") else 0
        self._fire(name, (time.perf_counter() - began) * 1000, size, None)

    def _opened(self) -> ClientConnection:
        where = urlsplit(self._door.site)
        scheme = "wss" if where.scheme == "https" else "ws"
        address = f"{scheme}://{where.netloc}/ws/amphis/{quote(self._door.amphi)}"
        if self._ticket is not None and self._token is None:
            address += f"?ticket={quote(self._ticket.ticket)}"
        return connect(
            address,
            sock=_small(where.hostname or "", where.port) if self.slow else None,
            subprotocols=[Subprotocol("amphi.v1")],
            compression=None,
            max_size=None,
            ping_interval=None,
            open_timeout=ANSWER_S,
            close_timeout=1,
            proxy=None,
        )

    def _lost(self, error: Exception) -> None:
        self._socket = None
        received = error.rcvd if isinstance(error, ConnectionClosed) else None
        code = received.code if received is not None else 0
        if 4400 <= code < 4500:
            shut = Shut(f"{code} {received.reason if received else ''}")
            self._fire("close", 0.0, 0, shut)
            raise shut from error

    # --- hearing and asking -------------------------------------------------------

    def hear(self, seconds: float) -> Json | None:
        """The next frame, or None when there is none in time. Comes back when the link is lost."""
        if self._socket is None:
            self.come()
        try:
            return self._understand(self._receive(seconds))
        except TimeoutError:
            return None
        except LOST as error:
            self._lost(error)
            time.sleep(random.uniform(0, FIRST_DELAY_S))
            self.come()
            return None

    def ask(self, frame: Json, name: str) -> Json:
        """A command until it is answered, always under one id. Raises NotAnswered, Shut."""
        frame = frame | {"id": str(uuid.uuid4())}
        began = time.perf_counter()
        while time.perf_counter() - began < ANSWER_S:
            self._say(frame)
            answer = self._answer(str(frame["id"]))
            if answer is not None:
                self._fire(name, (time.perf_counter() - began) * 1000, len(str(answer)), None)
                return answer
        unanswered = NotAnswered(str(frame))
        self._fire(name, (time.perf_counter() - began) * 1000, 0, unanswered)
        raise unanswered

    def _answer(self, asked: str) -> Json | None:
        end = time.perf_counter() + AGAIN_S
        while (left := end - time.perf_counter()) > 0:
            frame = self.hear(left)
            if frame is not None and frame.get("id") == asked:
                return frame
        return None

    def _say(self, frame: Json) -> None:
        if self._socket is None:
            self.come()
        try:
            self._send(frame)
        except LOST as error:
            self._lost(error)

    def _send(self, frame: Json) -> None:
        if self._socket is None:
            return
        self._leaf.note("sent", frame)
        self._socket.send(json.dumps(frame))

    def _receive(self, seconds: float) -> str:
        if self._socket is None:
            raise ConnectionResetError("no socket")
        return str(self._socket.recv(timeout=max(seconds, 0.001)))

    # --- understanding -----------------------------------------------------------

    def _understand(self, text: str) -> Json:
        frame: Json = json.loads(text)
        self._leaf.note("heard", frame)
        match frame["type"]:
            case "welcome":
                self.view, self.seq = frame["view"], frame["seq"]
            case "resumed":
                for each in frame["frames"]:
                    self._event(each)
            case "event":
                self._event(frame)
                self._pushed(frame, len(text))
            case "you":
                self.you = frame
            case "presence":
                self.here = self.here - {*frame["gone"]} | {*frame["here"]}
        if frame["type"] in ("welcome", "resumed"):
            self._epoch, self.you = frame["epoch"], frame["you"] or {}
        self._token = frame.get("resume_token") or self._token
        return frame

    def _event(self, frame: Json) -> None:
        if frame["from"] != self.seq:
            self._fire("push", 0.0, 0, Gap(f"{frame['from']} after {self.seq}"))
        self.seq, self.view = frame["seq"], merged(self.view, frame["patch"])

    def _pushed(self, frame: Json, size: int) -> None:
        """By the clocks of two machines, when they are two: only as good as these agree."""
        if self._leaf.whole:
            decided = datetime.fromisoformat(frame["at"]).timestamp()
            self._fire("push", max(0.0, time.time() - decided) * 1000, size, None)


def merged(old: Any, patch: Any) -> Any:
    """RFC 7396, in place: what was there before is not wanted any more."""
    if not isinstance(patch, dict):
        return patch
    new = old if isinstance(old, dict) else {}
    for name, value in patch.items():
        if value is None:
            new.pop(name, None)
        else:
            new[name] = merged(new.get(name), value)
    return new


def _small(host: str, port: int | None) -> socket.socket:
    """A socket that holds little of what is not read."""
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
    made.connect((host, port or 80))
    return made
