"""The journal, its head, accepted commands, the audit, and what guards them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from amphi.records.migrations.scripts import run_file

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make them."""
    _offer_heads()
    _journal()
    _command_results()
    _audit()
    run_file(op.get_bind(), "journal_guards.sql")


def _offer_heads() -> None:
    op.create_table(
        "offer_heads",
        sa.Column("offer", sa.Text(), nullable=False),
        sa.Column("term", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("head_hash", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("expires_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint("term >= 1 AND last_seq >= 0", name=op.f("ck_offer_heads_positive")),
        sa.ForeignKeyConstraint(["offer"], ["offers.id"], name=op.f("fk_offer_heads_offer_offers")),
        sa.PrimaryKeyConstraint("offer", name=op.f("pk_offer_heads")),
    )


def _journal() -> None:
    op.create_table(
        "journal",
        sa.Column("offer", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("term", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("prev_hash", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "body",
            postgresql.JSONB(astext_type=sa.Text()),
            sa.Computed("(text)::jsonb", persisted=True),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Text(),
            sa.Computed("((text)::jsonb -> 'event') ->> 'kind'", persisted=True),
            nullable=False,
        ),
        sa.CheckConstraint(
            "(body ->> 'offer') = offer AND (body ->> 'seq')::bigint = seq AND (body ->> 'term')::integer = term AND (body ->> 'at')::bigint = at",
            name=op.f("ck_journal_text_tells_columns"),
        ),
        sa.ForeignKeyConstraint(["offer"], ["offers.id"], name=op.f("fk_journal_offer_offers")),
        sa.PrimaryKeyConstraint("offer", "seq", name=op.f("pk_journal")),
    )
    op.create_index("ix_journal_kind", "journal", ["offer", "kind"], unique=False)


def _command_results() -> None:
    op.create_table(
        "command_results",
        sa.Column("offer", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column(
            "accepted_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["offer"], ["offers.id"], name=op.f("fk_command_results_offer_offers")
        ),
        sa.PrimaryKeyConstraint("offer", "person", "id", name=op.f("pk_command_results")),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_subject", "audit", ["subject", "at"], unique=False)
