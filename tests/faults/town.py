"""Real programs on real servers, each of which can be killed, stopped and flushed."""

import asyncio
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from amphi import embedded
from amphi.embedded.postgres import PostgresServer
from amphi.live_store.tickets import TicketFor, Tickets
from amphi.records.migrate import migrate
from amphi.rules.ids import PersonId
from tests.live.amphitheatre import Amphitheatre
from tests.servers import outside_the_loop
from tests.wire.client import Client, connected

SECRET = secrets.token_urlsafe(32)


@contextmanager
def own_servers() -> Iterator[embedded.Servers]:
    """Servers that belong to one test, so that it may break them."""
    with (
        tempfile.TemporaryDirectory(prefix="amphi-faults-") as made,
        pytest.MonkeyPatch.context() as patched,
    ):
        # A port that nobody else takes while the server is down.
        patched.setattr(PostgresServer, "preferred_port", 20_000 + secrets.randbelow(12_000))
        Path(made).chmod(0o711)
        data = Path(made) / "data"
        with embedded.start(data, environment={}) as servers:
            outside_the_loop(migrate(servers.database_url))
            yield servers
        embedded.remove(data)


class Town:
    """One theatre with conductor and gateway processes."""

    def __init__(self, servers: embedded.Servers, theatre: Amphitheatre) -> None:
        self.servers, self.theatre = servers, theatre
        self.port = free_port()
        self._programs: list[subprocess.Popen[bytes]] = []

    @property
    def base(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        environment = os.environ | {
            "DATABASE_URL": self.servers.database_url,
            "REDIS_URL": self.servers.redis_url,
            "AMPHI_SITE_ORIGIN": f"http://127.0.0.1:{self.port}",
            "AMPHI_SECRET_KEY": SECRET,
        }
        program = subprocess.Popen([sys.executable, "-m", "amphi", *words], env=environment)
        self._programs.append(program)
        return program

    def conductor(self) -> None:
        self._conductor = self.start("conduct")

    def kill_the_conductor(self) -> None:
        """SIGKILL."""
        self._conductor.kill()
        self._conductor.wait()

    def stop_the_conductor(self, patience_s: float) -> int:
        """SIGTERM; its exit status. Raises TimeoutExpired."""
        self._conductor.terminate()
        return self._conductor.wait(patience_s)

    async def gateway(self) -> None:
        self.start("serve", "--port", str(self.port))
        async with asyncio.timeout(20):
            while not listens(self.port):  # noqa: ASYNC110 - another process has no event of ours
                await asyncio.sleep(0.05)

    @asynccontextmanager
    async def person(self, person: PersonId, role: str = "intern") -> AsyncIterator[Client]:
        tickets = Tickets(self.theatre.store)
        ticket = await tickets.issue(
            TicketFor(person, role, self.theatre.amphi)  # type: ignore[arg-type]
        )
        async with connected(self.base, self.theatre.amphi, ticket=ticket) as client:
            await client.hello()
            yield client

    def end(self) -> None:
        """SIGTERM to all, SIGKILL to who does not listen."""
        for program in reversed(self._programs):
            if program.poll() is None:
                program.send_signal(signal.SIGCONT)
                program.terminate()
        for program in self._programs:
            try:
                program.wait(20)
            except subprocess.TimeoutExpired:
                program.kill()
                program.wait()


@asynccontextmanager
async def a_town(theatre: Amphitheatre, servers: embedded.Servers) -> AsyncIterator[Town]:
    """With one conductor and one gateway."""
    town = Town(servers, theatre)
    async with AsyncExitStack() as ending:
        ending.callback(town.end)
        town.conductor()
        await town.gateway()
        yield town


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
