"""Everybody on file of one perimeter, whatever became of them: those whom its operators look for."""

from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Row, Select, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.records.interns import InternRow, intern_query, intern_row
from amphi.records.perimeters import PerimeterRow, groups_of
from amphi.records.ranking_inputs import semester_counts
from amphi.records.tables.interns import interns, out_of_discipline
from amphi.records.tables.people import persons
from amphi.rules.ids import PersonId
from amphi.rules.ranking.calendar import before
from amphi.rules.ranking.perimeters import Profession, Specialty, discipline_key, perimeter_of
from amphi.rules.ranking.seniority import Semesters, SeniorityScope


class PerimeterIntern(msgspec.Struct, frozen=True, kw_only=True):
    """`seniority`: as a preranking counts it; `entering`: comes from another discipline (R §1)."""

    intern: InternRow
    seniority: int
    entering: bool


async def interns_of(
    connection: AsyncConnection, perimeter: PerimeterRow, semester: str
) -> list[PerimeterIntern]:
    """In French order, archived and cancelled ones too, who are not ranked but may come back."""
    groups = await groups_of(connection, perimeter.territory)
    place = perimeter.profession, perimeter.territory
    of = cache(lambda name, des: perimeter_of(Specialty(*place, name, des), groups))
    here = []
    for row in await connection.execute(_query(perimeter, semester)):
        own = of(row.discipline, row.des) == perimeter.ranked
        entering = row.destination is not None and of(row.destination, "") == perimeter.ranked
        if own or entering:
            here.append(_listed(row, perimeter, entering=entering and not own))
    return here


def _query(perimeter: PerimeterRow, semester: str) -> Select[Any]:
    going = (out_of_discipline.c.person == interns.c.person) & (
        out_of_discipline.c.semester == semester
    )
    counts = semester_counts(before(semester))
    query = (
        intern_query()
        .add_columns(out_of_discipline.c.discipline.label("destination"), *counts.c)
        .outerjoin(out_of_discipline, going)
        .join(counts, true())
        .where(interns.c.territory == perimeter.territory)
        .where(interns.c.profession == perimeter.profession)
    )
    if perimeter.regime:
        query = query.where(interns.c.regime == perimeter.regime)
    return query.order_by(persons.c.sort_key, interns.c.person)


def _listed(row: Row[Any], perimeter: PerimeterRow, *, entering: bool) -> PerimeterIntern:
    """The counts are the last six columns: of all semesters, then of those of the phase."""
    in_phase = perimeter.seniority_scope is SeniorityScope.PHASE
    spent = Semesters(*(row[-3:] if in_phase else row[-6:-3]))
    return PerimeterIntern(intern=intern_row(row), seniority=spent.seniority, entering=entering)


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
