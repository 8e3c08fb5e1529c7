"""The lineage of an offer's journal: another epoch means that a backup was restored."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.records.tables.campaigns import offers
from amphi.rules.ids import OfferId


async def epoch_of(connection: AsyncConnection, offer: OfferId) -> str:
    """Opaque. The offer exists: its id came from a row."""
    epoch: str = (
        await connection.execute(select(offers.c.epoch).where(offers.c.id == offer))
    ).scalar_one()
    return epoch
