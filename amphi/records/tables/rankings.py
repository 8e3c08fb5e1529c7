"""Perimeters, ranking runs with their rows, call lists with their versions, contests."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from amphi.records.tables.interns import REGIMES
from amphi.records.tables.schema import METADATA, an_id, instant, one_of, text
from amphi.rules.ranking.adjusted_rank import Adjustment
from amphi.rules.ranking.perimeters import Profession
from amphi.rules.ranking.preranking import Place
from amphi.rules.ranking.run import Stage
from amphi.rules.ranking.run_contests import ContestState
from amphi.rules.ranking.seniority import SeniorityScope

# Disciplines ranked in a group: `discipline`, `pool` as `rules.ranking.perimeters.discipline_key`
# writes them.
specialty_groups = Table(
    "specialty_groups",
    METADATA,
    Column("territory", Text, primary_key=True),
    Column("discipline", Text, primary_key=True),
    text("pool"),
)

# Who is ranked together; `pool`: as in `specialty_groups`, empty where the profession is not divided.
# `regime`: empty, or the one training regime whose interns are called together.
perimeters = Table(
    "perimeters",
    METADATA,
    an_id(),
    text("territory"),
    text("profession"),
    text("pool", default=""),
    text("regime", default=""),
    text("name"),
    text("adjustment", default=Adjustment.DCI),
    text("seniority_scope", default=SeniorityScope.TOTAL),
    UniqueConstraint("territory", "profession", "pool", "regime"),
    one_of("profession", Profession),
    one_of("regime", ("", *REGIMES)),
    one_of("adjustment", Adjustment),
    one_of("seniority_scope", SeniorityScope),
)

# "`validate_choices` per ranking perimeter […] it unlocks the perimeter's next ranking" (live-rules.md §1).
choice_validations = Table(
    "choice_validations",
    METADATA,
    Column("perimeter", Text, ForeignKey("perimeters.id"), primary_key=True),
    Column("semester", Text, primary_key=True),
    instant("at", now=True),
    text("who"),
    Column("unserved", Integer, nullable=False, server_default="0"),
    text("why", default=""),
)

# `n`: a preranking run again is another run; one at most is not superseded.
ranking_runs = Table(
    "ranking_runs",
    METADATA,
    an_id(),
    Column("perimeter", Text, ForeignKey("perimeters.id"), nullable=False),
    text("semester"),  # the one chosen for
    Column("n", Integer, nullable=False),
    text("stage"),
    text("adjustment"),
    text("seniority_scope"),
    Column("late_movement", Boolean, nullable=False, server_default=false()),
    Column("changed", Boolean, nullable=False, server_default=false()),
    instant("contests_until", nullable=True),
    instant("started_at", now=True),
    text("started_by"),
    instant("superseded_at", nullable=True),
    UniqueConstraint("perimeter", "semester", "n"),
    one_of("stage", Stage),
    one_of("adjustment", Adjustment),
    one_of("seniority_scope", SeniorityScope),
)
Index(
    "uq_ranking_runs_present",
    ranking_runs.c.perimeter,
    ranking_runs.c.semester,
    unique=True,
    postgresql_where=ranking_runs.c.superseded_at.is_(None),
)

# `line`: the ranked line with every input of its figures, or the unranked one with its reason; names
# are left out. Who left and came back has both. `position`: in the order of the preranking, from 1; `tie_order`: in the operator's.
ranking_rows = Table(
    "ranking_rows",
    METADATA,
    Column("run", Text, ForeignKey("ranking_runs.id"), primary_key=True),
    Column("person", Text, ForeignKey("interns.person"), primary_key=True),
    Column("place", Text, primary_key=True),
    Column("ranked", Boolean, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("tie_order", Integer),
    Column("call_rank", Integer),
    Column("removed", Boolean, nullable=False, server_default=false()),
    Column("line", JSONB, nullable=False),
    UniqueConstraint("run", "call_rank", deferrable=True, initially="DEFERRED"),
    one_of("place", Place),
    CheckConstraint("call_rank >= 1", name="call_rank"),
)
Index("ix_ranking_rows_person", ranking_rows.c.person)

# A version of a perimeter's list: published provisional, or frozen; insert and select only.
call_lists = Table(
    "call_lists",
    METADATA,
    an_id(),
    Column("run", Text, ForeignKey("ranking_runs.id"), nullable=False),
    Column("version", Integer, nullable=False),
    text("state"),
    instant("made_at", now=True),
    text("made_by"),
    text("digest"),  # SHA-256 over its lines
    UniqueConstraint("run", "version"),
    one_of("state", ("provisional", "frozen")),
)
call_list_lines = Table(
    "call_list_lines",
    METADATA,
    Column("call_list", Text, ForeignKey("call_lists.id"), primary_key=True),
    Column("call_rank", Integer, primary_key=True),
    Column("person", Text, ForeignKey("interns.person"), nullable=False, index=True),
    text("place"),
    Column("line", JSONB, nullable=False),
    one_of("place", Place),
)

contests = Table(
    "contests",
    METADATA,
    an_id(),
    Column("run", Text, ForeignKey("ranking_runs.id"), nullable=False),
    Column("person", Text, ForeignKey("interns.person"), nullable=False, index=True),
    text("says"),
    instant("filed_at", now=True),
    text("state", default=ContestState.OPEN),
    text("answer", default=""),
    text("answered_by", default=""),
    instant("answered_at", nullable=True),
    one_of("state", ContestState),
)
Index("ix_contests_run", contests.c.run)

# How the choice sessions of a frozen list are planned (ranking.md §6); a newer version takes it over.
session_plans = Table(
    "session_plans",
    METADATA,
    Column("call_list", Text, ForeignKey("call_lists.id"), primary_key=True),
    instant("starts_at"),
    Column("planned_seconds", Integer, nullable=False),
    Column("round_to", Integer, nullable=False),
    Column("session_size", Integer, nullable=False),
    Column("turn_seconds", Integer, nullable=False),
    Column("last_ranks", ARRAY(Integer)),
    CheckConstraint(
        "least(planned_seconds, round_to, session_size, turn_seconds) >= 1", name="positive"
    ),
)

# Which frozen list each version of an amphi's call list comes from: insert and select only, so that
# "the amphi's certificate of start keeps its version". `amphi_version` above the amphi's own: staged,
# until the conductor has journaled it.
amphi_feedings = Table(
    "amphi_feedings",
    METADATA,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("amphi", Text, ForeignKey("amphis.id"), nullable=False),
    Column("amphi_version", Integer, nullable=False),
    Column("call_list", Text, ForeignKey("call_lists.id"), nullable=False, index=True),
    instant("fed_at", now=True),
    text("fed_by"),
)
Index("ix_amphi_feedings_amphi", amphi_feedings.c.amphi, amphi_feedings.c.amphi_version)
