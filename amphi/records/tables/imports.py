"""Files brought in, and the rows that wait because something in them cannot be."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from amphi.records.tables.schema import METADATA, an_id, instant, one_of, text
from amphi.rules.ranking.import_reading import ImportKind

# `digest`: SHA-256 of the file; `counts`: read, added, changed, unchanged, rejected; insert and
# select only.
imports = Table(
    "imports",
    METADATA,
    an_id(),
    text("territory"),
    text("kind"),
    text("file"),
    text("digest"),
    Column("counts", JSONB, nullable=False),
    Column("warnings", JSONB, nullable=False),
    instant("at", now=True),
    text("who"),
    one_of("kind", ImportKind),
)
Index("ix_imports_territory_at", imports.c.territory, imports.c.at)

# `cells`: by the column's name, as written; `faults`: column, code and facts of each.
quarantine = Table(
    "quarantine",
    METADATA,
    an_id(),
    Column("import", Text, ForeignKey("imports.id"), nullable=False, index=True),
    Column("line", Integer, nullable=False),
    Column("cells", JSONB, nullable=False),
    Column("faults", JSONB, nullable=False),
    text("state", default="waiting"),
    instant("settled_at", nullable=True),
    text("settled_by", default=""),
    text("why", default=""),
    one_of("state", ("waiting", "brought_in", "discarded")),
    CheckConstraint("line >= 1", name="line"),
)
