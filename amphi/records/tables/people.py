"""Persons and how they sign in. Names and addresses stand here (and in proxies, mails), nowhere else.

One person may have several identities and functions: intern, proxy holder, operator.
"""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Table, Text, func, true

from amphi.records.tables.schema import METADATA, an_id, instant, one_of, text

# `sort_key`: French order, stored, because the embedded PostgreSQL has no ICU.
persons = Table(
    "persons",
    METADATA,
    an_id(),
    text("first_name"),
    text("last_name"),
    Column("email", Text),
    text("sort_key"),
    instant("created_at", now=True),
    Index("ix_persons_sort_key", "sort_key"),
)

# How others call this person: `file` = the id in a load file, within one campaign (`scope`); `ine`,
# `rpps`: the national numbers (no scope).
identities = Table(
    "identities",
    METADATA,
    Column("kind", Text, primary_key=True),
    Column("scope", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("person", Text, ForeignKey("persons.id"), nullable=False, index=True),
    one_of("kind", ("file", "ine", "rpps")),
)

# `password_hash` null: invited, has not chosen a password yet.
accounts = Table(
    "accounts",
    METADATA,
    Column("person", Text, ForeignKey("persons.id"), primary_key=True),
    text("email"),
    Column("password_hash", Text),
    instant("created_at", now=True),
)
Index("uq_accounts_email", func.lower(accounts.c.email), unique=True)

operators = Table(
    "operators",
    METADATA,
    Column("person", Text, ForeignKey("persons.id"), primary_key=True),
    text("name"),
    text("territory"),
    Column("active", Boolean, nullable=False, server_default=true()),
)

# The secret that an operator's phone makes one-time codes from, sealed by the installation's key;
# `last_step`: of the newest code used, so that none is used twice (RFC 6238 §5.2).
second_factors = Table(
    "second_factors",
    METADATA,
    Column("person", Text, ForeignKey("persons.id"), primary_key=True),
    text("sealed"),
    Column("last_step", BigInteger, nullable=False),
    instant("enrolled_at", now=True),
)

# Only the SHA-256 of a token is stored: who reads this table cannot sign in.
login_sessions = Table(
    "login_sessions",
    METADATA,
    Column("token_hash", Text, primary_key=True),
    Column("person", Text, ForeignKey("persons.id"), nullable=False, index=True),
    text("kind"),
    instant("created_at", now=True),
    instant("expires_at"),
    instant("revoked_at", nullable=True),
    one_of("kind", ("intern", "operator")),
)
