"""Bring a database's schema up to date: all migrations or none, one program at a time."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from amphi.records.database import MIGRATIONS, Database

FOLDER = Path(__file__).parent / "migrations"
ONE_AT_A_TIME = 0x616D706869  # "amphi": the advisory lock every migrating program takes


async def migrate(url: str) -> None:
    """Run what is missing; running it again changes nothing. Raises JournalUnavailable.

    `url` must sign in as the owner of the database: the programs themselves run as `amphi_app`.
    """
    database = Database(url, MIGRATIONS, role=None)
    try:
        async with database.transaction() as connection:
            await connection.execute(
                text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME}
            )
            await connection.run_sync(_upgrade)
    finally:
        await database.close()


def configuration(connection: Connection) -> Config:
    """Alembic's, without an ini file: migrations run inside the caller's transaction."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Connection) -> None:
    command.upgrade(configuration(connection), "head")
