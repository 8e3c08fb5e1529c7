"""Validating, publishing and starting amphis from the command line, through their mailboxes."""

from collections.abc import Iterable

from amphi.actions.gestures import Asks, a_letter, gesture
from amphi.cli.at_hand import Addresses
from amphi.live_store.connection import Store
from amphi.live_store.feed import Feed
from amphi.live_store.inbox import Inbox
from amphi.records.reads import AmphiRow
from amphi.rules.choosing.state import Phase
from amphi.rules.ids import PersonId
from amphi.wiring import conducting

_WHY = {"reason": "Campagne d'essai"}


async def open_amphis(
    addresses: Addresses, rows: Iterable[AmphiRow], operator: PersonId, *, start: bool
) -> None:
    """A conductor of our own runs meanwhile: with another one there already it finds nothing to do.

    Raises Refused.
    """
    async with Store.at(addresses.redis_url) as store, conducting(addresses.settings):
        feed = Feed(store, Inbox(store))
        await publish(feed, rows, operator)
        if start:
            await begin(feed, rows, operator)


async def publish(asks: Asks, rows: Iterable[AmphiRow], operator: PersonId) -> None:
    """Each amphi that is not OPEN yet; in the order in which they choose from their offer."""
    for row in rows:
        if row.phase is Phase.PLANNED:
            await gesture(asks, row.offer, a_letter(row.id, "validate", operator, args=_WHY))
        if row.phase in (Phase.PLANNED, Phase.VALIDATED):
            await gesture(asks, row.offer, a_letter(row.id, "publish", operator, args=_WHY))


async def begin(asks: Asks, rows: Iterable[AmphiRow], operator: PersonId) -> None:
    """The first session of the first amphi of each offer; the others come after it (§11)."""
    begun = set()
    for row in rows:
        if row.offer not in begun:
            begun.add(row.offer)
            await gesture(asks, row.offer, a_letter(row.id, "start", operator))
