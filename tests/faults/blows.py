"""What may go wrong: each blow falls, proves that it fell, and is mended."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal

from tests.faults.proxy import Way
from tests.faults.steps import STEPS, Step, Trap
from tests.faults.works import POSTGRES, REDIS, Works, state_of

OUTAGE_S = 3.0  # long enough for everybody to notice, too short for a countdown
PATIENCE_S = 60.0
SLOW_S = 0.2

Held = Literal["lost", "late"]


@dataclass
class Struck:
    """Where a blow falls: what it needs, and what it leaves for the mending."""

    works: Works
    trap: Trap
    offer: str
    hindered: int = 0
    stopped: list[int] = field(default_factory=list)


Fall = Callable[[Struck], Awaitable[str]]


@dataclass(frozen=True)
class Blow:
    """`strike` gives the evidence; `held`: what becomes of the bytes that the trap holds."""

    strike: Fall
    mend: Fall
    held: Held = "late"
    steps: tuple[Step, ...] = STEPS


async def _nothing(_: Struck) -> str:
    return ""


# --- processes killed and stopped -----------------------------------------------------------------


async def _kill_the_conductor(struck: Struck) -> str:
    struck.works.conductor.kill()
    status = struck.works.conductor.wait()
    assert status == -signal.SIGKILL
    return f"the conductor's exit status is {status}"


async def _another_conductor(struck: Struck) -> str:
    struck.works.new_conductor()
    return "another one"


async def _stop_the_conductor(struck: Struck) -> str:
    return await _stop(struck, [struck.works.conductor.pid])


async def _take_over_from_the_stopped(struck: Struck) -> str:
    """Another takes over; then the stopped one goes on, as a zombie, and must write nothing."""
    zombie, term = struck.works.conductor, await _term(struck)
    struck.works.new_conductor()
    async with asyncio.timeout(PATIENCE_S):
        while await _term(struck) == term:  # noqa: ASYNC110 - another process has no event of ours
            await asyncio.sleep(0.1)
    zombie.send_signal(signal.SIGCONT)
    await asyncio.sleep(1)
    await asyncio.to_thread(struck.works.end, zombie)
    return f"term {await _term(struck)} after {term}"


async def _term(struck: Struck) -> int:
    rows = await struck.works.sql("SELECT term FROM offer_heads WHERE offer = $1", struck.offer)
    return int(rows[0][0])


async def _kill_the_gateway(struck: Struck) -> str:
    struck.works.gateway.kill()
    status = struck.works.gateway.wait()
    assert status == -signal.SIGKILL
    return f"the gateway's exit status is {status}"


async def _another_gateway(struck: Struck) -> str:
    await struck.works.new_gateway()
    return "another one on the same port"


async def _stop_the_gateway(struck: Struck) -> str:
    return await _stop(struck, [struck.works.gateway.pid])


async def _stop_postgresql(struck: Struck) -> str:
    return await _stop(struck, struck.works.processes_of(POSTGRES))


async def _stop_valkey(struck: Struck) -> str:
    return await _stop(struck, struck.works.processes_of(REDIS))


async def _stop(struck: Struck, pids: list[int]) -> str:
    """SIGSTOP, and seen as stopped."""
    struck.stopped = pids
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    async with asyncio.timeout(5):
        while {state_of(pid) for pid in pids} != {"T"}:  # noqa: ASYNC110 - idem
            await asyncio.sleep(0.002)
    return f"{len(pids)} process(es) in state T"


async def _go_on(struck: Struck) -> str:
    await asyncio.sleep(OUTAGE_S)
    for pid in struck.stopped:
        os.kill(pid, signal.SIGCONT)
    return f"SIGCONT after {OUTAGE_S} s"


async def _kill_postgresql(struck: Struck) -> str:
    server = struck.works.servers.postgres
    server.kill()
    assert not server.alive
    return f"postmaster {server.pid} is gone"


async def _kill_valkey(struck: Struck) -> str:
    server = struck.works.servers.valkey
    server.kill()
    assert not server.alive
    return f"valkey {server.pid} is gone"


async def _restart_postgresql(struck: Struck) -> str:
    await asyncio.sleep(1)
    struck.works.servers.postgres.restart()  # from the main thread, whose child it is
    return "restarted"


async def _restart_valkey(struck: Struck) -> str:
    await asyncio.sleep(1)
    struck.works.servers.valkey.restart()
    return "restarted"


# --- what servers can be told ---------------------------------------------------------------------


async def _flush(struck: Struck) -> str:
    with struck.works.redis() as client, client.pipeline(transaction=True) as together:
        together.flushall()
        together.dbsize()
        flushed, left = together.execute()
    assert (flushed, left) == (True, 0)
    return "FLUSHALL, then DBSIZE 0 in the same transaction"


async def _kick_clients(struck: Struck) -> str:
    with struck.works.redis() as client:
        count = client.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    assert count >= 2
    return f"CLIENT KILL ended {count} connections"


async def _terminate_backends(struck: Struck) -> str:
    rows = await struck.works.sql(
        """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"""
    )
    assert rows
    assert all(row[0] for row in rows)
    return f"pg_terminate_backend ended {len(rows)} backends"


# --- the network ----------------------------------------------------------------------------------


async def _reset(struck: Struck) -> str:
    counts = {
        name: proxy.reset_all()
        for name, proxy in struck.works.proxies.items()
        if name.startswith("conductor")
    }
    assert all(counts.values())
    return f"RST on {counts}"


def _one_way(proxy: str, way: Way) -> tuple[Fall, Fall]:
    async def strike(struck: Struck) -> str:
        struck.hindered = struck.works.proxies[proxy].hindered
        struck.works.proxies[proxy].silence(way)
        return f"{proxy}: nothing gets through {way.value}"

    async def mend(struck: Struck) -> str:
        await asyncio.sleep(OUTAGE_S)
        met = struck.works.proxies[proxy].hindered - struck.hindered
        struck.works.proxies[proxy].sound()
        assert met >= 1
        return f"{met} chunk(s) met the silence"

    return strike, mend


async def _slow(struck: Struck) -> str:
    for name, proxy in struck.works.proxies.items():
        if name.startswith("conductor"):
            proxy.delay = SLOW_S
            struck.hindered -= proxy.hindered
    return f"every chunk {SLOW_S} s late, each way"


async def _fast(struck: Struck) -> str:
    await asyncio.sleep(OUTAGE_S)
    for name, proxy in struck.works.proxies.items():
        if name.startswith("conductor"):
            proxy.delay = 0
            struck.hindered += proxy.hindered
    assert struck.hindered >= 1
    return f"{struck.hindered} chunks were late"


def _cut_commit(*, whole: bool) -> Fall:
    async def strike(struck: Struck) -> str:
        line = struck.trap.line
        assert line is not None
        assert line.held is not None
        held = line.held
        before, commit, behind = held.partition(b"COMMIT")
        assert commit
        sent = before + (commit + behind if whole else commit[:3])
        struck.trap.cut(len(sent) / len(held))
        return f"RST after {sent[-6:]!r}, {len(sent)} of {len(held)} bytes"

    return strike


_TO_CONDUCTOR = _one_way("conductor-postgres", Way.BACK)
_TO_POSTGRESQL = _one_way("conductor-postgres", Way.THERE)
_FROM_REDIS = _one_way("conductor-redis", Way.BACK)
_TO_REDIS = _one_way("conductor-redis", Way.THERE)
_TO_GATEWAY = _one_way("gateway-redis", Way.BACK)

BLOWS: dict[str, Blow] = {
    "SIGKILL conductor": Blow(_kill_the_conductor, _another_conductor, "lost"),
    "SIGSTOP conductor": Blow(_stop_the_conductor, _take_over_from_the_stopped),
    "SIGKILL gateway": Blow(_kill_the_gateway, _another_gateway),
    "SIGSTOP gateway": Blow(_stop_the_gateway, _go_on),
    "SIGKILL PostgreSQL": Blow(_kill_postgresql, _restart_postgresql, "lost"),
    "SIGSTOP PostgreSQL": Blow(_stop_postgresql, _go_on),
    "SIGKILL Valkey": Blow(_kill_valkey, _restart_valkey, "lost"),
    "SIGSTOP Valkey": Blow(_stop_valkey, _go_on),
    "FLUSHALL": Blow(_flush, _nothing),
    "CLIENT KILL": Blow(_kick_clients, _nothing),
    "pg_terminate_backend": Blow(_terminate_backends, _nothing),
    "reset": Blow(_reset, _nothing, "lost"),
    "silence PostgreSQL → conductor": Blow(*_TO_CONDUCTOR),
    "silence conductor → PostgreSQL": Blow(*_TO_POSTGRESQL),
    "silence Redis → conductor": Blow(*_FROM_REDIS),
    "silence conductor → Redis": Blow(*_TO_REDIS),
    "silence Redis → gateway": Blow(*_TO_GATEWAY),
    "delay": Blow(_slow, _fast),
    "cut inside COMMIT": Blow(_cut_commit(whole=False), _nothing, "lost", ("written",)),
    "cut behind COMMIT": Blow(_cut_commit(whole=True), _nothing, "lost", ("written",)),
}
