"""The wire as the swarm needs it: RFC 6455 frames, and what matters of a server frame's JSON."""

import base64
import os
import struct
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import msgspec

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
NO_MASK = b"\0\0\0\0"  # "The masking key is … chosen by the client": one that changes nothing


class Turn(msgspec.Struct):
    id: str
    entry: str


class View(msgspec.Struct):
    turn: Turn | None = None


class You(msgspec.Struct):
    entry: str | None = None


class Greeting(msgspec.Struct):
    """A `welcome`, or a `resumed`, whose frames are counted and followed."""

    type: str
    epoch: str
    seq: int
    resume_token: str | None = None
    view: View | None = None
    you: You | None = None
    frames: list["EventFrame"] = []


class EventFrame(msgspec.Struct, rename={"since": "from"}):
    since: int
    seq: int
    at: str
    events: list[dict[str, Any]]


class Answer(msgspec.Struct):
    """`accepted` or `refused`."""

    type: str
    id: str
    seq: int | None = None
    code: str | None = None


greeting = msgspec.json.Decoder(Greeting)
event_frame = msgspec.json.Decoder(EventFrame)
answer = msgspec.json.Decoder(Answer)


def upgrade(host: str, amphi: str, ticket: str | None) -> bytes:
    """The handshake."""
    query = f"?ticket={quote(ticket)}" if ticket else ""
    key = base64.b64encode(os.urandom(16)).decode()
    return (
        f"GET /ws/amphis/{quote(amphi)}{query} HTTP/1.1\r\nHost: {host}\r\n"
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Protocol: amphi.v1\r\nSec-WebSocket-Key: {key}\r\n\r\n"
    ).encode()


def framed(payload: bytes, opcode: int = TEXT) -> bytes:
    """A client's frame."""
    head = bytes([0x80 | opcode])
    if len(payload) < 126:
        return head + bytes([0x80 | len(payload)]) + NO_MASK + payload
    return head + b"\xfe" + struct.pack(">H", len(payload)) + NO_MASK + payload


def said(frame: dict[str, Any]) -> bytes:
    """A client's JSON frame."""
    return framed(msgspec.json.encode(frame))


def holds_nothing_but(data: bytes, payload: bytes) -> bool:
    """Whether what was read is one frame of a server, with this payload."""
    head = 2 if len(payload) < 126 else 4 if len(payload) < 1 << 16 else 10
    return len(data) == head + len(payload)


def taken(buffer: bytearray) -> Iterator[tuple[int, bytes]]:
    """The whole frames of a server at the head of `buffer`, which keeps the rest."""
    at = 0
    try:
        while (found := _frame(buffer, at)) is not None:
            opcode, start, end = found
            yield opcode, bytes(buffer[start:end])
            at = end
    finally:
        del buffer[:at]


def _frame(buffer: bytearray, at: int) -> tuple[int, int, int] | None:
    """Opcode, start and end of the payload; None: not all of it is there yet."""
    if len(buffer) < at + 2:
        return None
    size, start = buffer[at + 1] & 0x7F, at + 2
    if size == 126:
        if len(buffer) < at + 4:
            return None
        size, start = int.from_bytes(buffer[at + 2 : at + 4]), at + 4
    elif size == 127:
        if len(buffer) < at + 10:
            return None
        size, start = int.from_bytes(buffer[at + 2 : at + 10]), at + 10
    end = start + size
    return (buffer[at] & 0x0F, start, end) if len(buffer) >= end else None
