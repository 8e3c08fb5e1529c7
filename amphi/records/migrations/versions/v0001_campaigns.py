"""Campaigns, offers, posts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make them."""
    _campaigns()
    _offers()
    _posts()


def _campaigns() -> None:
    op.create_table(
        "campaigns",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("semester", sa.Text(), nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("trial", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column(
            "created_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("ended_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
        sa.UniqueConstraint(
            "name", "semester", "territory", name=op.f("uq_campaigns_name_semester_territory")
        ),
    )


def _offers() -> None:
    op.create_table(
        "offers",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "created_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["campaign"], ["campaigns.id"], name=op.f("fk_offers_campaign_campaigns")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
    )
    op.create_index(op.f("ix_offers_campaign"), "offers", ["campaign"], unique=False)


def _posts() -> None:
    op.create_table(
        "posts",
        sa.Column("offer", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("des", sa.Text(), nullable=False),
        sa.Column("establishment", sa.Text(), server_default="", nullable=False),
        sa.Column("finess", sa.Text(), server_default="", nullable=False),
        sa.Column("service", sa.Text(), server_default="", nullable=False),
        sa.Column("imotep", sa.Text(), server_default="", nullable=False),
        sa.Column("supervisor", sa.Text(), server_default="", nullable=False),
        sa.Column("department", sa.Text(), server_default="", nullable=False),
        sa.Column("earmark", sa.Text(), server_default="", nullable=False),
        sa.Column("regimes", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("groups", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("reserved_for", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("withdrawn", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("number <> ''", name=op.f("ck_posts_number")),
        sa.ForeignKeyConstraint(["offer"], ["offers.id"], name=op.f("fk_posts_offer_offers")),
        sa.PrimaryKeyConstraint("offer", "number", name=op.f("pk_posts")),
    )
