"""Amphis as they stand now, for the lists of both programs: the hot state over their rows."""

import asyncio
from collections.abc import Sequence
from typing import Any, Protocol

import msgspec
import structlog

from amphi.live.ports import StoreUnavailable
from amphi.records.reads import AmphiRow
from amphi.rules.choosing.state import Phase
from amphi.rules.ids import AmphiId, OfferId

LIVE = (Phase.RUNNING, Phase.PAUSED, Phase.BETWEEN_SESSIONS, Phase.CATCH_UP)

log = structlog.get_logger()


class ShowsAmphis(Protocol):
    """live_store's hot state. May raise StoreUnavailable."""

    async def amphis(self, offer: OfferId) -> dict[AmphiId, dict[str, Any]]: ...


class Now(msgspec.Struct, frozen=True, kw_only=True):
    """An amphi as the hot state shows it; without it, as its row does (`served` None)."""

    row: AmphiRow
    phase: Phase
    frozen: bool = False
    session: int | None = None
    served: int | None = None

    @property
    def runs(self) -> bool:
        return self.phase in LIVE


async def as_they_stand(hot: ShowsAmphis, rows: Sequence[AmphiRow]) -> dict[AmphiId, Now]:
    """By amphi, in the order of `rows`; with the hot state away, as far as PostgreSQL knows."""
    offers = list(dict.fromkeys(row.offer for row in rows if row.phase is not Phase.PLANNED))
    try:
        shown = await asyncio.gather(*(hot.amphis(offer) for offer in offers))
    except StoreUnavailable as away:
        log.warning("hot_state_unknown", why=repr(away))
        shown = []
    cards = {amphi: card for offer in shown for amphi, card in offer.items()}
    return {row.id: _now(row, cards.get(row.id)) for row in rows}


def _now(row: AmphiRow, card: dict[str, Any] | None) -> Now:
    if card is None:
        return Now(row=row, phase=row.phase)
    return Now(
        row=row,
        phase=Phase(card["phase"]),
        frozen=card["frozen"],
        session=card["session"],
        served=card["served"],
    )
