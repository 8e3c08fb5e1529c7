"""Proxy grants and status requests."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make them."""
    _proxies()
    _status_requests()


def _proxies() -> None:
    op.create_table(
        "proxies",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("holder_email", sa.Text(), nullable=False),
        sa.Column("holder_phone", sa.Text(), server_default="", nullable=False),
        sa.Column("holder_first_name", sa.Text(), server_default="", nullable=False),
        sa.Column("holder_last_name", sa.Text(), server_default="", nullable=False),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), server_default="pending", nullable=False),
        sa.Column(
            "created_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("ended_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('pending', 'accepted', 'cancelled', 'ended')", name=op.f("ck_proxies_state")
        ),
        sa.ForeignKeyConstraint(
            ["campaign"], ["campaigns.id"], name=op.f("fk_proxies_campaign_campaigns")
        ),
        sa.ForeignKeyConstraint(
            ["entry"], ["call_list_entries.id"], name=op.f("fk_proxies_entry_call_list_entries")
        ),
        sa.ForeignKeyConstraint(["holder"], ["persons.id"], name=op.f("fk_proxies_holder_persons")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proxies")),
    )
    op.create_index(op.f("ix_proxies_entry"), "proxies", ["entry"], unique=False)
    op.create_index(op.f("ix_proxies_holder"), "proxies", ["holder"], unique=False)
    op.create_index(
        "uq_proxies_campaign_holder",
        "proxies",
        ["campaign", sa.literal_column("lower(holder_email)")],
        unique=True,
        postgresql_where=sa.text("state IN ('pending', 'accepted')"),
    )
    op.create_index(
        "uq_proxies_live_entry",
        "proxies",
        ["entry"],
        unique=True,
        postgresql_where=sa.text("state IN ('pending', 'accepted')"),
    )


def _status_requests() -> None:
    op.create_table(
        "status_requests",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("choice_status", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="pending", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "asked_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("decided_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "choice_status IN ('STANDARD', 'SURNOMBRE_VALIDANT', 'SURNOMBRE_NON_VALIDANT')",
            name=op.f("ck_status_requests_choice_status"),
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'accepted', 'refused')", name=op.f("ck_status_requests_state")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["persons.id"], name=op.f("fk_status_requests_decided_by_persons")
        ),
        sa.ForeignKeyConstraint(
            ["entry"],
            ["call_list_entries.id"],
            name=op.f("fk_status_requests_entry_call_list_entries"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_requests")),
    )
    op.create_index(op.f("ix_status_requests_entry"), "status_requests", ["entry"], unique=False)
    op.create_index(
        "uq_status_requests_pending_entry",
        "status_requests",
        ["entry"],
        unique=True,
        postgresql_where=sa.text("state = 'pending'"),
    )
