"""The role the programs run as, and what it may do."""

from alembic import op

from amphi.records.migrations.scripts import run_file

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make them."""
    run_file(op.get_bind(), "application_role.sql")
