"""What the users of one Locust process share: where to knock, who may come, what was noted."""

import time
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from locust.env import Environment

from loadtests.book import Book
from loadtests.page import Door, Fire, Page
from loadtests.people import People, Ticket
from loadtests.scenarios import SCENARIOS, Scenario

_OF: "WeakKeyDictionary[Environment, Rehearsal]" = WeakKeyDictionary()


class Rehearsal:
    """One per environment, made when Locust starts."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self.people = People()
        self.operators = People()
        self.book = Book()
        self.began = time.monotonic()
        self.starts = 0
        self.signed_in: list[Any] = []  # the console's cookies: its link is good once

    @property
    def options(self) -> Any:
        return self._environment.parsed_options

    @property
    def scenario(self) -> Scenario:
        return SCENARIOS[self.options.scenario]

    @property
    def door(self) -> Door:
        return Door(str(self._environment.host).rstrip("/"), str(self.options.amphi))

    @property
    def running_s(self) -> float:
        return time.monotonic() - self.began

    @property
    def notes(self) -> Path:
        """The record of the whole run, where the oracle finds it."""
        return Path(self.options.record)

    def page(self, ticket: Ticket | None, who: str) -> Page:
        """A page, not connected yet. `who` names a spectator or an operator in the record."""
        person = ticket.entry if ticket is not None and ticket.entry else who
        leaf = self.book.page(person, self.door.amphi)
        return Page(self.door, ticket, leaf, self.fire)

    @property
    def fire(self) -> Fire:
        """Locust's usual way: a request event with a type, a name, a time."""

        def fired(name: str, ms: float, size: int, error: Exception | None) -> None:
            request: Any = self._environment.events.request  # it has no types
            request.fire(
                request_type="WS",
                name=name,
                response_time=ms,
                response_length=size,
                exception=error,
                context={},
            )

        return fired


def rehearsal_of(environment: Environment) -> Rehearsal:
    """Made when first asked for."""
    if environment not in _OF:
        _OF[environment] = Rehearsal(environment)
    return _OF[environment]
