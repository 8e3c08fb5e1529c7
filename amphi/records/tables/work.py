"""Long work that people follow, and administrative requests that may be sent twice."""

from sqlalchemy import CheckConstraint, Column, Integer, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from amphi.records.tables.schema import METADATA, an_id, instant, one_of, text

JOB_STATES = ("queued", "running", "done", "refused", "failed")

# `subject`: what is worked upon; `counts`, `report`: what the work itself says; `territory`: whose.
job_reports = Table(
    "job_reports",
    METADATA,
    an_id(),
    text("kind"),
    text("territory"),
    text("subject", default=""),
    text("state", default="queued"),
    Column("percent", Integer, nullable=False, server_default="0"),
    Column("asked", JSONB, nullable=False),
    Column("counts", JSONB, nullable=False, server_default="{}"),
    Column("report", JSONB, nullable=False, server_default="{}"),
    text("asked_by"),
    instant("asked_at", now=True),
    instant("ended_at", nullable=True),
    one_of("state", JOB_STATES),
    CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),
)

# "the same key again is answered the same": acceptances are stored, refusals are judged again.
# `body`: a digest of method, address and content.
accepted_requests = Table(
    "accepted_requests",
    METADATA,
    Column("person", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    text("body"),
    Column("status", Integer, nullable=False),
    Column("answer", JSONB, nullable=False),
    instant("at", now=True),
)
