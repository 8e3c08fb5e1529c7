"""A running server: tests kill it and start it again, everybody else only stops it."""

import abc
import signal
import subprocess
import time
from pathlib import Path
from typing import ClassVar

from amphi.embedded import refusals
from amphi.embedded.children import Launch, launch, wait_until_left
from amphi.embedded.ports import free_port


class Child(abc.ABC):
    """A server that runs from its making on.

    Attributes:
        data: its working folder, nobody else's.
        port: on 127.0.0.1; the same after `restart`.
    """

    name: ClassVar[str]
    preferred_port: ClassVar[int]
    farewell: ClassVar[signal.Signals]
    patience: ClassVar[float]  # seconds to become ready
    lost_port: ClassVar[tuple[str, ...]]  # what it says when the port was taken meanwhile
    passing: ClassVar[tuple[str, ...]] = ()  # what it says of troubles that pass

    _process: subprocess.Popen[bytes]

    def __init__(self, data: Path, log: Path) -> None:
        self.data = data
        self._log = log
        self.port = free_port(self.preferred_port, explicit=False)
        self._start(may_move=True)

    @property
    def pid(self) -> int:
        """Of the server; another one after `restart`."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it runs (a stopped one, SIGSTOP, does)."""
        return self._process.poll() is None

    def kill(self) -> None:
        """SIGKILL, and reap: an unreaped server still looks alive to its successor."""
        self._process.kill()
        self._process.wait()

    def stop(self, patience: float = 20.0) -> None:
        """Ask it to end, in order; SIGKILL after `patience` seconds."""
        if self.alive:
            self._process.send_signal(signal.SIGCONT)
            self._process.send_signal(self.farewell)
        try:
            self._process.wait(timeout=patience)
        except subprocess.TimeoutExpired:
            self.kill()

    def restart(self) -> None:
        """Start it again on the same port, with the same data; ready when this returns.

        Raises:
            RuntimeError: it still runs.
            ServersRefused: `server_does_not_start`.
        """
        if self.alive:
            raise RuntimeError("stop it or kill it first")
        self._start(may_move=False)

    @abc.abstractmethod
    def _launch(self) -> Launch:
        """How to start it."""

    @abc.abstractmethod
    def _answers(self) -> bool:
        """Whether this very process serves."""

    def _start(self, *, may_move: bool) -> None:
        """Start it, again while what hinders it passes.

        Somebody may take the port between our look and the server's: then the next one serves,
        as long as nobody knows ours (`may_move`).
        """
        give_up = time.monotonic() + self.patience
        while True:
            wait_until_left(self.data, self.patience)
            heard = self._log.stat().st_size if self._log.exists() else 0
            self._process = launch(self._launch())
            if self._serves(give_up):
                return
            self.kill()
            self._forgive(self._words(heard), give_up, may_move=may_move)

    def _serves(self, give_up: float) -> bool:
        """Wait until it answers; False when it ended, or time is up."""
        while time.monotonic() < give_up and self.alive:
            if self._answers():
                return True
            time.sleep(0.02)
        return False

    def _forgive(self, said: str, give_up: float, *, may_move: bool) -> None:
        """Return when another attempt makes sense, after a breath.

        Raises:
            ServersRefused: `server_does_not_start`.
        """
        lost = any(words in said for words in self.lost_port)
        if time.monotonic() > give_up or not (lost or any(words in said for words in self.passing)):
            last = "\n".join(said.splitlines()[-8:])
            raise refusals.does_not_start(self.name, self._log, last)
        if lost and may_move:
            self.port = free_port(self.port + 1, explicit=False)
        time.sleep(0.1)

    def _words(self, heard: int) -> str:
        """What it said in this attempt."""
        return self._log.read_bytes()[heard:].decode(errors="replace")
