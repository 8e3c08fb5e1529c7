"""Who comes: interns and spectators on WebSockets, one operator, readers of the public lists."""

import itertools
import random
import re
import time
from datetime import datetime
from typing import Any

from locust import FastHttpUser, User, between, task
from locust.env import Environment
from locust.exception import StopUser

from loadtests import enrolment
from loadtests.campaign import post_of
from loadtests.page import NotAnswered, Page, Shut
from loadtests.rehearsal import rehearsal_of

LOOK_S = 1.0
SEATED_WITHIN_S = 20.0
LAST_SECOND_S = 0.7
_numbers = itertools.count()


class OnASocket(User):
    """Connected from start to end; `act` is called again and again with the page."""

    abstract = True
    who = "spectator"

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.rehearsal = rehearsal_of(environment)
        self.scenario = self.rehearsal.scenario
        self.page = self._page()
        self._cut_at = self._next_cut()

    def _page(self) -> Page:
        return self.rehearsal.page(None, f"{self.who}-{next(_numbers)}")

    def on_start(self) -> None:
        self.page.slow = isinstance(self, Spectator) and random.random() < self.scenario.slow
        self._keeping_on(self.page.come)

    def on_stop(self) -> None:
        self.page.leave()

    @task
    def live(self) -> None:
        """One look at what there is to hear; a page that does not read only waits."""
        if self._cut_at is not None and self.rehearsal.running_s > self._cut_at:
            self._cut_at = self._next_cut()
            self.page.cut()
        if self.page.slow:
            time.sleep(LOOK_S)
            return
        self._keeping_on(lambda: self.page.hear(LOOK_S))
        self._keeping_on(self.act)

    def act(self) -> None:
        """What there is to do besides listening."""

    def _next_cut(self) -> float | None:
        """The same instant for everybody."""
        every = self.scenario.cut_every_s
        return None if every is None else (self.rehearsal.running_s // every + 1) * every

    def _keeping_on(self, work: Any) -> None:
        """What went wrong has been told to Locust already."""
        try:
            work()
        except Shut as shut:
            raise StopUser from shut
        except NotAnswered:
            return


class Spectator(OnASocket):
    """Anybody, not signed in."""


class Intern(OnASocket):
    """One line of the call list; a spectator when all tickets are given out."""

    who = "visitor"

    def _page(self) -> Page:
        self.ticket = self.rehearsal.people.next()
        self._tried: set[str] = set()
        return self.rehearsal.page(self.ticket, f"{self.who}-{next(_numbers)}")

    def act(self) -> None:
        turn = self.page.view.get("turn")
        if turn is None or self.ticket is None or turn["id"] in self._tried:
            return
        mine = turn["entry"] == self.page.you.get("entry")
        if mine:
            self._think(turn)
            self._choose(turn["id"], "choose")
        elif self.scenario.haste == "last_second" and random.random() < 0.3:
            self._think(turn)
            self._choose(turn["id"], "choose out of turn")

    def _think(self, turn: dict[str, Any]) -> None:
        """Listening goes on meanwhile."""
        low, high = self.scenario.think_s
        seconds = random.uniform(low, high)
        if self.scenario.haste == "last_second" and turn.get("deadline"):
            deadline = datetime.fromisoformat(turn["deadline"]).timestamp()
            seconds = deadline - time.time() - LAST_SECOND_S
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.page.hear(left)

    def _choose(self, turn: str, name: str) -> None:
        """Everybody has a post in mind that nobody else wants: a refusal is a finding."""
        rank = self.ticket.rank if self.ticket is not None else 0
        self._tried.add(turn)
        answer = self.page.ask({"type": "choose", "turn": turn, "post": post_of(rank)}, name)
        if answer["type"] == "refused" and name == "choose":
            refused = Shut(f"refused {answer['code']}")
            self.rehearsal.fire("choose refused", 0.0, 0, refused)


class Operator(OnASocket):
    """Starts the session once interns are there; tells them something, pauses once, resumes."""

    who = "operator"
    fixed_count = 1

    def _page(self) -> Page:
        self._ticket = self.rehearsal.operators.next()
        self._said = 0
        self._began = time.monotonic()
        return self.rehearsal.page(self._ticket, self.who)

    def on_start(self) -> None:
        """Not before: a worker that failed at making a user would make none of the others."""
        if self._ticket is None:
            raise StopUser("no ticket for an operator")
        super().on_start()

    def act(self) -> None:
        phase = self.page.view.get("phase")
        if phase in ("OPEN", "BETWEEN_SESSIONS") and self._seated():
            self._command("start")
        elif phase == "PAUSED" and self._seated():
            self._command("resume", reason="Tout le monde est là.")
        elif phase == "RUNNING" and self._said < 2 and self._half_way():
            self._said += 1
            self._command("notice", text="Pause de quelques secondes.", to="all")
            self._command("pause", reason="Répétition : une pause.")
            self._command("resume", reason="Répétition : reprise.")

    def _seated(self) -> bool:
        """Whoever has come, or one has waited enough."""
        return len(self.page.here) > 0 or time.monotonic() - self._began > SEATED_WITHIN_S

    def _half_way(self) -> bool:
        """Twice, a few seconds apart."""
        return time.monotonic() - self._began > 5.0 * (self._said + 1)

    def _command(self, name: str, **args: Any) -> None:
        self.page.ask({"type": "command", "name": name, "args": args}, f"command {name}")


class OverHttp(FastHttpUser):
    """Reads; what was read once is asked for again by its ETag."""

    abstract = True
    wait_time = between(0.1, 1.0)

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.rehearsal = rehearsal_of(environment)
        self._tags: dict[str, str] = {}

    def read(self, path: str, name: str) -> None:
        """Status 200 or 304, anything else is a failure."""
        headers = {"If-None-Match": self._tags[path]} if path in self._tags else {}
        with self.client.get(path, name=name, headers=headers, catch_response=True) as response:
            if response.status_code in (200, 304):
                response.success()
            else:
                response.failure(f"status {response.status_code}")
            tag = (response.headers or {}).get("ETag")
            if tag:
                self._tags[path] = tag


class Reader(OverHttp):
    """The public: lists, the offer, the page itself."""

    @task(3)
    def amphis(self) -> None:
        self.read("/api/amphis", "/api/amphis")

    @task(3)
    def amphi(self) -> None:
        self._of("")

    @task(4)
    def posts(self) -> None:
        self._of("/posts")

    @task(2)
    def call_list(self) -> None:
        self._of("/call-list")

    @task(3)
    def assignments(self) -> None:
        self.read(f"/api/assignments?amphi={self.rehearsal.door.amphi}", "/api/assignments")

    @task(1)
    def front_page(self) -> None:
        self.read("/", "/")

    def _of(self, what: str) -> None:
        self.read(f"/api/amphis/{self.rehearsal.door.amphi}{what}", f"/api/amphis/[id]{what}")


class Console(OverHttp):
    """An agent at the console, on its own address: lists, readiness, journal, now and then a notice."""

    fixed_count = 1

    def __init__(self, environment: Environment) -> None:
        self.host = str(rehearsal_of(environment).options.console)
        super().__init__(environment)

    def on_start(self) -> None:
        """By a one-use link of `amphi operator add`; signed in still when the run is started again."""
        for cookie in self.rehearsal.signed_in:
            self.client.cookiejar.set_cookie(cookie)
        if not self.rehearsal.signed_in:
            self._sign_in()

    def _sign_in(self) -> None:
        link = re.split(r"[^A-Za-z0-9_-]", self.rehearsal.options.operator_link)[-1]
        if not self.host or not link:
            raise StopUser("no console, or no link to it")
        self.client.post("/admin/api/sign-in/link", json={"link": link})
        page = self.client.get("/admin/enrolment").text or ""
        self.client.post("/admin/enrolment", data=enrolment.form(page))
        self.rehearsal.signed_in = [*self.client.cookiejar]

    @task(3)
    def amphis(self) -> None:
        self.read("/admin/api/amphis", "/admin/api/amphis")

    @task(3)
    def readiness(self) -> None:
        self._of("/readiness")

    @task(2)
    def audit(self) -> None:
        self.read("/admin/api/audit?limit=20", "/admin/api/audit")

    @task(1)
    def notice(self) -> None:
        path = f"/admin/api/amphis/{self.rehearsal.door.amphi}/commands"
        told = {"text": "La séance se poursuit.", "to": "all"}
        self.client.post(f"{path}/notice", json=told, name="/admin/api/amphis/[id]/commands/notice")

    def _of(self, what: str) -> None:
        path = f"/admin/api/amphis/{self.rehearsal.door.amphi}{what}"
        self.read(path, f"/admin/api/amphis/[id]{what}")
