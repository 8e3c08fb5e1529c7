"""Proxy grants (DCI §6) and requests for another type of choice (DCI §5)."""

from sqlalchemy import Column, ForeignKey, Index, Table, Text, func

from amphi.records.tables.schema import METADATA, an_id, instant, one_of, text
from amphi.rules.choosing.facts import ChoiceStatus

# `holder`: the holder's person, known from the acceptance on.
proxies = Table(
    "proxies",
    METADATA,
    an_id(),
    Column("campaign", Text, ForeignKey("campaigns.id"), nullable=False),
    Column("entry", Text, ForeignKey("call_list_entries.id"), nullable=False, index=True),
    text("holder_email"),
    text("holder_phone", default=""),
    text("holder_first_name", default=""),
    text("holder_last_name", default=""),
    Column("holder", Text, ForeignKey("persons.id"), index=True),
    text("state", default="pending"),
    instant("created_at", now=True),
    instant("ended_at", nullable=True),
    one_of("state", ("pending", "accepted", "cancelled", "ended")),
)

_LIVE = proxies.c.state.in_(("pending", "accepted"))

# "One holder holds at most one grant per campaign, pending ones included" (live-rules.md §6).
Index(
    "uq_proxies_campaign_holder",
    proxies.c.campaign,
    func.lower(proxies.c.holder_email),
    unique=True,
    postgresql_where=_LIVE,
)
Index("uq_proxies_live_entry", proxies.c.entry, unique=True, postgresql_where=_LIVE)

status_requests = Table(
    "status_requests",
    METADATA,
    an_id(),
    Column("entry", Text, ForeignKey("call_list_entries.id"), nullable=False, index=True),
    text("choice_status"),
    text("state", default="pending"),
    text("reason", default=""),
    instant("asked_at", now=True),
    instant("decided_at", nullable=True),
    Column("decided_by", Text, ForeignKey("persons.id")),
    one_of("choice_status", ChoiceStatus),
    one_of("state", ("pending", "accepted", "refused")),
)
Index(
    "uq_status_requests_pending_entry",
    status_requests.c.entry,
    unique=True,
    postgresql_where=status_requests.c.state == "pending",
)
