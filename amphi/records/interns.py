"""Interns on file: written many at once, read one by one or page by page."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, Select, delete, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.records.bulk import copy_rows
from amphi.records.ids import new_id
from amphi.records.tables.interns import (
    exams,
    intern_semesters,
    interns,
    national_ranks,
    out_of_discipline,
)
from amphi.records.tables.people import identities, persons
from amphi.rules.choosing.facts import ChoiceStatus
from amphi.rules.ids import PersonId
from amphi.rules.names import sort_key
from amphi.rules.ranking.exams import Exam, NationalRanks
from amphi.rules.ranking.movements import InternState
from amphi.rules.ranking.perimeters import Profession
from amphi.rules.ranking.seniority import SemesterKind


class NewSemester(msgspec.Struct, frozen=True):
    semester: str
    kind: SemesterKind
    regime: str


class NewIntern(msgspec.Struct, frozen=True, kw_only=True):
    """`person` None: a new one is made. `ine`: empty when unknown. `exam`: an id (`exam_ids`)."""

    first_name: str
    last_name: str
    email: str | None = None
    ine: str = ""
    person: PersonId | None = None
    profession: Profession
    discipline: str
    des: str
    regime: str
    exam: str
    entered: str
    ranks: NationalRanks = NationalRanks()
    semesters: tuple[NewSemester, ...] = ()
    destination: str | None = None
    destination_semester: str = ""
    choice_status: ChoiceStatus = ChoiceStatus.STANDARD
    extra_seconds: int = 0


class ExamOf(msgspec.Struct, frozen=True):
    """What one exam is known by; `label` tells MET from PET."""

    profession: Profession
    exam: Exam
    cohort: int
    label: str = ""


async def exam_ids(connection: AsyncConnection, wanted: Iterable[ExamOf]) -> Mapping[ExamOf, str]:
    """Those on file, and new ones for the others."""
    asked = sorted(set(wanted), key=lambda each: (each.profession, each.exam, each.cohort))
    if not asked:
        return {}
    rows = [msgspec.to_builtins(each) | {"id": new_id()} for each in asked]
    await connection.execute(upsert(exams).on_conflict_do_nothing(), rows)
    found = await connection.execute(select(exams))
    known = {
        ExamOf(Profession(row.profession), Exam(row.exam), row.cohort, row.label): row.id
        for row in found
    }
    return {each: known[each] for each in asked}


async def insert_interns(
    connection: AsyncConnection, territory: str, new: Sequence[NewIntern]
) -> list[PersonId]:
    """Their persons, in the order given; everything by COPY. Raises Violated."""
    ids = [each.person or PersonId(new_id()) for each in new]
    made = list(zip(ids, new, strict=True))
    await _copy_people(connection, made)
    columns = (
        *("person", "territory", "profession", "discipline", "des", "regime", "exam"),
        *("entered", "choice_status", "extra_seconds"),
    )
    rows = (
        (
            *(id_, territory, one.profession.value, one.discipline, one.des, one.regime),
            *(one.exam, one.entered, one.choice_status.value, one.extra_seconds),
        )
        for id_, one in made
    )
    await copy_rows(connection, interns, columns, rows)
    await _copy_training(connection, made)
    return ids


async def _copy_people(
    connection: AsyncConnection, made: Sequence[tuple[PersonId, NewIntern]]
) -> None:
    fresh = [(id_, one) for id_, one in made if one.person is None]
    await copy_rows(
        *(connection, persons, ("id", "first_name", "last_name", "email", "sort_key")),
        (
            (
                *(id_, one.first_name, one.last_name, one.email or None),
                sort_key(one.last_name, one.first_name),
            )
            for id_, one in fresh
        ),
    )
    named = (("ine", "", one.ine, id_) for id_, one in made if one.ine)
    await copy_rows(connection, identities, ("kind", "scope", "value", "person"), named)


async def _copy_training(
    connection: AsyncConnection, made: Sequence[tuple[PersonId, NewIntern]]
) -> None:
    semesters = (
        (id_, each.semester, each.kind.value, each.regime)
        for id_, one in made
        for each in one.semesters
    )
    columns = ("person", "semester", "kind", "regime")
    await copy_rows(connection, intern_semesters, columns, semesters)
    ranks = (
        (id_, one.ranks.rc, one.ranks.rin, one.ranks.ri3, "cng")
        for id_, one in made
        if one.ranks != NationalRanks()
    )
    await copy_rows(connection, national_ranks, ("person", "rc", "rin", "ri3", "origin"), ranks)
    going = (
        (id_, one.destination_semester, one.destination) for id_, one in made if one.destination
    )
    await copy_rows(connection, out_of_discipline, ("person", "semester", "discipline"), going)


# --- one by one --------------------------------------------------------------


class InternRow(msgspec.Struct, frozen=True, kw_only=True):
    """An intern on file, names and exam with it."""

    person: PersonId
    first_name: str
    last_name: str
    email: str | None
    ine: str | None
    territory: str
    profession: Profession
    discipline: str
    des: str
    regime: str
    state: InternState
    entered: str
    exam: Exam
    exam_label: str
    cohort: int
    rc: int | None
    rin: int | None
    ri3: int | None
    ranks_origin: str | None
    choice_status: ChoiceStatus
    extra_seconds: int

    @property
    def ranks(self) -> NationalRanks:
        return NationalRanks(self.rc, self.rin, self.ri3)


INTERN_COLUMNS = (
    *(column for column in interns.c if column.name not in {"exam", "created_at"}),
    *(persons.c.first_name, persons.c.last_name, persons.c.email),
    *(identities.c.value.label("ine"), exams.c.exam, exams.c.cohort),
    exams.c.label.label("exam_label"),
    *(national_ranks.c.rc, national_ranks.c.rin, national_ranks.c.ri3),
    national_ranks.c.origin.label("ranks_origin"),
)


async def one_intern(
    connection: AsyncConnection, person: PersonId, *, lock: bool = False
) -> InternRow | None:
    """`lock`: other changes to this intern wait."""
    query = intern_query().where(interns.c.person == person)
    found = await connection.execute(query.with_for_update(of=interns) if lock else query)
    row = found.one_or_none()
    return None if row is None else intern_row(row)


async def list_interns(
    connection: AsyncConnection,
    territory: str,
    *,
    like: str = "",
    after: tuple[str, str] = ("", ""),
    limit: int = 100,
) -> list[tuple[InternRow, tuple[str, str]]]:
    """By name, behind the place `after`; each with its own place. `like`: a name's beginning, an INE."""
    here = (persons.c.sort_key, interns.c.person)
    query = intern_query().add_columns(persons.c.sort_key).where(interns.c.territory == territory)
    if any(after):
        query = query.where(or_(here[0] > after[0], (here[0] == after[0]) & (here[1] > after[1])))
    if like.strip():
        start = sort_key(like, "").rstrip()
        query = query.where(
            or_(
                persons.c.sort_key.startswith(start, autoescape=True),
                identities.c.value == like.strip(),
            )
        )
    rows = await connection.execute(query.order_by(*here).limit(limit))
    return [(intern_row(row), (row.sort_key, row.person)) for row in rows]


def intern_query() -> Select[Any]:
    """Interns on file with names, exam and ranks; `intern_row` reads a row of it."""
    return with_training(select(*INTERN_COLUMNS))


def with_training(query: Select[Any]) -> Select[Any]:
    """What is asked of interns, joined with names, exam and ranks."""
    ine = (identities.c.person == interns.c.person) & (identities.c.kind == "ine")
    return (
        query.select_from(interns)
        .join(persons, persons.c.id == interns.c.person)
        .join(exams, exams.c.id == interns.c.exam)
        .outerjoin(identities, ine)
        .outerjoin(national_ranks, national_ranks.c.person == interns.c.person)
    )


def intern_row(row: Row[Any]) -> InternRow:
    """Columns that somebody added to the query are left alone."""
    fields = {name: getattr(row, name) for name in InternRow.__struct_fields__}
    return msgspec.convert(fields, InternRow)


async def persons_by_ine(
    connection: AsyncConnection, numbers: Iterable[str]
) -> Mapping[str, PersonId]:
    """Who is on file already."""
    query = select(identities.c.value, identities.c.person).where(
        identities.c.kind == "ine", identities.c.value.in_(list(numbers))
    )
    return {row.value: PersonId(row.person) for row in await connection.execute(query)}


async def semesters_of(connection: AsyncConnection, person: PersonId) -> list[NewSemester]:
    """In their order, those to come included."""
    query = select(intern_semesters).where(intern_semesters.c.person == person)
    rows = await connection.execute(query.order_by(intern_semesters.c.semester))
    return [NewSemester(row.semester, SemesterKind(row.kind), row.regime) for row in rows]


async def put_semesters(
    connection: AsyncConnection, person: PersonId, semesters: Iterable[NewSemester]
) -> None:
    """All of them anew."""
    mine = intern_semesters.c.person == person
    await connection.execute(delete(intern_semesters).where(mine))
    rows = [msgspec.to_builtins(each) | {"person": person} for each in semesters]
    if rows:
        await connection.execute(insert(intern_semesters), rows)


async def put_ranks(
    connection: AsyncConnection, person: PersonId, ranks: NationalRanks, origin: str
) -> None:
    """`origin`: cng, or manual for a foreign exam."""
    row = {"rc": ranks.rc, "rin": ranks.rin, "ri3": ranks.ri3, "origin": origin}
    await connection.execute(
        upsert(national_ranks)
        .values(person=person, **row)
        .on_conflict_do_update(index_elements=["person"], set_=row)
    )


async def put_destination(
    connection: AsyncConnection, person: PersonId, semester: str, discipline: str | None
) -> None:
    """Of the out-of-discipline stage of that semester; None: there is none."""
    table = out_of_discipline
    here = (table.c.person == person, table.c.semester == semester)
    await connection.execute(delete(table).where(*here))
    if discipline:
        row = {"person": person, "semester": semester, "discipline": discipline}
        await connection.execute(insert(table).values(row))


async def change_intern(connection: AsyncConnection, person: PersonId, **values: Any) -> None:
    """Columns of `interns`."""
    await connection.execute(update(interns).where(interns.c.person == person).values(**values))
