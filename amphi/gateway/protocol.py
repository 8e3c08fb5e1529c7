"""One client's frames, without sockets or clock: bytes in, what to do out (protocol.md §1).

`heard` is given each frame with the monotonic second at which it came. Nothing here awaits.
"""

from collections import deque

import msgspec

from amphi.gateway.close_codes import CloseCode
from amphi.gateway.messages.client import KINDS, ClientFrame, Hello
from amphi.gateway.messages.server import Error, ErrorCode

HELLO_WITHIN_S = 5.0
MAX_FRAME_BYTES = 4096
# What a socket takes in all the same, so that 4400 can be said with a reason; beyond, the library
# itself ends the connection with 1009 (RFC 6455 §7.4.1) and nothing more is held in memory.
MOST_RECEIVED = 1024 * 1024
MAX_FRAMES_PER_S = 10
WITHIN_S = 0.9  # a second, less what a network may bunch together: ten a second exactly is allowed

SENTENCES: dict[str, str] = {
    "not_text": "Trame refusée : seules les trames de texte sont admises.",
    "too_big": "Trame refusée : plus de 4 Kio.",
    "not_json": "Trame refusée : ce n’est pas un objet JSON avec un champ « type ».",
    "unknown_type": "Trame refusée : type inconnu.",
    "wrong_fields": "Trame refusée : un champ manque ou n’a pas la forme attendue.",
    "hello_first": "Trame refusée : la première trame doit être « hello ».",
    "hello_twice": "Trame refusée : « hello » a déjà été reçu.",
    "too_fast": "Trop de trames : dix par seconde au plus.",
}


class Close(msgspec.Struct, frozen=True):
    """Say `error` when there is one, then close with `code`."""

    code: CloseCode
    error: Error | None = None


class _Wrong(Exception):
    """A frame that cannot be understood, and where it went wrong."""

    def __init__(self, why: str, detail: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.detail = detail


class _Envelope(msgspec.Struct):
    type: str


_envelope = msgspec.json.Decoder(_Envelope)
_decoders: dict[str, msgspec.json.Decoder[ClientFrame]] = {
    name: msgspec.json.Decoder(kind) for name, kind in KINDS.items()
}


class Protocol:
    """The conversation with one client: hello first, then anything else, never too much of it."""

    def __init__(self, opened_at: float) -> None:
        self._opened_at = opened_at
        self._greeted = False
        self._recent: deque[float] = deque(maxlen=MAX_FRAMES_PER_S)

    @property
    def hello_due(self) -> float:
        """The monotonic second by which hello must have come."""
        return self._opened_at + HELLO_WITHIN_S

    def overdue(self, now: float) -> Close | None:
        """4408 when hello did not come in time."""
        late = not self._greeted and now >= self.hello_due
        return Close(CloseCode.NO_HELLO) if late else None

    def heard(self, data: str | bytes, now: float) -> ClientFrame | Close:
        """The frame, or the close that it deserves."""
        if self._too_fast(now):
            return _close(CloseCode.TOO_FAST, _Wrong("too_fast"))
        try:
            return self._in_order(_understood(data))
        except _Wrong as wrong:
            return _close(CloseCode.BAD_FRAME, wrong)

    def _too_fast(self, now: float) -> bool:
        """More than ten frames within any one second, a tenth of it being tolerance."""
        full = len(self._recent) == MAX_FRAMES_PER_S
        too_fast = full and now - self._recent[0] < WITHIN_S
        self._recent.append(now)
        return too_fast

    def _in_order(self, frame: ClientFrame) -> ClientFrame:
        is_hello = isinstance(frame, Hello)
        if is_hello == self._greeted:
            raise _Wrong("hello_twice" if is_hello else "hello_first")
        self._greeted = True
        return frame


def too_big() -> Close:
    """A message so large that it was never read to its end."""
    return _close(CloseCode.BAD_FRAME, _Wrong("too_big"))


def _understood(data: str | bytes) -> ClientFrame:
    if isinstance(data, bytes):
        raise _Wrong("not_text")
    if len(data) > MAX_FRAME_BYTES or len(data.encode()) > MAX_FRAME_BYTES:
        raise _Wrong("too_big")
    # PostgreSQL stores no U+0000, and no name, id or sentence has one: it stops here.
    if "\\u0000" in data:
        raise _Wrong("not_json", "\\u0000")
    decoder = _decoders.get(_kind(data))
    if decoder is None:
        raise _Wrong("unknown_type")
    return _decoded(decoder, data)


def _kind(data: str) -> str:
    try:
        return _envelope.decode(data).type
    except (msgspec.DecodeError, RecursionError) as fault:
        raise _Wrong("not_json", str(fault)) from fault


def _decoded(decoder: msgspec.json.Decoder[ClientFrame], data: str) -> ClientFrame:
    try:
        return decoder.decode(data)
    except (msgspec.DecodeError, RecursionError) as fault:
        raise _Wrong("wrong_fields", str(fault)) from fault


def _close(code: CloseCode, wrong: _Wrong) -> Close:
    """An error frame precedes 4400 and 4429 (protocol.md §1)."""
    facts = {"why": wrong.why} | ({"detail": wrong.detail} if wrong.detail else {})
    name: ErrorCode = "too_fast" if code is CloseCode.TOO_FAST else "bad_frame"
    return Close(code, Error(code=name, message=SENTENCES[wrong.why], facts=facts))
