"""Many rows at once: PostgreSQL's COPY, in the caller's transaction."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncConnection


async def copy_rows(
    connection: AsyncConnection,
    table: Table,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
) -> None:
    """`rows` in the order of `columns`. Values are the driver's own: no defaults, JSON as text."""
    raw: Any = (await connection.get_raw_connection()).driver_connection
    if not raw.is_in_transaction():  # SQLAlchemy begins with its first statement, not before
        await connection.execute(select(1))
    await raw.copy_records_to_table(
        table.name, records=rows, columns=list(columns), schema_name="public"
    )
