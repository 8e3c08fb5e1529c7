"""What the operators' program stands on; wiring brings it."""

from collections.abc import Awaitable, Callable
from typing import Protocol

import msgspec

from amphi.actions.gestures import Asks
from amphi.http.tickets import IssuesTickets
from amphi.http.visitors import Visitors
from amphi.records.database import Database
from amphi.rules.ids import PersonId


class RedeemsLinks(Protocol):
    """live_store's one-use links. May raise StoreUnavailable."""

    async def redeem(self, token: str) -> PersonId | None: ...


class Services(msgspec.Struct, frozen=True, kw_only=True):
    """`live_gateways`: names of those that beat; raises StoreUnavailable."""

    database: Database
    asks: Asks
    tickets: IssuesTickets
    links: RedeemsLinks
    visitors: Visitors
    live_gateways: Callable[[], Awaitable[frozenset[str]]]
