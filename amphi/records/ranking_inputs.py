"""What a ranking reads of the interns of one profession and territory, in one query."""

from collections import Counter
from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import FromClause, Select, func, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.records.perimeters import PerimeterRow
from amphi.records.tables.interns import (
    exams,
    intern_semesters,
    interns,
    national_ranks,
    out_of_discipline,
)
from amphi.records.tables.people import persons
from amphi.rules.ids import PersonId
from amphi.rules.ranking.calendar import before, elapsed
from amphi.rules.ranking.exams import Exam, NationalRanks
from amphi.rules.ranking.local_rank import Entrant, Standing, local_standings
from amphi.rules.ranking.movements import InternState
from amphi.rules.ranking.perimeters import Perimeter, Profession, Specialty, perimeter_of
from amphi.rules.ranking.placing import Discipline, Member, places
from amphi.rules.ranking.preranking import Intern, Placed
from amphi.rules.ranking.seniority import SemesterKind, Semesters, SeniorityScope


class InternFile(msgspec.Struct, frozen=True, gc=False):
    """One intern as the query gives it; counts of semesters up to the present one."""

    person: str
    last_name: str
    first_name: str
    discipline: str
    des: str
    regime: str
    state: str
    entered: str
    exam: str
    cohort: int
    rc: int | None
    rin: int | None
    ri3: int | None
    destination: str | None
    validated: int
    surnombre: int
    research: int
    phase_validated: int
    phase_surnombre: int
    phase_research: int


async def lines_to_rank(
    connection: AsyncConnection, perimeter: PerimeterRow, semester: str, groups: Mapping[str, str]
) -> list[Placed]:
    """Everybody who appears in the preranking for `semester`, with local ranks worked out here.

    A cohort counts its archived interns too, who are not ranked any more; never the cancelled.
    """
    files = await intern_files(connection, perimeter.territory, perimeter.profession, semester)
    return lines_among(files, perimeter, semester, groups)


async def intern_files(
    connection: AsyncConnection, territory: str, profession: Profession, semester: str
) -> list[InternFile]:
    """Everybody of a profession: whoever looks at several of its perimeters reads them once."""
    query = _files(territory, profession, semester)
    return [InternFile(*row) for row in await connection.execute(query)]


def lines_among(
    files: list[InternFile], perimeter: PerimeterRow, semester: str, groups: Mapping[str, str]
) -> list[Placed]:
    """Those who appear in the preranking of this perimeter."""
    return _Desk(perimeter, semester, groups).lines(files)


async def cohort_sizes(
    connection: AsyncConnection, perimeter: PerimeterRow, groups: Mapping[str, str]
) -> Mapping[int, int]:
    """ "Effectif local de la promotion théorique" (R §2.5): of each cohort, archived interns included."""
    counted = (interns.c.discipline, interns.c.des, exams.c.cohort)
    query = (
        select(*counted, func.count().label("many"))
        .join(exams, exams.c.id == interns.c.exam)
        .where(interns.c.territory == perimeter.territory)
        .where(interns.c.profession == perimeter.profession)
        .where(interns.c.state != InternState.CANCELLED)
        .group_by(*counted)
    )
    place = perimeter.profession, perimeter.territory
    sizes: Counter[int] = Counter()
    for row in await connection.execute(query):
        if perimeter_of(Specialty(*place, row.discipline, row.des), groups) == perimeter.ranked:
            sizes[row.cohort] += row.many
    return sizes


class _Desk:
    """Where each intern of the files belongs."""

    def __init__(self, perimeter: PerimeterRow, semester: str, groups: Mapping[str, str]) -> None:
        self._perimeter = perimeter
        self._ranked = perimeter.ranked
        self._in_phase = perimeter.seniority_scope is SeniorityScope.PHASE
        place = perimeter.profession, perimeter.territory
        self._of = cache(lambda name, des: perimeter_of(Specialty(*place, name, des), groups))
        self._elapsed = cache(lambda entered: elapsed(entered, before(semester)))
        self._discipline = cache(lambda name, des: Discipline(name, self._of(name, des)))

    def lines(self, files: list[InternFile]) -> list[Placed]:
        """The rows of the preranking."""
        listed = [each for each in files if self._is_listed(each)]
        standings = self._standings(files, {self._of(each.discipline, each.des) for each in listed})
        members = (self._member(each, standings[PersonId(each.person)]) for each in listed)
        return list(places(self._ranked, members))

    def _is_listed(self, file: InternFile) -> bool:
        """ "active interns of the perimeter …, and active interns … whose destination is the perimeter" """
        if file.state != InternState.ACTIVE or self._perimeter.regime not in ("", file.regime):
            return False
        if self._of(file.discipline, file.des) == self._ranked:
            return True
        return file.destination is not None and self._of(file.destination, "") == self._ranked

    def _standings(
        self, files: list[InternFile], needed: set[Perimeter]
    ) -> Mapping[PersonId, Standing]:
        return local_standings(
            Entrant(
                PersonId(each.person),
                own,
                each.cohort,
                NationalRanks(each.rc, each.rin, each.ri3),
                each.discipline,
            )
            for each in files
            if (own := self._of(each.discipline, each.des)) in needed
        )

    def _member(self, file: InternFile, standing: Standing) -> Member:
        going = None if file.destination is None else self._discipline(file.destination, "")
        own = self._discipline(file.discipline, file.des)
        return Member(self._intern(file, standing), own, going)

    def _intern(self, file: InternFile, standing: Standing) -> Intern:
        phase = Semesters(file.phase_validated, file.phase_surnombre, file.phase_research)
        return Intern(
            id=PersonId(file.person),
            last_name=file.last_name,
            first_name=file.first_name,
            exam=Exam(file.exam),
            cohort=file.cohort,
            elapsed=self._elapsed(file.entered),
            semesters=Semesters(file.validated, file.surnombre, file.research),
            standing=standing,
            in_phase=phase if self._in_phase else None,
        )


def _files(territory: str, profession: Profession, semester: str) -> Select[Any]:
    going = (out_of_discipline.c.person == interns.c.person) & (
        out_of_discipline.c.semester == semester
    )
    counts = semester_counts(before(semester))
    return (
        select(
            *(interns.c.person, persons.c.last_name, persons.c.first_name),
            *(interns.c.discipline, interns.c.des, interns.c.regime, interns.c.state),
            *(interns.c.entered, exams.c.exam, exams.c.cohort),
            *(national_ranks.c.rc, national_ranks.c.rin, national_ranks.c.ri3),
            out_of_discipline.c.discipline.label("destination"),
            *counts.c,
        )
        .join(persons, persons.c.id == interns.c.person)
        .join(exams, exams.c.id == interns.c.exam)
        .outerjoin(national_ranks, national_ranks.c.person == interns.c.person)
        .outerjoin(out_of_discipline, going)
        .join(counts, true())
        .where(interns.c.territory == territory, interns.c.profession == profession)
        .where(interns.c.state != InternState.CANCELLED)
    )


def semester_counts(present: str) -> FromClause:
    """ "validated semesters, the present one included, + surnombre non validant + research".

    Lateral: each intern's few rows by the primary key, whatever the planner thinks of the sizes
    (joined as one grouped table, it was tried row by row against every intern).
    """
    table = intern_semesters.c
    research = (SemesterKind.RESEARCH_YEAR, SemesterKind.RESEARCH_LEAVE)
    kinds = (
        table.kind == SemesterKind.VALIDATED,
        table.kind == SemesterKind.SURNOMBRE_NON_VALIDANT,
        table.kind.in_(research),
    )
    in_phase = table.regime == interns.c.regime
    return (
        select(
            *(func.count().filter(kind) for kind in kinds),
            *(func.count().filter(kind & in_phase) for kind in kinds),
        )
        .where(table.person == interns.c.person, table.semester <= present)
        .lateral("counts")
    )
