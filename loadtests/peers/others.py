"""The servers we compare ourselves with: a C epoll loop, Node, nginx, Python."""

import os
import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from loadtests.ground import ROOT, free_port
from loadtests.peers.contestant import SERVER_CORE, Texts, on_core, until_listening
from loadtests.peers.crowd import Address, Event
from loadtests.peers.install import HERE, Installed

SERVERS = HERE / "servers"
PACKAGE = "loadtests.peers.servers"
Command = Callable[[Installed, "Place"], list[str]]


class Place:
    """Ports and files of one start."""

    def __init__(self, folder: Path, texts: Texts) -> None:
        self.folder = folder
        self.port, self.control_port = free_port(), free_port()
        self.snapshot = folder / "snapshot.json"
        self.snapshot.write_text(texts.welcome)


class RunningOther:
    """One of them: lines "GROUP TEXT" on its control port."""

    def __init__(self, pid: int, address: Address, texts: Texts, path: str) -> None:
        self.pid, self.address, self._texts, self._path = pid, address, texts, path
        self._seqs = count(1)

    def path(self, group: int) -> str:
        return self._path.format(group)

    def events(self, groups: Iterable[int]) -> list[Event]:
        return [self._event(group) for group in groups]

    def refreshed(self) -> list[Event]:
        return []

    def _event(self, group: int) -> Event:
        seq = next(self._seqs)
        return Event(group, seq, self._cause(group, self._texts.event.replace("{seq}", str(seq))))

    def _cause(self, group: int, text: str) -> bytes:
        return f"{group} {text}\n".encode()


class RunningNchan(RunningOther):
    """Published by HTTP; the newest message of a channel is its snapshot."""

    def refreshed(self) -> list[Event]:
        groups = range(MOST_GROUPS)
        return [Event(group, 0, self._cause(group, self._texts.welcome)) for group in groups]

    def _cause(self, group: int, text: str) -> bytes:
        body = text.encode()
        head = f"POST /say/{group} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
        return head.encode() + body


MOST_GROUPS = 31


class Other:
    """Started anew for each measurement."""

    def __init__(self, name: str, command: Command, installed: Installed, texts: Texts) -> None:
        self.name, self.slow = name, False
        self._command, self._installed, self._texts = command, installed, texts
        self.environment: dict[str, str] = {}
        self.hello, self.path, self.snapshot = '{"type":"hello"}', "/groups/{}", True
        self.kind: type[RunningOther] = RunningOther
        self.folder = installed.folder / "run"

    @contextmanager
    def running(self) -> Iterator[RunningOther]:
        self.folder.mkdir(exist_ok=True)
        place = Place(self.folder, self._texts)
        with (self.folder / f"{self.name.replace(' ', '-').lower()}.log").open("wb") as log:
            child = subprocess.Popen(
                self._command(self._installed, place),
                cwd=ROOT,
                env=os.environ | self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=lambda: on_core(0, SERVER_CORE),  # noqa: PLW1509 - one thread starts them
            )
        try:
            until_listening(place.port, child)
            yield self.kind(child.pid, self._address(place), self._texts, self.path)
        finally:
            child.terminate()
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    def _address(self, place: Place) -> Address:
        trigger = place.port if self.kind is RunningNchan else place.control_port
        return Address(place.port, trigger, self.hello, self.snapshot)


def others(installed: Installed, texts: Texts, redis_url: str) -> list[Other]:
    """Those that could be installed, the limit first."""
    made = {
        "C epoll": Other("C epoll", _c, installed, texts),
        "Node ws": Other("Node ws", _node("node_ws.js"), installed, texts),
        "nchan": Other("nchan", _nchan, installed, texts),
        "websockets.broadcast": Other(
            "websockets.broadcast", _python("broadcast"), installed, texts
        ),
        "Socket.IO": Other("Socket.IO", _node("socket_io.js"), installed, texts),
        "Starlette": Other("Starlette", _python("starlette_loop"), installed, texts),
        "Django Channels": Other("Django Channels", _python("django_channels"), installed, texts),
    }
    _particular(made, installed, redis_url)
    needed = {"Node ws": installed.node_modules, "Socket.IO": installed.node_modules}
    needed |= {"nchan": installed.nginx, "C epoll": installed.program("epoll_server")}
    return [each for name, each in made.items() if needed.get(name, installed.python).exists()]


def _particular(made: dict[str, Other], installed: Installed, redis_url: str) -> None:
    for name in ("Node ws", "Socket.IO"):
        made[name].environment = {"NODE_PATH": str(installed.node_modules)}
    made["Socket.IO"].hello = "40"
    made["Socket.IO"].path = "/socket.io/?EIO=4&transport=websocket&group={}"
    made["nchan"].hello, made["nchan"].kind = "", RunningNchan
    made["Django Channels"].slow = True
    made["Django Channels"].environment = {"PEERS_REDIS_URL": redis_url}


def _c(installed: Installed, place: Place) -> list[str]:
    return [str(installed.program("epoll_server")), *_words(place)]


def _node(script: str) -> Command:
    return lambda _, place: ["node", str(SERVERS / script), *_words(place)]


def _python(script: str) -> Command:
    return lambda installed, place: [
        *(str(installed.python), "-m", f"{PACKAGE}.{script}"),
        *_words(place),
    ]


def _nchan(installed: Installed, place: Place) -> list[str]:
    text = (SERVERS / "nchan.conf").read_text()
    folder = str(place.folder)
    for name, value in (
        *(("@folder@", folder), ("@port@", str(place.port))),
        ("@modules@", str(installed.nginx_modules)),
    ):
        text = text.replace(name, value)
    configuration = place.folder / "nginx.conf"
    configuration.write_text(text)
    nginx = [str(installed.nginx), "-p", folder, "-c", str(configuration)]
    return ["unshare", "--mount", *_AS_ROOT, "sh", "-c", _ITS_FOLDER, "sh", *nginx]


# nchan insists on the folder that the package would have made: it sees one, nobody else does.
_ITS_FOLDER = 'mount -t tmpfs none /var/lib && mkdir /var/lib/nginx && exec "$@"'
_AS_ROOT = ("--map-root-user",) if os.getuid() else ()


def _words(place: Place) -> list[str]:
    return [str(place.port), str(place.control_port), str(place.snapshot)]
