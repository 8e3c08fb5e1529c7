"""Assignments."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make them."""
    _assignments()


def _assignments() -> None:
    op.create_table(
        "assignments",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.Column("offer", sa.Text(), nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=True),
        sa.Column("choice_status", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), server_default="amphi", nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.Column("live", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("made_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint(
            "choice_status IN ('STANDARD', 'SURNOMBRE_VALIDANT', 'SURNOMBRE_NON_VALIDANT')",
            name=op.f("ck_assignments_choice_status"),
        ),
        sa.CheckConstraint(
            "origin <> 'amphi' OR num_nonnulls(entry, seq, receipt) = 3",
            name=op.f("ck_assignments_amphi_receipt"),
        ),
        sa.CheckConstraint(
            "origin IN ('amphi', 'wishes', 'match', 'by_hand', 'import')",
            name=op.f("ck_assignments_origin"),
        ),
        sa.ForeignKeyConstraint(
            ["campaign"], ["campaigns.id"], name=op.f("fk_assignments_campaign_campaigns")
        ),
        sa.ForeignKeyConstraint(
            ["entry"], ["call_list_entries.id"], name=op.f("fk_assignments_entry_call_list_entries")
        ),
        sa.ForeignKeyConstraint(
            ["offer", "post"],
            ["posts.offer", "posts.number"],
            name=op.f("fk_assignments_offer_post_posts"),
        ),
        sa.ForeignKeyConstraint(
            ["person"], ["persons.id"], name=op.f("fk_assignments_person_persons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
    )
    op.create_index(op.f("ix_assignments_entry"), "assignments", ["entry"], unique=False)
    op.create_index("ix_assignments_offer_seq", "assignments", ["offer", "seq"], unique=False)
    op.create_index(
        "uq_assignments_campaign_person",
        "assignments",
        ["campaign", "person"],
        unique=True,
        postgresql_where="live",
    )
    op.create_index(
        "uq_assignments_seat",
        "assignments",
        ["offer", "post"],
        unique=True,
        postgresql_where=sa.text("live AND choice_status = 'STANDARD'"),
    )
