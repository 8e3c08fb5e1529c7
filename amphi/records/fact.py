"""An event about to be recorded, as those who write its rows need it."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Executable

from amphi.records.instants import moment
from amphi.rules.choosing.events import AnyEvent, Recorded
from amphi.rules.ids import OfferId

Step = tuple[Executable, dict[str, Any]]  # a statement and the values it is run with


class Fact(msgspec.Struct, frozen=True):
    """`private`: what the command brought for the rows and the journal must not hold."""

    offer: OfferId
    recorded: Recorded
    private: dict[str, Any] = {}

    @property
    def event(self) -> AnyEvent:
        return self.recorded.event

    @property
    def moment(self) -> datetime:
        """By the conductor's clock."""
        return moment(self.recorded.at)
