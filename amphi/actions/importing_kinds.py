"""What each kind of import file asks the rules, and what it writes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import msgspec

from amphi.actions.ranking_access import Actor
from amphi.actions.relisting import relist
from amphi.records.database import Connection
from amphi.records.interns_brought_in import add_interns, change_interns, put_ranks, put_semesters
from amphi.records.interns_on_record import Register, lateness
from amphi.rules.ids import PersonId
from amphi.rules.ranking.import_interns import COLUMNS as OF_INTERNS
from amphi.rules.ranking.import_interns import sift_interns
from amphi.rules.ranking.import_ranks import COLUMNS as OF_RANKS
from amphi.rules.ranking.import_ranks import sift_ranks
from amphi.rules.ranking.import_reading import (
    Accepted,
    Change,
    Columns,
    ImportKind,
    InternRow,
    OnRecord,
    RanksRow,
    SemesterRow,
    Sifted,
    Today,
)
from amphi.rules.ranking.import_semesters import COLUMNS as OF_SEMESTERS
from amphi.rules.ranking.import_semesters import sift_semesters
from amphi.rules.ranking.perimeters import Profession
from amphi.rules.table_rows import Rows

COLUMNS: Mapping[ImportKind, Columns] = {
    ImportKind.INTERNS: OF_INTERNS,
    ImportKind.SEMESTERS: OF_SEMESTERS,
    ImportKind.CNG_RANKS: OF_RANKS,
}

Row = TypeVar("Row", InternRow, SemesterRow, RanksRow)
_Sift = Callable[[Sequence[str], Rows, OnRecord, Today], Sifted[Any]]
_PERSONAL = frozenset({"last_name", "first_name", "email", "intern"})


class Bringing(Generic[Row]):
    """One file on its way in: what is known, and how its rows are written."""

    _sift: _Sift

    def __init__(self, connection: Connection, actor: Actor, known: Register, today: Today) -> None:
        self._connection = connection
        self._actor = actor
        self._territory = actor.territory
        self._known = known
        self._today = today

    def sift(self, header: Sequence[str], rows: Rows) -> Sifted[Row]:
        """Which rows are sound, and what is wrong with the others."""
        return self._sift(header, rows, self._known.on_record, self._today)

    async def write(self, accepted: Iterable[Accepted[Row]]) -> None:
        """Those that change anything; rankings under way learn of it."""
        touched = [each for each in accepted if each.change is not Change.UNCHANGED]
        if not touched:
            return
        moved = await self._write(touched)
        professions = {name for each in touched for name in self._professions(each.row)}
        if moved:
            await relist(self._connection, self._actor, frozenset(moved), professions)
        await lateness(self._connection, self._territory, professions)

    async def _write(self, touched: list[Accepted[Row]]) -> list[PersonId]:
        """Whose place in rankings is another: new ones, and those who are ranked elsewhere now."""
        raise NotImplementedError

    def _persons(self, rows: Iterable[Row]) -> list[PersonId]:
        return [self._known.persons[row.intern] for row in rows]

    def _professions(self, row: Row) -> set[Profession]:
        """Whose rankings learn of it."""
        return {self._known.on_record.interns[row.intern].profession}

    def before(self, row: Row) -> object:
        """What was on record of it."""
        raise NotImplementedError

    def trace(self, accepted: Iterable[Accepted[Row]]) -> list[dict[str, Any]]:
        """Before and after of what was changed, for the audit, which holds no names."""
        return [
            {
                "person": self._known.persons[each.row.intern],
                "before": _impersonal(self.before(each.row)),
                "after": _impersonal(each.row),
            }
            for each in accepted
            if each.change is Change.CHANGED
        ]


def _impersonal(row: object) -> dict[str, Any]:
    facts: dict[str, Any] = msgspec.to_builtins(row)
    return {name: value for name, value in facts.items() if name not in _PERSONAL}


class Interns(Bringing[InternRow]):
    _sift = staticmethod(sift_interns)

    def _professions(self, row: InternRow) -> set[Profession]:
        known = self._known.on_record.interns.get(row.intern, row)
        return {row.profession, known.profession}

    async def _write(self, touched: list[Accepted[InternRow]]) -> list[PersonId]:
        new = [each.row for each in touched if each.change is Change.ADDED]
        changed = [each.row for each in touched if each.change is Change.CHANGED]
        added = await add_interns(self._connection, self._territory, new)
        await change_interns(self._connection, changed, self._known.persons)
        known = self._known.on_record.interns
        return added + self._persons(
            row for row in changed if _training(row) != _training(known[row.intern])
        )

    def before(self, row: InternRow) -> object:
        return self._known.on_record.interns[row.intern]


def _training(row: InternRow) -> tuple[str, ...]:
    """What decides in which perimeter somebody is ranked."""
    return row.profession, row.discipline, row.des, row.regime


class SemestersOf(Bringing[SemesterRow]):
    _sift = staticmethod(sift_semesters)

    async def _write(self, touched: list[Accepted[SemesterRow]]) -> list[PersonId]:
        rows = [each.row for each in touched]
        await put_semesters(self._connection, rows, self._known.persons)
        return self._persons(row for row in rows if row.elsewhere != self._elsewhere(row))

    def _elsewhere(self, row: SemesterRow) -> str:
        """Where that semester was to lead."""
        known = self._known.on_record.semesters.get((row.intern, row.semester))
        return known.elsewhere if known else ""

    def before(self, row: SemesterRow) -> object:
        return self._known.on_record.semesters[row.intern, row.semester]


class Ranks(Bringing[RanksRow]):
    _sift = staticmethod(sift_ranks)

    async def _write(self, touched: list[Accepted[RanksRow]]) -> list[PersonId]:
        exams = {intern: row.exam for intern, row in self._known.on_record.interns.items()}
        rows = [each.row for each in touched]
        await put_ranks(self._connection, rows, self._known.persons, exams)
        return []

    def before(self, row: RanksRow) -> object:
        return self._known.on_record.ranks[row.intern]


KINDS: Mapping[ImportKind, type[Bringing[Any]]] = {
    ImportKind.INTERNS: Interns,
    ImportKind.SEMESTERS: SemestersOf,
    ImportKind.CNG_RANKS: Ranks,
}
