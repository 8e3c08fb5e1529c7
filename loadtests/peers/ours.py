"""This gateway as `amphi serve` runs it, before real servers, its events coming by the feed."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import msgspec
from websockets.sync.client import connect

from loadtests.campaign import Morning
from loadtests.ground import Amphi, Ground
from loadtests.peers.contestant import SERVER_CORE, Texts, on_core
from loadtests.peers.crowd import Address, Event
from loadtests.peers.feed import KEEP, PUT_BACK, Beats, Course, Json, feed_of, over_all
from loadtests.peers.valkey import Valkey

PLAYED = 16  # choices made before: the welcome has about 2 KB
MIXED = 30
CROWD_INTERNS, MIX_INTERNS = 240, 80
SEQ = re.compile(r'"seq":\d+')


class Theatre:
    """Amphis whose morning is half over: one for the crowd, thirty for the mix."""

    def __init__(self, ground: Ground, valkey: Valkey) -> None:
        self.ground, self.valkey = ground, valkey
        mornings = [Morning("C00", interns=CROWD_INTERNS)]
        mornings += [Morning(f"M{n:02}", interns=MIX_INTERNS) for n in range(1, MIXED + 1)]
        self.amphis = [ground.load(each, "--start") for each in mornings]
        self.notes = [self._notes(amphi) for amphi in self.amphis]
        for course in self.courses(fresh=True):
            for _ in range(PLAYED):
                valkey.send(course.event(0).cause)
        self._keys = [feed_of(each) for each in self.amphis]
        over_all(valkey, KEEP, self._keys)

    def courses(self, *, fresh: bool = False) -> list[Course]:
        """From here on."""
        made = [Course(*each) for each in zip(self.amphis, self.notes, strict=True)]
        for course in made:
            for _ in range(0 if fresh else PLAYED):
                course.event(0)
        return made

    def put_back(self) -> None:
        """As if nothing had happened since."""
        over_all(self.valkey, PUT_BACK, self._keys)

    def _notes(self, amphi: Amphi) -> list[Json]:
        entries = self.valkey.call("XRANGE", feed_of(amphi), "-", "+")
        return [msgspec.json.decode(fields[1]) for _, fields in entries]


class RunningOurs:
    """`amphi serve`."""

    def __init__(self, theatre: Theatre, pid: int) -> None:
        self.pid, self._theatre, self._courses = pid, theatre, theatre.courses()
        valkey = theatre.valkey
        self.address = Address(theatre.ground.port, valkey.port, preamble=valkey.preamble)

    def path(self, group: int) -> str:
        return f"/ws/amphis/{self._theatre.amphis[group].id}"

    def events(self, groups: Iterable[int]) -> list[Event]:
        return [self._courses[group].event(group) for group in groups]

    def refreshed(self) -> list[Event]:
        return []


class Ours:
    """Its Redis feed in the way, as in production."""

    slow = False

    def __init__(self, theatre: Theatre, name: str = "Amphi", **environment: str) -> None:
        self.name, self._theatre, self._environment = name, theatre, environment

    @contextmanager
    def running(self) -> Iterator[RunningOurs]:
        self._theatre.put_back()
        ground = self._theatre.ground
        program = ground.serve(**self._environment)
        on_core(program.child.pid, SERVER_CORE)
        try:
            with Beats(ground.environment["REDIS_URL"], self._theatre.amphis):
                yield RunningOurs(self._theatre, program.child.pid)
        finally:
            program.stop()

    def texts(self) -> Texts:
        """What a spectator of the crowd's amphi is told: the others say the same."""
        with self.running() as running:
            url = f"ws://127.0.0.1:{running.address.port}{running.path(0)}"
            with connect(url, compression=None, proxy=None) as first:
                first.send('{"type":"hello"}')
                for _ in range(PLAYED):  # the feed is followed from where the journal ends
                    _of_type(first, "event")
                with connect(url, compression=None, proxy=None) as second:
                    second.send('{"type":"hello"}')
                    welcome = _of_type(second, "welcome")
                    self._theatre.valkey.send(running.events([0])[0].cause)
                    event = _of_type(second, "event")
        return Texts(welcome, SEQ.sub('"seq":{seq}', event, count=1))


def _of_type(socket: object, wanted: str) -> str:
    while True:
        text = str(socket.recv(timeout=20))  # type: ignore[attr-defined]
        if text.startswith(f'{{"type":"{wanted}"'):
            return text
