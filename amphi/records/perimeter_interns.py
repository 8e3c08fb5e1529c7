"""Everybody on file of one perimeter, whatever became of them: those whom its operators look for."""

from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Row, Select, Text, false, func, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.records.interns import INTERN_COLUMNS, InternRow, intern_row, with_training
from amphi.records.perimeters import PerimeterRow, groups_of
from amphi.records.ranking_inputs import semester_counts
from amphi.records.tables.interns import interns, national_ranks, out_of_discipline
from amphi.records.tables.people import identities, persons
from amphi.rules.ids import PersonId
from amphi.rules.names import plain
from amphi.rules.ranking.calendar import before
from amphi.rules.ranking.exams import RankKind
from amphi.rules.ranking.movements import InternState
from amphi.rules.ranking.perimeters import Profession, Specialty, discipline_key, perimeter_of
from amphi.rules.ranking.seniority import Semesters, SeniorityScope

_STAGES = out_of_discipline.c


class PerimeterIntern(msgspec.Struct, frozen=True, kw_only=True):
    """`seniority`: as a preranking counts it; `entering`: comes from another discipline (R §1)."""

    intern: InternRow
    seniority: int
    entering: bool


class Sought(msgspec.Struct, frozen=True):
    """`like`: a part of the name, or the INE; `missing`: only active ones without that rank."""

    like: str = ""
    missing: RankKind | None = None


class Members(msgspec.Struct, frozen=True):
    """The interns of a perimeter for one semester, as a condition upon `interns` and their stages."""

    perimeter: PerimeterRow
    semester: str
    own: ColumnElement[bool]
    entering: ColumnElement[bool]


async def members_of(
    connection: AsyncConnection, perimeter: PerimeterRow, semester: str
) -> Members:
    """Which disciplines and DES on file belong to it is asked of the rules, each spelling once."""
    groups = await groups_of(connection, perimeter.territory)
    place = perimeter.profession, perimeter.territory
    here = (
        interns.c.territory == perimeter.territory,
        interns.c.profession == perimeter.profession,
    )
    trained = select(interns.c.discipline, interns.c.des).where(*here).distinct()
    going = select(_STAGES.discipline).where(_STAGES.semester == semester).distinct()
    own = [
        (row.discipline, row.des)
        for row in await connection.execute(trained)
        if perimeter_of(Specialty(*place, row.discipline, row.des), groups) == perimeter.ranked
    ]
    elsewhere = [
        name
        for name in (await connection.execute(going)).scalars()
        if perimeter_of(Specialty(*place, name), groups) == perimeter.ranked
    ]
    return Members(
        perimeter,
        semester,
        tuple_(interns.c.discipline, interns.c.des).in_(own),
        func.coalesce(_STAGES.discipline.in_(elsewhere), false()),
    )


async def count_members(
    connection: AsyncConnection, members: Members, sought: Sought
) -> tuple[int, int]:
    """Those sought, and all of them."""
    counts: list[Any] = [func.count().filter(_is_sought(sought)), func.count()]
    found, everybody = (await connection.execute(_of(select(*counts), members))).one()
    return found, everybody


async def list_members(
    connection: AsyncConnection, members: Members, sought: Sought, *, offset: int, limit: int
) -> list[PerimeterIntern]:
    """In French order, archived and cancelled ones too, who are not ranked but may come back."""
    counts = semester_counts(before(members.semester))
    columns = ((members.entering & ~members.own).label("entering"), *counts.c)
    query = _of(select(*INTERN_COLUMNS, *columns), members).join(counts, true())
    order = (persons.c.sort_key, interns.c.person)
    page = query.where(_is_sought(sought)).order_by(*order).offset(offset).limit(limit)
    return [_listed(row, members.perimeter) for row in await connection.execute(page)]


def _of(query: Select[Any], members: Members) -> Select[Any]:
    """With names, exam, ranks and the stage of that semester."""
    perimeter, going = members.perimeter, _STAGES.person == interns.c.person
    query = (
        with_training(query)
        .outerjoin(out_of_discipline, going & (_STAGES.semester == members.semester))
        .where(interns.c.territory == perimeter.territory)
        .where(interns.c.profession == perimeter.profession)
        .where(members.own | members.entering)
    )
    return query.where(interns.c.regime == perimeter.regime) if perimeter.regime else query


def _is_sought(sought: Sought) -> ColumnElement[bool]:
    """The key of a name is the last name, a space, the first name; either may come first."""
    last, first = (func.split_part(persons.c.sort_key, " ", part, type_=Text) for part in (1, 2))
    like = plain(sought.like)
    named = (last + first).contains(like, autoescape=True)
    named |= (first + last).contains(like, autoescape=True)
    if sought.like.strip():
        named |= identities.c.value == sought.like.strip()
    if sought.missing is None:
        return named
    rank = national_ranks.c[sought.missing.value]
    return named & (interns.c.state == InternState.ACTIVE) & rank.is_(None)


def _listed(row: Row[Any], perimeter: PerimeterRow) -> PerimeterIntern:
    """The counts are the last six columns: of all semesters, then of those of the phase."""
    in_phase = perimeter.seniority_scope is SeniorityScope.PHASE
    spent = Semesters(*(row[-3:] if in_phase else row[-6:-3]))
    return PerimeterIntern(intern=intern_row(row), seniority=spent.seniority, entering=row.entering)


# --- what an intern's page offers ----------------------------------------------


async def destinations_of(connection: AsyncConnection, person: PersonId) -> dict[str, str]:
    """Stages out of the own discipline: the discipline, by semester."""
    table = out_of_discipline.c
    query = select(table.semester, table.discipline).where(table.person == person)
    found = await connection.execute(query.order_by(table.semester))
    return {row.semester: row.discipline for row in found}


async def disciplines_in(
    connection: AsyncConnection, territory: str, profession: Profession
) -> list[str]:
    """As the interns there have them, so that nobody mistypes one."""
    here = (interns.c.territory == territory, interns.c.profession == profession)
    query = select(interns.c.discipline).where(*here, interns.c.discipline != "").distinct()
    return sorted((await connection.execute(query)).scalars(), key=discipline_key)
