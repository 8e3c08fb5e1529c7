"""A database for one rehearsal: made beside the real one, and dropped afterwards.

The journal is insert-only, so that nothing of a rehearsal could ever be taken out of it again; a
database of its own can be thrown away whole.
"""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from amphi.records.migrate import migrate


@asynccontextmanager
async def scratch_database(owner_url: str) -> AsyncIterator[str]:
    """Its address, migrated. The account of `owner_url` must be allowed to make databases."""
    name = f"amphi_rehearsal_{secrets.token_hex(8)}"
    await _execute(owner_url, f"CREATE DATABASE {name}")
    try:
        url = make_url(owner_url).set(database=name).render_as_string(hide_password=False)
        await migrate(url)
        yield url
    finally:
        await _execute(owner_url, f"DROP DATABASE {name} WITH (FORCE)")


async def _execute(url: str, statement: str) -> None:
    """Outside any transaction, as PostgreSQL wants it for whole databases."""
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            await connection.execute(text(statement))
    finally:
        await engine.dispose()
