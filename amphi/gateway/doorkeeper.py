"""Whose sign-in is over leaves: "sockets closed within 5 s of revocation" (quality.md, Security).

PostgreSQL is asked every other second, once for all sockets of the process. A resume token of such
a sign-in counts for nothing either.
"""

import asyncio

import structlog

from amphi.gateway.close_codes import CloseCode
from amphi.gateway.crowd import Socket
from amphi.gateway.ports import Ended
from amphi.gateway.resume import GOOD_FOR_S, Who
from amphi.gateway.world import World
from amphi.live.ports import JournalUnavailable

CHECK_S = 2.0
LATE_S = 60.0  # a transaction that was slow to commit, a socket slow to close

log = structlog.get_logger()


class Doorkeeper:
    """Knows who came in by which sign-in; spectators and the command line's tickets have none."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._inside: dict[Socket, Who] = {}
        self._ended: Ended | None = None
        self._asked_at = world.clock()

    def let_in(self, socket: Socket, who: Who) -> None:
        """Until `went`."""
        if who.sign_in is not None or who.operator:
            self._inside[socket] = who

    def went(self, socket: Socket) -> None:
        """The socket is closed."""
        self._inside.pop(socket, None)

    def turns_away(self, who: Who) -> bool:
        """As far as we have heard: at most `CHECK_S` late while PostgreSQL answers."""
        if self._ended is None:
            return False
        dismissed = who.operator and who.person in self._ended.agents
        return dismissed or who.sign_in in self._ended.sign_ins

    async def run(self) -> None:
        """For ever."""
        while True:
            await self._ask()
            await asyncio.sleep(CHECK_S)

    async def _ask(self) -> None:
        """Far enough back for every token that is still good, also after PostgreSQL was away."""
        now = self._world.clock()
        try:
            self._ended = await self._world.endings.ended(
                GOOD_FOR_S + LATE_S + now - self._asked_at
            )
        except JournalUnavailable as away:
            log.debug("endings_unavailable", why=str(away))
            return
        self._asked_at = now
        for socket, who in tuple(self._inside.items()):
            if self.turns_away(who):
                socket.close(CloseCode.SIGN_IN)
