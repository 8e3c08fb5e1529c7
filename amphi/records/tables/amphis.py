"""Amphis, their choice sessions, their call lists.

`phase`, `state`, and what gestures change of an entry follow the journal in the same transaction
(projections.py); the rows of the list itself are frozen into it by `validate`.
"""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.dialects.postgresql import JSONB

from amphi.records.tables.schema import METADATA, an_id, instant, one_of, text
from amphi.rules.choosing.facts import ChoiceStatus
from amphi.rules.choosing.state import Phase

# `position`: the order in which the amphis of an offer choose (live-rules.md §11).
amphis = Table(
    "amphis",
    METADATA,
    an_id(),
    Column("offer", Text, ForeignKey("offers.id"), nullable=False),
    text("code"),
    text("group"),
    text("regime"),
    Column("position", Integer, nullable=False),
    Column("policy", JSONB, nullable=False),
    text("phase", default=Phase.PLANNED),
    instant("opens_at", nullable=True),
    Column("call_list_version", Integer, nullable=False, server_default="1"),
    UniqueConstraint("offer", "code"),
    UniqueConstraint("offer", "position"),
    one_of("phase", Phase),
)
Index("ix_amphis_code", amphis.c.code)

choice_sessions = Table(
    "choice_sessions",
    METADATA,
    Column("amphi", Text, ForeignKey("amphis.id"), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("from_rank", Integer, nullable=False),
    Column("to_rank", Integer, nullable=False),
    instant("starts_at"),
    instant("ends_at", nullable=True),
    text("state", default="planned"),
    CheckConstraint("1 <= from_rank AND from_rank <= to_rank", name="ranks"),
    one_of("state", ("planned", "running", "ended")),
)

# One intern in one amphi: what the wire calls `entry`. `external_id`: the id in the load file.
call_list_entries = Table(
    "call_list_entries",
    METADATA,
    an_id(),
    Column("amphi", Text, ForeignKey("amphis.id"), nullable=False),
    Column("person", Text, ForeignKey("persons.id"), nullable=False, index=True),
    Column("call_rank", Integer, nullable=False),
    text("des"),
    text("choice_status", default=ChoiceStatus.STANDARD),
    Column("extra_seconds", Integer, nullable=False, server_default="0"),
    Column("expected_absence", Boolean, nullable=False, server_default=false()),
    Column("excluded", Boolean, nullable=False, server_default=false()),
    Column("external_id", Text),
    UniqueConstraint("amphi", "call_rank"),
    UniqueConstraint("amphi", "person"),
    UniqueConstraint("amphi", "external_id"),
    CheckConstraint("call_rank >= 1", name="call_rank"),
    CheckConstraint("extra_seconds >= 0", name="extra_seconds"),
    one_of("choice_status", ChoiceStatus),
)
