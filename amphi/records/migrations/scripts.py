"""Running a file of SQL statements inside a migration."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection

SQL = Path(__file__).parent / "sql"


def run_file(connection: Connection, name: str) -> None:
    """Run a file of the folder `sql`."""
    run(connection, (SQL / name).read_text("utf-8"))


def run(connection: Connection, script: str) -> None:
    """Several statements at once, which only the driver's own simple protocol takes."""
    driver: Any = connection.connection.dbapi_connection
    driver.run_async(lambda raw: raw.execute(script))
