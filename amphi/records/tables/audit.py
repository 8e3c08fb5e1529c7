"""The journal of administrative acts outside a live amphi: insert and select only."""

from sqlalchemy import BigInteger, Column, Identity, Index, Table
from sqlalchemy.dialects.postgresql import JSONB

from amphi.records.tables.schema import METADATA, instant, text

# `who`: a person's id, or `command line`. `subject`: the id of what was acted upon.
audit = Table(
    "audit",
    METADATA,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    instant("at", now=True),
    text("who"),
    text("what"),
    text("subject", default=""),
    Column("before", JSONB),
    Column("after", JSONB),
    text("why", default=""),
)
Index("ix_audit_subject", audit.c.subject, audit.c.at)
