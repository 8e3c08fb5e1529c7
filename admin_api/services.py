"""What the operators' program stands on; wiring brings it."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import msgspec

from admin_api.second_factor import Seal
from amphi.actions.gestures import Asks
from amphi.actions.sign_in_links import IssuesLinks
from amphi.http.attempts import Limits
from amphi.http.passwords import Passwords
from amphi.http.tickets import IssuesTickets
from amphi.http.visitors import Visitors
from amphi.records.database import Database
from amphi.rules.ids import AmphiId, OfferId, PersonId


class Links(IssuesLinks, Protocol):
    """live_store's one-use links. Each method may raise StoreUnavailable."""

    async def redeem(self, token: str) -> PersonId | None: ...


class Hot(Protocol):
    """live_store's hot state, for display only. May raise StoreUnavailable."""

    async def amphis(self, offer: OfferId) -> dict[AmphiId, dict[str, Any]]: ...


class Services(msgspec.Struct, frozen=True, kw_only=True):
    """`live_gateways`: names of those that beat; raises StoreUnavailable. `site`, `console`: origins."""

    database: Database
    asks: Asks
    hot: Hot
    tickets: IssuesTickets
    links: Links
    limits: Limits
    passwords: Passwords
    seal: Seal
    visitors: Visitors
    live_gateways: Callable[[], Awaitable[frozenset[str]]]
    site: str
    console: str

    @property
    def sockets(self) -> str:
        """The origin of the site's WebSockets (protocol.md §1): `ws` for `http`, `wss` for `https`."""
        return f"ws{self.site.removeprefix('http')}"
