"""Interns on file, as operators change them one by one; each change with its trace.

As with a file: the present rankings of the profession were made without it, and may be run again.
"""

from collections.abc import Sequence

import msgspec

from amphi.actions.ranking_access import Actor, a_semester, own_intern
from amphi.records.audit import Act, record
from amphi.records.database import Connection
from amphi.records.interns import (
    NewSemester,
    put_destination,
    put_ranks,
    put_semesters,
    semesters_of,
)
from amphi.records.interns_on_record import lateness
from amphi.rules.ranking.exams import NationalRanks
from amphi.rules.refusals import Refusal, Refused

HIGHEST = 10_000_000  # as in files (rules.ranking.rank_file)


async def enter_ranks(
    connection: Connection, actor: Actor, person: str, ranks: NationalRanks, why: str
) -> None:
    """ "for the foreign exams MET and PET the three are entered by hand, with a log" (ranking.md §1).

    Raises Refused: `no_such_intern`, `not_a_foreign_exam`, `bad_national_rank`, `reason_needed`.
    """
    if not why.strip():
        raise Refused(Refusal("reason_needed"))
    intern = await own_intern(connection, actor, person, lock=True)
    if not intern.exam.foreign:
        raise Refused(Refusal("not_a_foreign_exam"))
    if any(
        rank is not None and not 1 <= rank <= HIGHEST for rank in msgspec.structs.astuple(ranks)
    ):
        raise Refused(Refusal("bad_national_rank"))
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
    intern = await own_intern(connection, actor, person, lock=True)
    if len({a_semester(each.semester) for each in semesters}) < len(semesters):
        raise Refused(Refusal("bad_semester"))
    before = await semesters_of(connection, intern.person)
    await put_semesters(connection, intern.person, semesters)
    act = Act(who=actor.who, what="semesters_changed", subject=intern.person, why=why)
    changed = msgspec.structs.replace(act, before=before, after=list(semesters))
    await record(connection, changed)
    await lateness(connection, actor.territory, [intern.profession])


async def plan_out_of_discipline(
    connection: Connection, actor: Actor, person: str, semester: str, discipline: str | None
) -> None:
    """Where the intern will choose for that semester; None: in the own discipline again (R §1).

    Raises Refused: `no_such_intern`, `bad_semester`.
    """
    intern = await own_intern(connection, actor, person, lock=True)
    going = discipline.strip() if discipline else None
    await put_destination(connection, intern.person, a_semester(semester), going)
    after = {"semester": semester, "discipline": going}
    act = Act(who=actor.who, what="out_of_discipline", subject=intern.person, after=after)
    await record(connection, act)
    await lateness(connection, actor.territory, [intern.profession])
