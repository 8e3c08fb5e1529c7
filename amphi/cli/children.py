"""The programs of a demonstration as children: they die with us, and are started again when they die."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from amphi.embedded.children import LINUX, die_with, watch

LOOK_S = 0.2
PATIENCE_S = 15.0  # between asking a program to stop and ending it
START_S = 60.0
FALLS, WITHIN_S = 5, 30.0


class Program(NamedTuple):
    """`python -m amphi NAME ARGUMENTS`; `tag` tells two of the same name apart."""

    name: str
    arguments: tuple[str, ...] = ()
    tag: str = ""

    @property
    def label(self) -> str:
        return f"{self.name}{self.tag}"


class ProgramFails(Exception):
    """It ends as often as it is started."""

    code = "program_fails"


class Children:
    """Started in order, kept alive by `keep`, stopped in order. Call from the main thread."""

    def __init__(
        self, environment: Mapping[str, str], logs: Path, say: Callable[[str], None]
    ) -> None:
        self._environment = dict(os.environ) | dict(environment)
        self._logs = logs
        self._say = say
        self._running: dict[Program, subprocess.Popen[bytes]] = {}
        self._falls: dict[Program, deque[float]] = {}
        logs.mkdir(mode=0o700, parents=True, exist_ok=True)

    def start(self, program: Program) -> None:
        """In a session of its own: the terminal's Ctrl-C is for us, we tell them."""
        with self._log(program).open("ab") as log:
            child = subprocess.Popen(
                [sys.executable, "-m", "amphi", program.name, *program.arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._environment,
                start_new_session=True,
                preexec_fn=die_with(os.getpid(), signal.SIGTERM),  # noqa: PLW1509 - main thread only
            )
        if not LINUX:
            watch(child.pid, signal.SIGTERM)
        self._running[program] = child

    @property
    def pids(self) -> dict[str, int]:
        return {program.label: child.pid for program, child in self._running.items()}

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """All alive for as long as the block lasts, then stopped. Raises ProgramFails, in a group."""
        try:
            async with asyncio.TaskGroup() as tasks:
                keeping = tasks.create_task(self.keep())
                yield
                keeping.cancel()
        finally:
            await self.stop()

    async def keep(self) -> None:
        """For ever. Raises ProgramFails."""
        while True:
            for program, child in list(self._running.items()):
                if child.poll() is not None:
                    self._again(program, child.returncode)
            await asyncio.sleep(LOOK_S)

    async def stop(self) -> None:
        """Those started last first, each with time to hand over."""
        while self._running:
            _, child = self._running.popitem()
            child.terminate()
            if not await _ended(child, PATIENCE_S):
                child.kill()
                child.wait()

    def _again(self, program: Program, status: int) -> None:
        falls = self._falls.setdefault(program, deque(maxlen=FALLS))
        falls.append(time.monotonic())
        if len(falls) == FALLS and falls[-1] - falls[0] < WITHIN_S:
            raise ProgramFails(
                f"le programme « {program.label} » s'arrête sans cesse ; "
                f"son journal : {self._log(program)}"
            )
        self._say(f"Le programme « {program.label} » s'est arrêté ({status}), il est relancé.")
        self.start(program)

    def _log(self, program: Program) -> Path:
        return self._logs / f"{program.label}.log"


async def _ended(child: subprocess.Popen[bytes], seconds: float) -> bool:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while child.poll() is None:  # noqa: ASYNC110 - a child has no event of ours to wait for
                await asyncio.sleep(0.05)
    return child.poll() is not None


async def listening(port: int) -> None:
    """Until somebody answers there. Raises TimeoutError."""
    async with asyncio.timeout(START_S):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.1)
            else:
                writer.close()
                return
