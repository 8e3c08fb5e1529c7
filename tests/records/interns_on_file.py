"""Builders of interns on file, with semesters and exams; perimeters whose choices are validated."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from amphi.actions.ranking_access import Actor
from amphi.records.database import Connection
from amphi.records.interns import ExamOf, NewIntern, NewSemester, exam_ids, insert_interns
from amphi.records.perimeters import PerimeterRow, insert_perimeter, insert_validation
from amphi.rules.ids import PersonId
from amphi.rules.ranking.calendar import before, number, numbered
from amphi.rules.ranking.exams import Exam, NationalRanks
from amphi.rules.ranking.perimeters import Profession, discipline_key
from amphi.rules.ranking.seniority import SemesterKind

IDF = "Île-de-France"
SEMESTER = "2027-05"  # chosen for; the present one is 2026-11
AGENT = Actor("agent", IDF)


def semesters(entered: str, done: int, missed: int = 0) -> tuple[NewSemester, ...]:
    """`done` validated ones after `missed` personal ones."""
    kinds = [SemesterKind.PERSONAL_LEAVE] * missed + [SemesterKind.VALIDATED] * done
    first = number(entered)
    return tuple(NewSemester(numbered(first + n), kind, "OLD") for n, kind in enumerate(kinds))


def an_intern(name: str, rin: int | None, **changes: Any) -> NewIntern:
    """Of psychiatry, cohort 2024, five semesters of five when next semester is 2027-05."""
    intern = NewIntern(
        first_name="Zoé",
        last_name=name.upper(),
        email=f"{name.lower()}@example.org",
        profession=Profession.MEDICINE,
        discipline="Psychiatrie",
        des="Psychiatrie",
        regime="OLD",
        exam="",
        entered="2024-11",
        ranks=NationalRanks(rin=rin),
        semesters=semesters("2024-11", 5),
    )
    return msgspec.structs.replace(intern, **changes)


async def on_file(
    connection: Connection, new: Sequence[NewIntern], territory: str = IDF
) -> list[PersonId]:
    """`exam` of each: empty for the national one of the year it entered."""
    wanted = {ExamOf(each.profession, Exam.NATIONAL, int(each.entered[:4])) for each in new}
    ids = await exam_ids(connection, wanted)
    complete = [
        msgspec.structs.replace(
            each,
            exam=each.exam or ids[ExamOf(each.profession, Exam.NATIONAL, int(each.entered[:4]))],
        )
        for each in new
    ]
    return await insert_interns(connection, territory, complete)


async def a_perimeter(
    connection: Connection, name: str = "Psychiatrie", *, validated: bool = True, **changes: Any
) -> PerimeterRow:
    """Of medicine; the present semester's choices are validated unless told otherwise."""
    row = PerimeterRow(
        id="",
        territory=IDF,
        profession=Profession.MEDICINE,
        pool=discipline_key(name),
        regime="",
        name=name,
    )
    made = await insert_perimeter(connection, msgspec.structs.replace(row, **changes))
    if validated:
        await insert_validation(connection, made.id, before(SEMESTER), "agent", 0, "")
    return made


async def psychiatrists(
    connection: Connection, ranks: Iterable[tuple[str, int | None]]
) -> list[PersonId]:
    """Names with their RIN."""
    return await on_file(connection, [an_intern(name, rin) for name, rin in ranks])
