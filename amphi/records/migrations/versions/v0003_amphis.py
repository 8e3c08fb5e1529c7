"""Amphis, choice sessions, call lists."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make them."""
    _amphis()
    _choice_sessions()
    _call_list_entries()


def _amphis() -> None:
    op.create_table(
        "amphis",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("offer", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("group", sa.Text(), nullable=False),
        sa.Column("regime", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("policy", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("phase", sa.Text(), server_default="PLANNED", nullable=False),
        sa.Column("opens_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("call_list_version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "phase IN ('PLANNED', 'VALIDATED', 'OPEN', 'RUNNING', 'PAUSED', 'BETWEEN_SESSIONS', 'CATCH_UP', 'CLOSED')",
            name=op.f("ck_amphis_phase"),
        ),
        sa.ForeignKeyConstraint(["offer"], ["offers.id"], name=op.f("fk_amphis_offer_offers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amphis")),
        sa.UniqueConstraint("offer", "code", name=op.f("uq_amphis_offer_code")),
        sa.UniqueConstraint("offer", "position", name=op.f("uq_amphis_offer_position")),
    )
    op.create_index("ix_amphis_code", "amphis", ["code"], unique=False)


def _choice_sessions() -> None:
    op.create_table(
        "choice_sessions",
        sa.Column("amphi", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("from_rank", sa.Integer(), nullable=False),
        sa.Column("to_rank", sa.Integer(), nullable=False),
        sa.Column("starts_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("ends_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("state", sa.Text(), server_default="planned", nullable=False),
        sa.CheckConstraint(
            "state IN ('planned', 'running', 'ended')", name=op.f("ck_choice_sessions_state")
        ),
        sa.CheckConstraint(
            "1 <= from_rank AND from_rank <= to_rank", name=op.f("ck_choice_sessions_ranks")
        ),
        sa.ForeignKeyConstraint(
            ["amphi"], ["amphis.id"], name=op.f("fk_choice_sessions_amphi_amphis")
        ),
        sa.PrimaryKeyConstraint("amphi", "n", name=op.f("pk_choice_sessions")),
    )


def _call_list_entries() -> None:
    op.create_table(
        "call_list_entries",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("amphi", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("call_rank", sa.Integer(), nullable=False),
        sa.Column("des", sa.Text(), nullable=False),
        sa.Column("choice_status", sa.Text(), server_default="STANDARD", nullable=False),
        sa.Column("extra_seconds", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "expected_absence", sa.Boolean(), server_default=sa.text("false"), nullable=False
        ),
        sa.Column("excluded", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "choice_status IN ('STANDARD', 'SURNOMBRE_VALIDANT', 'SURNOMBRE_NON_VALIDANT')",
            name=op.f("ck_call_list_entries_choice_status"),
        ),
        sa.CheckConstraint("call_rank >= 1", name=op.f("ck_call_list_entries_call_rank")),
        sa.CheckConstraint("extra_seconds >= 0", name=op.f("ck_call_list_entries_extra_seconds")),
        sa.ForeignKeyConstraint(
            ["amphi"], ["amphis.id"], name=op.f("fk_call_list_entries_amphi_amphis")
        ),
        sa.ForeignKeyConstraint(
            ["person"], ["persons.id"], name=op.f("fk_call_list_entries_person_persons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_list_entries")),
        sa.UniqueConstraint(
            "amphi", "call_rank", name=op.f("uq_call_list_entries_amphi_call_rank")
        ),
        sa.UniqueConstraint(
            "amphi", "external_id", name=op.f("uq_call_list_entries_amphi_external_id")
        ),
        sa.UniqueConstraint("amphi", "person", name=op.f("uq_call_list_entries_amphi_person")),
    )
    op.create_index(
        op.f("ix_call_list_entries_person"), "call_list_entries", ["person"], unique=False
    )
