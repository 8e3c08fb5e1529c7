"""Interns on file, as operators change them one by one; each change with its trace.

As with a file: the present rankings of the profession were made without it, and may be run again.
"""

from collections.abc import Sequence

import msgspec

from amphi.actions.ranking_access import (
    Actor,
    a_discipline,
    a_semester,
    next_semester,
    own_intern,
)
from amphi.actions.relisting import relist
from amphi.records.audit import Act, record
from amphi.records.database import Connection
from amphi.records.interns import (
    InternRow,
    NewSemester,
    put_destination,
    put_ranks,
    put_semesters,
    semesters_of,
)
from amphi.records.interns_on_record import lateness, lock_register, rank_that_another_has
from amphi.records.perimeter_interns import destinations_of
from amphi.rules.ranking.exams import NationalRanks
from amphi.rules.refusals import Refusal, Refused

HIGHEST = 10_000_000  # as in files (rules.ranking.rank_file)


class Elsewhere(msgspec.Struct, frozen=True):
    """A stage out of the own discipline; `discipline` None or blank: in the own one again."""

    semester: str
    discipline: str | None


async def enter_ranks(
    connection: Connection, actor: Actor, person: str, ranks: NationalRanks, why: str
) -> None:
    """ "for the foreign exams MET and PET the three are entered by hand, with a log" (ranking.md §1).

    Raises Refused: `no_such_intern`, `not_a_foreign_exam`, `bad_national_rank`,
    `national_rank_taken`, `reason_needed`.
    """
    if not why.strip():
        raise Refused(Refusal("reason_needed"))
    await lock_register(connection, actor.territory)
    intern = await own_intern(connection, actor, person, lock=True)
    if not intern.exam.foreign:
        raise Refused(Refusal("not_a_foreign_exam"))
    if any(
        rank is not None and not 1 <= rank <= HIGHEST for rank in msgspec.structs.astuple(ranks)
    ):
        raise Refused(Refusal("bad_national_rank"))
    if taken := await rank_that_another_has(connection, intern, ranks):
        kind, rank = taken.value.upper(), ranks.of(taken)
        refusal = Refusal(
            "national_rank_taken", {"kind": kind, "rank": rank, "cohort": intern.cohort}
        )
        raise Refused(refusal)
    await put_ranks(connection, intern.person, ranks, "manual")
    act = Act(who=actor.who, what="ranks_entered", subject=intern.person, why=why)
    await record(connection, msgspec.structs.replace(act, before=intern.ranks, after=ranks))
    await lateness(connection, actor.territory, [intern.profession])


async def change_semesters(
    connection: Connection, actor: Actor, person: str, semesters: Sequence[NewSemester], why: str
) -> None:
    """All of an intern's semesters anew, those to come included.

    Raises Refused: `no_such_intern`, `bad_semester` (also for one given twice), `reason_needed`.
    """
    if not why.strip():
        raise Refused(Refusal("reason_needed"))
    await lock_register(connection, actor.territory)
    intern = await own_intern(connection, actor, person, lock=True)
    if len({_in_training(intern, each.semester) for each in semesters}) < len(semesters):
        raise Refused(Refusal("bad_semester"))
    before = await semesters_of(connection, intern.person)
    await put_semesters(connection, intern.person, semesters)
    act = Act(who=actor.who, what="semesters_changed", subject=intern.person, why=why)
    changed = msgspec.structs.replace(act, before=before, after=list(semesters))
    await record(connection, changed)
    await lateness(connection, actor.territory, [intern.profession])


def _in_training(intern: InternRow, written: str) -> str:
    """ "seniority above elapsed" cannot be: a semester lies between the entry and the next one.

    Raises Refused: `bad_semester`, `semester_out_of_training`.
    """
    semester, last = a_semester(written), next_semester()
    if not intern.entered <= semester <= last:
        raise Refused(Refusal("semester_out_of_training", {"first": intern.entered, "last": last}))
    return semester


async def plan_out_of_discipline(
    connection: Connection, actor: Actor, person: str, plan: Elsewhere, why: str
) -> None:
    """Where the intern will choose for that semester (R §1).

    Raises Refused: `no_such_intern`, `bad_semester`, `semester_out_of_training`, `reason_needed`.
    """
    if not why.strip():
        raise Refused(Refusal("reason_needed"))
    await lock_register(connection, actor.territory)
    intern = await own_intern(connection, actor, person, lock=True)
    semester, going = _in_training(intern, plan.semester), (plan.discipline or "").strip() or None
    if going:
        going = await a_discipline(connection, actor.territory, intern.profession, going)
    before = (await destinations_of(connection, intern.person)).get(semester)
    await put_destination(connection, intern.person, semester, going)
    act = Act(who=actor.who, what="out_of_discipline", subject=intern.person, why=why)
    was, now = Elsewhere(semester, before), Elsewhere(semester, going)
    await record(connection, msgspec.structs.replace(act, before=was, after=now))
    await relist(connection, actor, [intern.person], [intern.profession])
    await lateness(connection, actor.territory, [intern.profession])
