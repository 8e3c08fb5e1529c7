"""What the site stands on; wiring brings it."""

from pathlib import Path
from typing import Any, Protocol

import msgspec

from amphi.actions.gestures import Asks
from amphi.http.attempts import Limits
from amphi.http.lately import Lately
from amphi.http.mailed_links import MailedLinks
from amphi.http.passwords import Passwords
from amphi.http.tickets import IssuesTickets
from amphi.http.visitors import Visitors
from amphi.records.database import Database
from amphi.rules.ids import AmphiId, EntryId, OfferId


class Hot(Protocol):
    """live_store's hot state, for display only. May raise StoreUnavailable."""

    async def amphis(self, offer: OfferId) -> dict[AmphiId, dict[str, Any]]: ...

    async def queue(self, offer: OfferId, amphi: AmphiId, first: int) -> list[EntryId]: ...


class Services(msgspec.Struct, frozen=True, kw_only=True):
    """`asyncapi`: the gateway's own document; `full_names`: as the ARS sets (intern-space.md).

    `caught_mails`: the folder of the demonstration's postbox, None: no demonstration.
    """

    database: Database
    asks: Asks
    hot: Hot
    tickets: IssuesTickets
    limits: Limits
    visitors: Visitors
    passwords: Passwords
    links: MailedLinks
    lately: Lately
    asyncapi: dict[str, Any]
    full_names: bool = False
    caught_mails: Path | None = None
