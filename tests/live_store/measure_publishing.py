"""How long one publication takes: `python -m tests.live_store.measure_publishing`. Not a test.

Medians and 99th percentiles in microseconds on this machine, Valkey on loopback.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from statistics import quantiles

from amphi.live.ports import Hot
from amphi.live_store.connection import Store
from amphi.live_store.feed import Feed
from amphi.live_store.inbox import Inbox
from amphi.live_store.voice import Voice
from tests.live_store.builders import (
    OFFER,
    a_beat,
    a_charge,
    a_choice,
    a_commit,
    a_hot,
    a_publication,
    an_answer,
)
from tests.live_store.valkey import Valkey

ROUNDS = 2_000


async def measure(what: str, once: Callable[[int], Awaitable[object]]) -> None:
    spent = []
    for n in range(1, ROUNDS + 1):
        before = time.perf_counter_ns()
        await once(n)
        spent.append((time.perf_counter_ns() - before) / 1_000)
    cuts = quantiles(spent, n=100)
    sys.stdout.write(f"{what:<58} median {cuts[49]:7.0f} µs   p99 {cuts[98]:7.0f} µs\n")


def a_whole_amphi(waiting: int) -> Hot:
    return a_hot(*(f"{'e' * 12}{n}" for n in range(waiting)), deadline=91_000, phase="RUNNING")


class Morning:
    """One offer's conductor and one program that asks it."""

    def __init__(self, store: Store) -> None:
        self.voice, self.inbox = Voice(store), Inbox(store)
        self.feed = Feed(store, self.inbox)
        self.seq = 0
        self.read_up_to = "0-0"
        self.hot: Hot | None = None

    async def publish(self, _: int) -> None:
        self.seq += 1
        notes = a_commit(self.seq), an_answer(seq=self.seq)
        await self.voice.publish(a_publication(*notes, hot=self.hot))

    async def charge(self, n: int) -> None:
        await self.voice.charge(OFFER, a_charge(n), a_beat(n))

    async def post(self, n: int) -> None:
        self.read_up_to = await self.inbox.post(OFFER, a_choice(f"c{n}"))

    async def ask(self, n: int) -> None:
        answering = asyncio.create_task(self.answer(f"c{n}"))
        await self.feed.ask(OFFER, a_choice(f"c{n}"))
        await answering

    async def answer(self, command: str) -> None:
        received = await self.inbox.read(OFFER, self.read_up_to, 1_000)
        self.read_up_to = received[-1].at
        await self.voice.publish(a_publication(an_answer(command), answered=self.read_up_to))


async def all_figures(store: Store) -> None:
    morning = Morning(store)
    await measure("PING", lambda _: store.ping())
    await measure("commit and answer", morning.publish)
    for waiting in (30, 250, 960):
        morning.hot = a_whole_amphi(waiting)
        await measure(f"commit, answer, a turn queue of {waiting}", morning.publish)
    await measure("charge and beat", morning.charge)
    await measure("a letter posted", morning.post)
    await measure("a question answered (posted, read, published, heard)", morning.ask)


async def main() -> None:
    server = Valkey()
    try:
        async with Store.at(server.url) as store:
            await all_figures(store)
    finally:
        server.kill()


if __name__ == "__main__":
    asyncio.run(main())
