"""The control port of the peers written in Python: lines "GROUP TEXT", each to be told to its group."""

import asyncio
from collections.abc import Awaitable, Callable

Tell = Callable[[str, str], Awaitable[None]]
LONGEST = 1 << 20


async def controlled(port: int, tell: Tell) -> asyncio.Server:
    """Listens from now on."""

    async def obey(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            group, _space, text = line.decode().rstrip("\n").partition(" ")
            await tell(group, text)
        writer.close()

    return await asyncio.start_server(obey, "127.0.0.1", port, limit=LONGEST)
