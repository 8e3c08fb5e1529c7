"""The conductor's world: its four ports together, and the real clock."""

import asyncio
import time

import msgspec

from amphi.live.ports import Clock, Journal, Mailbox, Voice
from amphi.rules.ids import Millis


class World(msgspec.Struct, frozen=True):
    journal: Journal
    mailbox: Mailbox
    voice: Voice
    clock: Clock


class AnchoredClock:
    """Monotonic, anchored once to the wall: a wall clock set right or wrong later changes nothing."""

    def __init__(self) -> None:
        self._anchor = time.time_ns() - time.monotonic_ns()

    def now(self) -> Millis:
        return (self._anchor + time.monotonic_ns()) // 1_000_000

    async def sleep(self, ms: Millis) -> None:
        await asyncio.sleep(ms / 1000)
