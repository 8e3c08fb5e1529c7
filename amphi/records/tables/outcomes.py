"""Assignments: who has which post. Two indexes make the catastrophe impossible, whatever the code does."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Table,
    Text,
    and_,
    true,
)

from amphi.records.tables.schema import METADATA, an_id, instant, one_of, text
from amphi.rules.choosing.facts import ChoiceStatus

ORIGINS = ("amphi", "wishes", "match", "by_hand", "import")

# `live` false: rectified. `seq`, `receipt`: the journal line that made it and its hash.
assignments = Table(
    "assignments",
    METADATA,
    an_id(),
    Column("campaign", Text, ForeignKey("campaigns.id"), nullable=False),
    Column("offer", Text, nullable=False),
    Column("post", Text, nullable=False),
    Column("person", Text, ForeignKey("persons.id"), nullable=False),
    Column("entry", Text, ForeignKey("call_list_entries.id"), index=True),
    text("choice_status"),
    text("origin", default="amphi"),
    Column("seq", BigInteger),
    Column("receipt", Text),
    Column("live", Boolean, nullable=False, server_default=true()),
    instant("made_at"),
    ForeignKeyConstraint(["offer", "post"], ["posts.offer", "posts.number"]),
    CheckConstraint(
        "origin <> 'amphi' OR num_nonnulls(entry, seq, receipt) = 3", name="amphi_receipt"
    ),
    one_of("choice_status", ChoiceStatus),
    one_of("origin", ORIGINS),
)

# live-rules.md §9: "An intern has at most one live assignment per campaign, over all amphis and offers."
Index(
    "uq_assignments_campaign_person",
    assignments.c.campaign,
    assignments.c.person,
    unique=True,
    postgresql_where=assignments.c.live,
)
# live-rules.md §9: "At most one STANDARD assignment per post."
Index(
    "uq_assignments_seat",
    assignments.c.offer,
    assignments.c.post,
    unique=True,
    postgresql_where=and_(assignments.c.live, assignments.c.choice_status == "STANDARD"),
)
Index("ix_assignments_offer_seq", assignments.c.offer, assignments.c.seq)
