"""RFC 6455 by hand: bytes of frames, right and wrong, and a socket that shows what comes back.

Written from the RFC's text alone; it uses no WebSocket library.
"""

import asyncio
import base64
import hashlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # §1.3
CONT, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
PATIENCE_S = 15.0


class Received(NamedTuple):
    """A frame of the server's, which must not be masked (§5.1)."""

    opcode: int
    data: bytes
    fin: bool = True

    @property
    def code(self) -> int:
        """Of a close frame; 1005: it has none (§7.1.5)."""
        return int.from_bytes(self.data[:2], "big") if self.data else 1005


def frame(opcode: int, data: bytes = b"", *, fin: bool = True, rsv: int = 0) -> bytes:
    """A client's frame, masked (§5.2)."""
    return unmasked_head(opcode, len(data), fin=fin, rsv=rsv, masked=True) + masked(data)


def unmasked_head(
    opcode: int, size: int, *, fin: bool = True, rsv: int = 0, masked: bool = False
) -> bytes:
    first = (0x80 if fin else 0) | rsv << 4 | opcode
    mask = 0x80 if masked else 0
    if size < 126:
        return bytes([first, mask | size])
    if size < 65_536:
        return bytes([first, mask | 126]) + size.to_bytes(2, "big")
    return bytes([first, mask | 127]) + size.to_bytes(8, "big")


def masked(data: bytes) -> bytes:
    """The key, then the data under it (§5.3)."""
    key = os.urandom(4)
    return key + bytes(byte ^ key[i % 4] for i, byte in enumerate(data))


def close(code: int | None = None, reason: bytes = b"") -> bytes:
    return frame(CLOSE, b"" if code is None else code.to_bytes(2, "big") + reason)


class Wire:
    """Bytes out, frames in."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    def say(self, data: bytes) -> None:
        self._writer.write(data)

    async def hear(self) -> Received | None:
        """The next frame; None when the server has closed the connection."""
        async with asyncio.timeout(PATIENCE_S):
            try:
                return await self._frame()
            except (asyncio.IncompleteReadError, ConnectionResetError):
                return None

    async def hear_until(self, opcode: int) -> Received:
        """The next of this kind."""
        while (heard := await self.hear()) is not None:
            if heard.opcode == opcode:
                return heard
        raise AssertionError(f"the connection ended before a frame of kind {opcode}")

    async def _frame(self) -> Received:
        first, second = await self._reader.readexactly(2)
        assert first & 0x70 == 0, "reserved bits without an extension (§5.2)"
        assert second & 0x80 == 0, "a server must not mask (§5.1)"
        size = second & 127
        if size > 125:
            assert first & 8 == 0, "a control frame above 125 bytes (§5.5)"
            size = int.from_bytes(await self._reader.readexactly(2 if size == 126 else 8), "big")
        return Received(first & 15, await self._reader.readexactly(size), bool(first & 0x80))


def request(path: str, **changes: str | None) -> bytes:
    """An opening handshake (§4.1); a header given as None is left out."""
    headers: dict[str, str | None] = {
        "Host": "choix.example.org",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        "Sec-WebSocket-Version": "13",
    }
    headers |= {
        name.replace("_", "-"): value for name, value in changes.items() if name != "method"
    }
    lines = [f"{name}: {value}" for name, value in headers.items() if value is not None]
    head = [f"{changes.get('method', 'GET')} {path} HTTP/1.1", *lines, "", ""]
    return "\r\n".join(head).encode()


def accepted(key: str) -> str:
    """Sec-WebSocket-Accept (§4.2.2)."""
    return base64.b64encode(hashlib.sha1(key.encode() + GUID).digest()).decode()


async def answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    """Status and headers."""
    async with asyncio.timeout(PATIENCE_S):
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    status, *lines = head.split("\r\n")
    fields = [line.partition(":") for line in lines if line]
    return int(status.split()[1]), {name.lower(): value.strip() for name, _, value in fields}


@asynccontextmanager
async def wire(address: tuple[str, int], path: str) -> AsyncIterator[Wire]:
    """After the handshake."""
    reader, writer = await asyncio.open_connection(*address)
    try:
        key = base64.b64encode(os.urandom(16)).decode()
        writer.write(request(path, Sec_WebSocket_Key=key))
        status, headers = await answer(reader)
        assert status == 101
        assert headers["sec-websocket-accept"] == accepted(key)
        yield Wire(reader, writer)
    finally:
        writer.transport.abort()
        await asyncio.sleep(0)
