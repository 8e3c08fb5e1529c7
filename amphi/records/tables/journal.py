"""The journal of an offer, its head-and-lease row, and the acceptances of commands.

Insert and select only, by grants and by triggers; a trigger also checks the chain line by line.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Computed,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from amphi.records.tables.schema import METADATA, instant, text

# Head and lease in one: a take-over raises `term`, so a zombie's compare-and-set fails.
offer_heads = Table(
    "offer_heads",
    METADATA,
    Column("offer", Text, ForeignKey("offers.id"), primary_key=True),
    Column("term", Integer, nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    text("head_hash"),
    Column("owner", Text),
    instant("expires_at"),
    CheckConstraint("term >= 1 AND last_seq >= 0", name="positive"),
)

# `text` is what the hash covers; `body` and `kind` are generated from it, `at` is in milliseconds
# since 1970 UTC of the conductor's clock. The check ties the columns to the text.
journal = Table(
    "journal",
    METADATA,
    Column("offer", Text, ForeignKey("offers.id"), primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("term", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    text("hash"),
    text("prev_hash"),
    text("text"),
    Column("body", JSONB, Computed("(text)::jsonb", persisted=True), nullable=False),
    Column(
        "kind",
        Text,
        Computed("((text)::jsonb -> 'event') ->> 'kind'", persisted=True),
        nullable=False,
    ),
    CheckConstraint(
        "(body ->> 'offer') = offer AND (body ->> 'seq')::bigint = seq"
        " AND (body ->> 'term')::integer = term AND (body ->> 'at')::bigint = at",
        name="text_tells_columns",
    ),
)
Index("ix_journal_kind", journal.c.offer, journal.c.kind)

# The key of a command is (offer, person, id); `body` is the hash of what was asked.
command_results = Table(
    "command_results",
    METADATA,
    Column("offer", Text, ForeignKey("offers.id"), primary_key=True),
    Column("person", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    text("body"),
    Column("seq", BigInteger, nullable=False),
    instant("accepted_at", now=True),
)
