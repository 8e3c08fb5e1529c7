"""Real programs on real servers, each of which can be killed, stopped and flushed."""

import asyncio
import io
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection

from amphi import embedded
from amphi.cli.verify import verified
from amphi.embedded.postgres import PostgresServer
from amphi.embedded.valkey import ValkeyServer
from amphi.live_store.tickets import TicketFor, Tickets
from amphi.records.migrate import migrate
from amphi.rules.ids import PersonId
from loadtests.history.record import Recorder, What, read
from loadtests.history.witness import check
from tests.live.amphitheatre import Amphitheatre
from tests.servers import outside_the_loop
from tests.wire.client import Client, Json, connected

SECRET = secrets.token_urlsafe(32)


@contextmanager
def own_servers() -> Iterator[embedded.Servers]:
    """Servers that belong to one test, so that it may break them."""
    with (
        tempfile.TemporaryDirectory(prefix="amphi-faults-") as made,
        pytest.MonkeyPatch.context() as patched,
    ):
        # Ports that nobody else takes while a server is down.
        patched.setattr(PostgresServer, "preferred_port", 20_000 + secrets.randbelow(6_000))
        patched.setattr(ValkeyServer, "preferred_port", 26_000 + secrets.randbelow(6_000))
        Path(made).chmod(0o711)
        data = Path(made) / "data"
        with embedded.start(data, environment={}) as servers:
            outside_the_loop(migrate(servers.database_url))
            yield servers
        embedded.remove(data)


class Recorded(Client):
    """A client all of whose frames are on record: a page of its own for each socket."""

    def __init__(self, socket: ClientConnection, note: Callable[[What, Json], None]) -> None:
        super().__init__(socket)
        self._note = note

    async def say(self, frame: Json) -> None:
        self._note("sent", frame)
        await super().say(frame)

    def read(self, text: str) -> Json:
        self._note("heard", json.loads(text))
        return super().read(text)


class Town:
    """One theatre with conductor and gateway processes."""

    def __init__(self, servers: embedded.Servers, theatre: Amphitheatre) -> None:
        self.servers, self.theatre = servers, theatre
        self.port = free_port()
        self._programs: list[subprocess.Popen[bytes]] = []
        self._record = io.StringIO()
        self._pages = count(1)

    @property
    def base(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        environment = os.environ | {
            "DATABASE_URL": self.servers.database_url,
            "REDIS_URL": self.servers.redis_url,
            "AMPHI_SITE_ORIGIN": f"http://127.0.0.1:{self.port}",
            "AMPHI_SECRET_KEY": SECRET,
            "AMPHI_NO_BOOTSTRAP": "1",  # the tests run in the right environment already
        }
        program = subprocess.Popen([sys.executable, "-m", "amphi", *words], env=environment)
        self._programs.append(program)
        return program

    def conductor(self) -> None:
        self._conductor = self.start("conduct")

    def kill(self, owner: str) -> None:
        """SIGKILL to the program that signs as `owner`: host, pid, chance."""
        pid = int(owner.split("-")[-2])
        program = next(each for each in self._programs if each.pid == pid)
        program.kill()
        program.wait()

    def stop_the_conductor(self, patience_s: float) -> int:
        """SIGTERM; its exit status. Raises TimeoutExpired."""
        self._conductor.terminate()
        return self._conductor.wait(patience_s)

    async def gateway(self) -> None:
        self.start("serve", "--port", str(self.port))
        async with asyncio.timeout(60):
            while not listens(self.port):  # noqa: ASYNC110 - another process has no event of ours
                await asyncio.sleep(0.05)

    @asynccontextmanager
    async def person(self, person: PersonId, role: str = "intern") -> AsyncIterator[Client]:
        tickets = Tickets(self.theatre.store)
        ticket = await tickets.issue(
            TicketFor(person, role, self.theatre.amphi)  # type: ignore[arg-type]
        )
        async with connected(self.base, self.theatre.amphi, ticket=ticket) as plain:
            client = Recorded(plain.socket, self._note_of(person))
            await client.hello()
            yield client

    def _note_of(self, person: PersonId) -> Callable[[What, Json], None]:
        recorder, page = Recorder(self._record), f"{person}-{next(self._pages)}"
        return partial(recorder.note, person, page, self.theatre.amphi)

    async def agrees(self, *, everybody: bool = True) -> None:
        """What was sent and heard is explained by the journal, and the journal by the rules.

        `everybody`: nobody chose but through this town's sockets.
        """
        async with self.theatre.database.transaction() as connection:
            rows = await connection.exec_driver_sql("SELECT text FROM journal ORDER BY seq")
            texts = [str(text) for (text,) in rows]
        notes = read(self._record.getvalue().splitlines())
        assert check(notes, texts, everybody=everybody) == []
        report = await verified(self.servers.database_url, self.theatre.offer)
        assert report.problems == ()

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
