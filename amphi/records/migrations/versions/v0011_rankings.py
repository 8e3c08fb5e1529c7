"""Interns with their semesters and exams; perimeters, ranking runs, call lists, contests; long work."""

from alembic import op

from amphi.records.migrations.scripts import run_file

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make them."""
    run_file(op.get_bind(), "interns.sql")
    run_file(op.get_bind(), "rankings.sql")
