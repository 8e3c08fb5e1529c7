"""What the ARS knows of each intern: exam and national ranks, semesters, where the training stands.

Names stand in `persons`. What is counted for a ranking is read from here when it is run.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB

from amphi.records.tables.schema import METADATA, an_id, instant, one_of, text
from amphi.rules.choosing.facts import ChoiceStatus
from amphi.rules.ranking.exams import Exam
from amphi.rules.ranking.movements import InternState, MovementKind
from amphi.rules.ranking.perimeters import Profession
from amphi.rules.ranking.seniority import SemesterKind

REGIMES = ("OLD", "BASE", "ADVANCED", "CONSOLIDATION")

# One exam of one year; `label` tells apart those of one kind (MET, PET).
exams = Table(
    "exams",
    METADATA,
    an_id(),
    text("profession"),
    text("exam"),
    Column("cohort", Integer, nullable=False),
    text("label", default=""),
    UniqueConstraint("profession", "exam", "cohort", "label"),
    one_of("profession", Profession),
    one_of("exam", Exam),
)

# `entered`: the first semester, `2019-11`. `discipline`, `des`: as people read them.
# `choice_status`, `extra_seconds`: what a call list made next takes over.
interns = Table(
    "interns",
    METADATA,
    Column("person", Text, ForeignKey("persons.id"), primary_key=True),
    text("territory"),
    text("profession"),
    text("discipline"),
    text("des"),
    text("regime"),
    Column("exam", Text, ForeignKey("exams.id"), nullable=False, index=True),
    text("entered"),
    text("state", default=InternState.ACTIVE),
    text("choice_status", default=ChoiceStatus.STANDARD),
    Column("extra_seconds", Integer, nullable=False, server_default="0"),
    instant("created_at", now=True),
    one_of("profession", Profession),
    one_of("regime", REGIMES),
    one_of("state", InternState),
    one_of("choice_status", ChoiceStatus),
    CheckConstraint("entered ~ '^[0-9]{4}-(05|11)$'", name="entered"),
    CheckConstraint("extra_seconds >= 0", name="extra_seconds"),
)
Index("ix_interns_territory_profession", interns.c.territory, interns.c.profession)

# Done, under way, or planned; the present one counts as what it will have been.
intern_semesters = Table(
    "intern_semesters",
    METADATA,
    Column("person", Text, ForeignKey("interns.person"), primary_key=True),
    Column("semester", Text, primary_key=True),
    text("kind"),
    text("regime"),
    one_of("kind", SemesterKind),
    one_of("regime", REGIMES),
    CheckConstraint("semester ~ '^[0-9]{4}-(05|11)$'", name="semester"),
)

# An out-of-discipline stage: the intern will choose in `discipline` for that semester.
out_of_discipline = Table(
    "out_of_discipline",
    METADATA,
    Column("person", Text, ForeignKey("interns.person"), primary_key=True),
    Column("semester", Text, primary_key=True),
    text("discipline"),
    CheckConstraint("semester ~ '^[0-9]{4}-(05|11)$'", name="semester"),
)

# What CNG sent, or what was entered by hand for a foreign exam (MET, PET).
national_ranks = Table(
    "national_ranks",
    METADATA,
    Column("person", Text, ForeignKey("interns.person"), primary_key=True),
    Column("rc", Integer),
    Column("rin", Integer),
    Column("ri3", Integer),
    text("origin", default="cng"),
    one_of("origin", ("cng", "manual")),
    CheckConstraint("least(rc, rin, ri3) >= 1", name="ranks"),
)

# Droit au remords, cancellation, reactivation, archiving, restoring (R §1): insert and select only.
movements = Table(
    "movements",
    METADATA,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("person", Text, ForeignKey("interns.person"), nullable=False, index=True),
    text("kind"),
    instant("at", now=True),
    text("who"),
    text("why"),
    Column("before", JSONB, nullable=False),
    Column("after", JSONB, nullable=False),
    one_of("kind", MovementKind),
)
