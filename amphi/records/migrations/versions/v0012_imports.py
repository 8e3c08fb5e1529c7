"""Files brought in, and the rows of them that wait."""

from alembic import op

from amphi.records.migrations.scripts import run_file

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Make them."""
    run_file(op.get_bind(), "imports.sql")
