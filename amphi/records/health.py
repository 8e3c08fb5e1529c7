"""Whether PostgreSQL answers, and who conducts."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.records.database import Database
from amphi.records.tables.journal import offer_heads
from amphi.rules.ids import OfferId


async def ping(database: Database) -> None:
    """Returns when it answers. Raises JournalUnavailable."""
    async with database.connection() as connection:
        await connection.execute(select(1))


async def is_conducted(connection: AsyncConnection, offer: OfferId) -> bool:
    """Somebody holds the offer's lease, by PostgreSQL's clock."""
    row = offer_heads.c
    held = (row.owner.is_not(None), row.expires_at > func.clock_timestamp())
    found = await connection.execute(select(row.offer).where(row.offer == offer, *held))
    return found.first() is not None
