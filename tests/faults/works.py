"""The machinery of a bad morning: servers, proxies before them, conductor and gateway processes."""

import asyncio
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import IO

import asyncpg
import redis

from amphi import embedded
from amphi.embedded.children import working_in
from tests.faults.proxy import Proxy
from tests.faults.town import SECRET, free_port, listens

POSTGRES, REDIS = "postgres", "redis"
PROGRAMS = ("conductor", "gateway")


class Works:
    """One conductor and one gateway, each with a proxy of its own before each server."""

    def __init__(self, servers: embedded.Servers, log: IO[bytes]) -> None:
        self.servers, self._log = servers, log
        targets = {POSTGRES: servers.postgres.port, REDIS: servers.valkey.port}
        self.proxies = {
            f"{program}-{server}": Proxy(port)
            for program in PROGRAMS
            for server, port in targets.items()
        }
        self.port = free_port()
        self.programs: list[subprocess.Popen[bytes]] = []
        self.conductor = self.start("conductor", "conduct")
        self.gateway = self.start("gateway", "serve", "--port", str(self.port))

    @property
    def address(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    def through(self, url: str, proxy: str) -> str:
        """The same server, through a proxy."""
        proxied = self.proxies[proxy]
        return url.replace(f":{proxied.target}/", f":{proxied.port}/")

    def start(
        self, program: str, *words: str, more: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        environment = os.environ | {
            "DATABASE_URL": self.through(self.servers.database_url, f"{program}-{POSTGRES}"),
            "REDIS_URL": self.through(self.servers.redis_url, f"{program}-{REDIS}"),
            "AMPHI_SITE_ORIGIN": f"http://127.0.0.1:{self.port}",
            "AMPHI_SECRET_KEY": SECRET,
            "AMPHI_NO_BOOTSTRAP": "1",  # the tests run in the right environment already
            **(more or {}),
        }
        command = [sys.executable, "-m", "amphi", *words]
        started = subprocess.Popen(command, env=environment, stdout=self._log, stderr=self._log)
        self.programs.append(started)
        return started

    def new_conductor(self, more: Mapping[str, str] | None = None) -> None:
        self.conductor = self.start("conductor", "conduct", more=more)

    async def new_gateway(self) -> None:
        self.gateway = self.start("gateway", "serve", "--port", str(self.port))
        await self.gateway_listens()

    async def gateway_listens(self) -> None:
        async with asyncio.timeout(60):
            while not listens(self.port):  # noqa: ASYNC110 - another process has no event of ours
                await asyncio.sleep(0.05)

    # --- the servers, past the proxies ---

    def redis(self) -> redis.Redis:
        return redis.Redis.from_url(self.servers.redis_url)

    async def sql(self, query: str, *values: object) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(self.servers.database_url.replace("+asyncpg", ""))
        try:
            return list(await connection.fetch(query, *values))
        finally:
            await connection.close()

    def processes_of(self, server: str) -> list[int]:
        """The server and its children."""
        return working_in(
            self.servers.postgres.data if server == POSTGRES else self.servers.valkey.data
        )

    # --- the end ---

    def end(self, program: subprocess.Popen[bytes]) -> None:
        """SIGTERM, SIGKILL to who does not listen."""
        if program.poll() is None:
            program.send_signal(signal.SIGCONT)
            program.terminate()
        try:
            program.wait(20)
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()
        self.programs.remove(program)

    def close(self) -> None:
        for server in (POSTGRES, REDIS):
            for pid in self.processes_of(server):
                os.kill(pid, signal.SIGCONT)
        for program in tuple(self.programs):
            self.end(program)
        for proxy in self.proxies.values():
            proxy.close()


@asynccontextmanager
async def works(servers: embedded.Servers, log: Path) -> AsyncIterator[Works]:
    """Everything runs."""
    with _log(log) as stream:
        made = Works(servers, stream)
        try:
            await made.gateway_listens()
            yield made
        finally:
            made.close()


@contextmanager
def _log(path: Path) -> Iterator[IO[bytes]]:
    with path.open("ab") as stream:
        yield stream


def state_of(pid: int) -> str:
    """As the kernel has it: R, S, T (stopped), Z …"""
    return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]


def a_name() -> str:
    return secrets.token_hex(6)
