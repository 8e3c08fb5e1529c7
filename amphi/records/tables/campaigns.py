"""Campaigns, their offers, the posts on offer."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from amphi.records.tables.schema import METADATA, an_id, codes, instant, text

campaigns = Table(
    "campaigns",
    METADATA,
    an_id(),
    text("name"),
    text("semester"),  # 2026-11: the month it starts
    text("territory"),
    # A rehearsal or a test: made from a file, its people are fictional.
    Column("trial", Boolean, nullable=False, server_default=false()),
    instant("created_at", now=True),
    instant("ended_at", nullable=True),  # its choices are validated: nobody conducts it any more
    UniqueConstraint("name", "semester", "territory"),
)

# `epoch`: the lineage of the offer's journal; it changes only when a backup is restored.
offers = Table(
    "offers",
    METADATA,
    an_id(),
    Column("campaign", Text, ForeignKey("campaigns.id"), nullable=False, index=True),
    text("epoch"),
    Column("version", Integer, nullable=False, server_default="0"),
    instant("created_at", now=True),
)

# One seat each (DCI §8). What the rules look at is frozen into the journal by `validate`.
posts = Table(
    "posts",
    METADATA,
    Column("offer", Text, ForeignKey("offers.id"), primary_key=True),
    Column("number", Text, primary_key=True),
    text("des"),
    text("establishment", default=""),
    text("finess", default=""),
    text("service", default=""),
    text("imotep", default=""),  # the service's number, which posts are grouped by
    text("supervisor", default=""),
    text("department", default=""),
    text("earmark", default=""),
    codes("regimes"),
    codes("groups"),
    codes("reserved_for"),
    Column("withdrawn", Boolean, nullable=False, server_default=false()),
    CheckConstraint("number <> ''", name="number"),
)
