"""The queue of slow work: pgqueuer's own tables, in the schema `jobs`."""

from alembic import op

from amphi.records.jobs import install_script
from amphi.records.migrations.scripts import run

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make them."""
    run(op.get_bind(), install_script())
