"""What files of interns, semesters and ranks are compared with: everybody of a territory, at once."""

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import Select, func, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.records.interns import InternRow as OneIntern
from amphi.records.perimeters import known_disciplines, ranked_disciplines
from amphi.records.tables.interns import (
    exams,
    intern_semesters,
    interns,
    national_ranks,
    out_of_discipline,
)
from amphi.records.tables.people import identities, persons
from amphi.records.tables.rankings import perimeters, ranking_runs
from amphi.rules.ids import PersonId
from amphi.rules.ranking.exams import NationalRanks, RankKind
from amphi.rules.ranking.import_reading import InternRow, OnRecord, RanksRow, SemesterRow
from amphi.rules.ranking.perimeters import Profession
from amphi.rules.ranking.seniority import SemesterKind

WAIT = "8s"  # for others who bring in or rank; a statement may take 10 s in all


class Register(msgspec.Struct, frozen=True):
    """What is on record, and whose person each INE is."""

    on_record: OnRecord
    persons: dict[str, PersonId]


async def register(connection: AsyncConnection, territory: str) -> Register:
    """Whoever has no INE stands under the person's id, which no file can name."""
    known, people = await _interns(connection, territory)
    names = {person: intern for intern, person in people.items()}
    record = OnRecord(
        interns=known,
        semesters=await _semesters(connection, territory, names),
        ranks=await _ranks(connection, territory, names),
        elsewhere=await _elsewhere(connection, territory),
        disciplines=await known_disciplines(connection, territory, Profession.MEDICINE),
        ranked=await ranked_disciplines(connection, territory, Profession.MEDICINE),
    )
    return Register(record, people)


async def _numbers(connection: AsyncConnection, territory: str) -> dict[str, str]:
    """The INE of each person; without statistics yet, one by one would read all of them for each."""
    query = select(identities.c.person, identities.c.value).join(
        interns, interns.c.person == identities.c.person
    )
    here = (identities.c.kind == "ine", interns.c.territory == territory)
    return {row.person: row.value for row in await connection.execute(query.where(*here))}


async def _interns(
    connection: AsyncConnection, territory: str
) -> tuple[dict[str, InternRow], dict[str, PersonId]]:
    numbers = await _numbers(connection, territory)
    query: Select[Any] = (
        select(
            *(interns.c.person, persons.c.last_name, persons.c.first_name),
            func.coalesce(persons.c.email, "").label("email"),
            *(interns.c.profession, interns.c.discipline, interns.c.des, interns.c.regime),
            *(interns.c.entered, exams.c.exam, exams.c.label, exams.c.cohort),
        )
        .join(persons, persons.c.id == interns.c.person)
        .join(exams, exams.c.id == interns.c.exam)
        .where(interns.c.territory == territory)
    )
    found = (await connection.execute(query)).all()
    people = {numbers.get(row.person, row.person): PersonId(row.person) for row in found}
    names = [name for name in InternRow.__struct_fields__ if name != "intern"]
    known = (
        {name: getattr(row, name) for name in names}
        | {"intern": numbers.get(row.person, row.person)}
        for row in found
    )
    return {row["intern"]: msgspec.convert(row, InternRow) for row in known}, people


async def _semesters(
    connection: AsyncConnection, territory: str, names: dict[PersonId, str]
) -> dict[tuple[str, str], SemesterRow]:
    """With the discipline of each stage elsewhere, also where that is all there is."""
    done = select(intern_semesters).join(interns).where(interns.c.territory == territory)
    going = select(out_of_discipline).join(interns).where(interns.c.territory == territory)
    places = {(row.person, row.semester): row.discipline for row in await connection.execute(going)}
    found = {
        (names[row.person], row.semester): SemesterRow(
            intern=names[row.person],
            semester=row.semester,
            kind=SemesterKind(row.kind),
            regime=row.regime,
            elsewhere=places.pop((row.person, row.semester), ""),
        )
        for row in await connection.execute(done)
    }
    alone = {
        (names[person], semester): SemesterRow(
            intern=names[person], semester=semester, kind=None, regime="", elsewhere=discipline
        )
        for (person, semester), discipline in places.items()
    }
    return found | alone


async def _ranks(
    connection: AsyncConnection, territory: str, names: dict[PersonId, str]
) -> dict[str, RanksRow]:
    query = select(national_ranks).join(interns).where(interns.c.territory == territory)
    return {
        names[row.person]: RanksRow(intern=names[row.person], rc=row.rc, rin=row.rin, ri3=row.ri3)
        for row in await connection.execute(query)
    }


async def _elsewhere(connection: AsyncConnection, territory: str) -> frozenset[str]:
    query = (
        select(identities.c.value)
        .join(interns, interns.c.person == identities.c.person)
        .where(identities.c.kind == "ine", interns.c.territory != territory)
    )
    return frozenset((await connection.execute(query)).scalars())


async def rank_that_another_has(
    connection: AsyncConnection, intern: OneIntern, ranks: NationalRanks
) -> RankKind | None:
    """As for files: RC within the own exam, RIN and RI3 over the exams of a profession and year."""
    same_exam = (exams.c.exam == intern.exam) & (exams.c.label == intern.exam_label)
    for kind in RankKind:
        if ranks.of(kind) is None:
            continue
        query = (
            select(func.count())
            .select_from(national_ranks)
            .join(interns, interns.c.person == national_ranks.c.person)
            .join(exams, exams.c.id == interns.c.exam)
            .where(interns.c.territory == intern.territory, interns.c.person != intern.person)
            .where(interns.c.profession == intern.profession, exams.c.cohort == intern.cohort)
            .where(national_ranks.c[kind.value] == ranks.of(kind))
        )
        if await connection.scalar(query.where(same_exam) if kind is RankKind.RC else query):
            return kind
    return None


async def lock_register(
    connection: AsyncConnection, territory: str, *, shared: bool = False
) -> None:
    """Until the end of the transaction nobody else changes what this territory's interns are ranked by.

    `shared`: whoever ranks from it; several may, while nobody changes it. Otherwise a preranking
    would be made of what is changed meanwhile, and nothing would tell. Taken after a perimeter, and
    before interns and runs.
    """
    key = func.hashtextextended(f"interns of {territory}", 0)
    lock = func.pg_advisory_xact_lock_shared if shared else func.pg_advisory_xact_lock
    # a large file, or a large perimeter, takes longer than a row is usually waited for
    await connection.execute(select(func.set_config("lock_timeout", WAIT, true())))
    await connection.execute(select(lock(key)))


async def lateness(
    connection: AsyncConnection, territory: str, professions: Iterable[Profession]
) -> None:
    """The present rankings of theirs were made without what has just been brought in."""
    here = select(perimeters.c.id).where(
        perimeters.c.territory == territory, perimeters.c.profession.in_(list(professions))
    )
    await connection.execute(
        update(ranking_runs)
        .where(ranking_runs.c.perimeter.in_(here), ranking_runs.c.superseded_at.is_(None))
        .values(late_movement=True)
    )
