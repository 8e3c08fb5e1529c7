"""Mails to send: one row per recipient, written in the transaction of the fact it announces."""

from sqlalchemy import BigInteger, Column, ForeignKey, Identity, Index, Integer, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from amphi.records.tables.schema import METADATA, instant, one_of, text

# `message_id` is fixed here, so that a mail sent twice is seen once; `facts` fill the French text.
mails = Table(
    "mails",
    METADATA,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("message_id", Text, nullable=False, unique=True),
    Column("offer", Text, ForeignKey("offers.id")),
    Column("seq", BigInteger),
    text("kind"),
    Column("person", Text, ForeignKey("persons.id")),
    text("address"),
    Column("facts", JSONB, nullable=False, server_default="{}"),
    text("state", default="queued"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    instant("next_at", now=True),
    instant("sent_at", nullable=True),
    text("last_error", default=""),
    instant("created_at", now=True),
    one_of("state", ("queued", "sent", "failed")),
)
Index("ix_mails_due", mails.c.next_at, postgresql_where=mails.c.state == "queued")
Index("ix_mails_offer_seq", mails.c.offer, mails.c.seq)
