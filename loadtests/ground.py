"""Where a rehearsal takes place: servers and programs of its own, all children of this process.

Everything is started as anybody would start it, by `python -m amphi …`; nothing of ours is imported.
"""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from loadtests.campaign import TERRITORY, Morning, written
from loadtests.gestures import an_operator
from loadtests.people import Ticket, parsed

ROOT = Path(__file__).resolve().parents[1]
START_S, STOP_S = 90.0, 30.0
TRIES, TRY_AGAIN_S = 20, 0.25
THEIRS = ("DATABASE_URL", "REDIS_URL", "AMPHI_OWNER_DATABASE_URL")
BAD_LINES = (
    "Traceback (most recent call last)",
    "[error",
    "Exception in callback",
    "Task exception",
)


class Failed(Exception):
    """A program or command did not do what was asked; the message has what it said."""


class Amphi(NamedTuple):
    """As `amphi load` names it."""

    id: str
    offer: str
    code: str


class Program:
    """`python -m amphi NAME …`, running, its output in a file."""

    def __init__(self, name: str, child: subprocess.Popen[bytes], log: Path) -> None:
        self.name, self.child, self.log = name, child, log

    def kill(self) -> None:
        """SIGKILL."""
        self.child.kill()
        self.child.wait()

    def stop(self) -> float:
        """SIGTERM, and SIGKILL for who does not listen; how many seconds it took."""
        began = time.monotonic()
        if self.child.poll() is None:
            self.child.terminate()
        try:
            self.child.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.kill()
        return time.monotonic() - began

    @property
    def rss_bytes(self) -> int:
        """What the process and its children hold in memory now."""
        return sum(_rss(pid) for pid in (self.child.pid, *_children(self.child.pid)))

    @property
    def cpu_s(self) -> float:
        """Processor time of the process and its children so far."""
        return sum(_cpu(pid) for pid in (self.child.pid, *_children(self.child.pid)))


class Ground:
    """`environment` is that of every program; `folder` holds load files and logs."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder, self.environment = folder, environment
        self.port = free_port()
        self.programs: list[Program] = []
        self.environment |= {
            "AMPHI_SITE_ORIGIN": self.site,
            "AMPHI_ADMIN_ORIGIN": f"http://127.0.0.1:{free_port()}",
            "AMPHI_SECRET_KEY": secrets.token_urlsafe(32),
        }

    @property
    def site(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, name: str, *words: str, **more: str) -> Program:
        """One program; `more` goes into its environment only."""
        log = self.folder / "logs" / f"{name}-{len(self.programs)}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as output:
            child = subprocess.Popen(
                [sys.executable, "-m", "amphi", name, *words],
                cwd=ROOT,
                env=self.environment | more,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # the terminal's Ctrl-C is for us, we stop them in order
            )
        self.programs.append(Program(name, child, log))
        return self.programs[-1]

    def serve(self, **more: str) -> Program:
        """A gateway on this ground's port, once it answers."""
        program = self.start("serve", "--port", str(self.port), **more)
        until_listening(self.port, program)
        return program

    def console(self) -> Program:
        """The operators' program, once it answers."""
        port = self.environment["AMPHI_ADMIN_ORIGIN"].rpartition(":")[2]
        program = self.start("admin", "--port", port)
        until_listening(int(port), program)
        return program

    def operator_link(self, amphi: Amphi) -> str:
        """To the console, good once, for a new agent who sees the amphis that are loaded here."""
        who = ("--name", f"Agent {amphi.id}", "--email", f"{amphi.id}@ars.example")
        where = ("--territory", TERRITORY, "--console", self.environment["AMPHI_ADMIN_ORIGIN"])
        return self.amphi("operator", "add", *who, *where).strip()

    def amphi(self, *words: str, seconds: float = 600.0, **more: str) -> str:
        """What the command prints. Raises Failed when it says no."""
        done = subprocess.run(
            [sys.executable, "-m", "amphi", *words],
            cwd=ROOT,
            env=self.environment | more,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=seconds,
        )
        if done.returncode:
            raise Failed(f"amphi {' '.join(words)}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def load(self, morning: Morning, *options: str) -> Amphi:
        """The amphi of a load file, made here."""
        file = written(morning, self.folder / "files")
        told = json.loads(self.amphi("load", str(file), "--json", *options).splitlines()[-1])
        return Amphi(told["amphis"][0]["id"], told["offer"], morning.code)

    def tickets(self, amphi: Amphi) -> list[Ticket]:
        """One for each of the call list, by rank; then the operator's."""
        return parsed(self.amphi("ticket", amphi.id, "--everybody"))

    def gesture(self, amphi: Amphi, name: str, **args: Any) -> None:
        """By an operator's WebSocket. Raises Failed when it is refused.

        "Vérifiez puis recommencez": a conductor that has just come refuses what was asked before.
        """
        ticket = self.amphi("ticket", amphi.id, "--operator").strip()
        with an_operator(self.site, amphi.id, ticket) as operator:
            answer = operator.command(name, **args)
            for _ in range(TRIES):
                if answer.get("code") != "conductor_changed":
                    break
                time.sleep(TRY_AGAIN_S)
                answer = operator.command(name, **args)
        if answer["type"] != "accepted":
            raise Failed(f"{name}: {answer}")

    def redis(self, *words: str) -> bytes:
        """One command to this ground's Valkey, whose answer is returned as it is."""
        url = self.environment["REDIS_URL"].removeprefix("redis://:")
        password, _, place = url.partition("@")
        host, _, port = place.partition("/")[0].partition(":")
        with socket.create_connection((host, int(port)), 10) as link:
            link.sendall(_resp("AUTH", password) + _resp(*words))
            return link.recv(65_536)

    def complaints(self) -> dict[str, int]:
        """Lines of the programs' logs that no healthy program writes, and how often."""
        return dict(
            Counter(
                f"{program.name}: {line.strip()[:160]}"
                for program in self.programs
                for line in program.log.read_text(errors="replace").splitlines()
                if any(bad in line for bad in BAD_LINES)
            )
        )

    def stop(self) -> None:
        """Everything, the last first."""
        for program in reversed(self.programs):
            program.stop()


@contextmanager
def a_ground(folder: Path) -> Iterator[Ground]:
    """Servers that are thrown away at the end; no program runs yet."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)  # PostgreSQL may have to run as somebody else
    clean = {name: value for name, value in os.environ.items() if name not in THEIRS}
    with _servers(folder / "servers", clean) as addresses:
        ground = Ground(folder, clean | addresses)
        try:
            yield ground
        finally:
            ground.stop()


@contextmanager
def _servers(data: Path, environment: dict[str, str]) -> Iterator[dict[str, str]]:
    command = [sys.executable, "-m", "amphi", "servers", "--data", str(data), "--scratch"]
    child = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # idem
    )
    try:
        said = child.stdout.readline() if child.stdout else ""
        if not said:
            raise Failed(f"the servers do not start: status {child.wait()}")
        yield json.loads(said)
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(60)
        shutil.rmtree(data, ignore_errors=True)


def free_port() -> int:
    """One that nobody holds at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until_listening(port: int, program: Program) -> None:
    """Raises Failed with what the program said."""
    end = time.monotonic() + START_S
    while time.monotonic() < end and program.child.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise Failed(f"{program.name} does not listen on {port}:\n{program.log.read_text()[-2000:]}")


def _resp(*words: str) -> bytes:
    parts = b"".join(b"$%d\r\n%s\r\n" % (len(each.encode()), each.encode()) for each in words)
    return b"*%d\r\n%s" % (len(words), parts)


def _children(pid: int) -> list[int]:
    try:
        said = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    direct = [int(each) for each in said.split()]
    return direct + [each for child in direct for each in _children(child)]


def _rss(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _cpu(pid: int) -> float:
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")
