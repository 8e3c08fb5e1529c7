"""Writing what a file of interns, semesters or ranks says, many rows at once."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, delete, func, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.records.interns import ExamOf, NewIntern, exam_ids, insert_interns
from amphi.records.tables.interns import (
    intern_semesters,
    interns,
    national_ranks,
    out_of_discipline,
)
from amphi.records.tables.people import persons
from amphi.rules.ids import PersonId
from amphi.rules.names import sort_key
from amphi.rules.ranking.exams import Exam
from amphi.rules.ranking.import_reading import InternRow, RanksRow, SemesterRow

People = Mapping[str, PersonId]  # by INE


async def add_interns(
    connection: AsyncConnection, territory: str, rows: Sequence[InternRow]
) -> list[PersonId]:
    """New ones, with their persons."""
    ids = await exam_ids(connection, map(_exam, rows))
    new = [
        NewIntern(
            first_name=row.first_name,
            last_name=row.last_name,
            email=row.email or None,
            ine=row.intern,
            profession=row.profession,
            discipline=row.discipline,
            des=row.des,
            regime=row.regime,
            exam=ids[_exam(row)],
            entered=row.entered,
        )
        for row in rows
    ]
    return await insert_interns(connection, territory, new) if new else []


def _exam(row: InternRow) -> ExamOf:
    return ExamOf(row.profession, row.exam, row.cohort, row.label)


async def change_interns(
    connection: AsyncConnection, rows: Sequence[InternRow], people: People
) -> None:
    """Those on file; an empty e-mail takes none away."""
    if not rows:
        return
    ids = await exam_ids(connection, map(_exam, rows))
    kept = func.coalesce(func.nullif(bindparam("b_email"), ""), persons.c.email)
    names: dict[str, Any] = {
        name: bindparam(f"b_{name}") for name in ("first_name", "last_name", "sort_key")
    }
    await connection.execute(
        update(persons).where(persons.c.id == bindparam("b_person")).values(**names, email=kept),
        [
            {
                "b_person": people[row.intern],
                "b_first_name": row.first_name,
                "b_last_name": row.last_name,
                "b_sort_key": sort_key(row.last_name, row.first_name),
                "b_email": row.email,
            }
            for row in rows
        ],
    )
    columns = ("profession", "discipline", "des", "regime", "entered", "exam")
    values: dict[str, Any] = {name: bindparam(f"b_{name}") for name in columns}
    await connection.execute(
        update(interns).where(interns.c.person == bindparam("b_person")).values(**values),
        [
            {f"b_{name}": getattr(row, name) for name in columns[:-1]}
            | {"b_person": people[row.intern], "b_exam": ids[_exam(row)]}
            for row in rows
        ],
    )


async def put_semesters(
    connection: AsyncConnection, rows: Sequence[SemesterRow], people: People
) -> None:
    """Each in the place of what was known of it."""
    done = [
        {
            "person": people[row.intern],
            "semester": row.semester,
            "kind": row.kind.value,
            "regime": row.regime,
        }
        for row in rows
        if row.kind is not None
    ]
    if done:
        new = upsert(intern_semesters)
        same = [intern_semesters.c.person, intern_semesters.c.semester]
        over = {"kind": new.excluded.kind, "regime": new.excluded.regime}
        await connection.execute(new.on_conflict_do_update(index_elements=same, set_=over), done)
    await _put_stages(connection, rows, people)


async def _put_stages(
    connection: AsyncConnection, rows: Sequence[SemesterRow], people: People
) -> None:
    table = out_of_discipline
    places = [
        {"b_person": people[row.intern], "b_semester": row.semester, "b_to": row.elsewhere}
        for row in rows
    ]
    here = (table.c.person == bindparam("b_person"), table.c.semester == bindparam("b_semester"))
    if places:
        gone = [{name: each[name] for name in ("b_person", "b_semester")} for each in places]
        await connection.execute(delete(table).where(*here), gone)
    going = [each for each in places if each["b_to"]]
    if going:
        new = upsert(table).values(
            person=bindparam("b_person"),
            semester=bindparam("b_semester"),
            discipline=bindparam("b_to"),
        )
        await connection.execute(new, going)


async def put_ranks(
    connection: AsyncConnection,
    rows: Sequence[RanksRow],
    people: People,
    exam_of: Mapping[str, Exam],
) -> None:
    """ "for the foreign exams MET and PET the three are entered by hand" (ranking.md §1)"""
    if not rows:
        return
    new = upsert(national_ranks)
    names = ("rc", "rin", "ri3", "origin")
    await connection.execute(
        new.on_conflict_do_update(
            index_elements=[national_ranks.c.person],
            set_={name: new.excluded[name] for name in names},
        ),
        [
            {
                "person": people[row.intern],
                "rc": row.rc,
                "rin": row.rin,
                "ri3": row.ri3,
                "origin": "manual" if exam_of[row.intern].foreign else "cng",
            }
            for row in rows
        ],
    )
