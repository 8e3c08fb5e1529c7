"""All sockets of this process: watched for slow readers, counted by person, sent away in slices."""

import asyncio
from collections import defaultdict
from typing import Protocol

import structlog

from amphi.gateway.close_codes import CloseCode
from amphi.gateway.world import World
from amphi.live.ports import StoreUnavailable
from amphi.rules.ids import PersonId

SOCKETS_PER_PERSON = 4
CHECK_S = 1.0
TENTHS = 10  # nobody waits while thousands are looked at
BEAT_S = 1.0
SLICE = 200
BETWEEN_SLICES_S = 0.1
LEAVE_WITHIN_S = 5.0

log = structlog.get_logger()


class Socket(Protocol):
    """A way out to one client, as far as the crowd is concerned. Nothing here waits or fails."""

    def check(self, now: float) -> None:
        """Each second: whatever is overdue."""

    def close(self, code: CloseCode) -> None:
        """Behind what is said already."""

    def drop(self, code: CloseCode) -> None:
        """At once."""


class Crowd:
    """Sockets from handshake to close, of everybody who is connected to this gateway."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._sockets: set[Socket] = set()
        self._of_person: defaultdict[PersonId, list[Socket]] = defaultdict(list)
        self._nobody = asyncio.Event()
        self._nobody.set()
        self.stopping = False

    def came(self, socket: Socket) -> None:
        """A handshake; while we stop, only to be told to come back."""
        self._sockets.add(socket)
        self._nobody.clear()
        if self.stopping:
            socket.close(CloseCode.RESTART)

    def went(self, socket: Socket, person: PersonId | None) -> None:
        """The socket is closed."""
        self._sockets.discard(socket)
        if not self._sockets:
            self._nobody.set()
        if person is not None and socket in self._of_person[person]:
            self._of_person[person].remove(socket)
        if person is not None and not self._of_person[person]:
            del self._of_person[person]

    def known(self, socket: Socket, person: PersonId) -> None:
        """ "4409 replaced (more than 4 sockets of one person: the oldest goes)" (protocol.md §1)"""
        theirs = self._of_person[person]
        theirs.append(socket)
        if len(theirs) > SOCKETS_PER_PERSON:
            theirs.pop(0).close(CloseCode.REPLACED)

    async def watch(self) -> None:
        """Each second, for ever, a tenth of them at a time: whatever is overdue."""
        while True:
            everybody = tuple(self._sockets)
            for first in range(TENTHS):
                await asyncio.sleep(CHECK_S / TENTHS)
                now = self._world.clock()
                for socket in everybody[first::TENTHS]:
                    socket.check(now)

    async def beat(self) -> None:
        """Each second, for ever: this gateway lives."""
        while True:
            try:
                await self._world.gateways.beat(self._world.name)
            except StoreUnavailable as away:
                log.debug("beat_unavailable", why=str(away))
            await asyncio.sleep(BEAT_S)

    async def gone(self) -> None:
        """This gateway lives no longer; should Redis be away, it will find out in 3 s."""
        try:
            await self._world.gateways.gone(self._world.name)
        except StoreUnavailable as away:
            log.warning("gone_unavailable", why=str(away))

    async def leave(self) -> None:
        """1012 to everybody, in slices, so that not all come back at the same instant."""
        self.stopping = True
        everybody = tuple(self._sockets)
        for start in range(0, len(everybody), SLICE):
            for socket in everybody[start : start + SLICE]:
                socket.close(CloseCode.RESTART)
            await asyncio.sleep(BETWEEN_SLICES_S)
        await self._emptied()

    async def _emptied(self) -> None:
        """The slow are not waited for."""
        nobody = asyncio.create_task(self._nobody.wait())
        await asyncio.wait({nobody}, timeout=LEAVE_WITHIN_S)
        nobody.cancel()
        for socket in tuple(self._sockets):
            socket.drop(CloseCode.RESTART)
