"""Importing interns, their semesters, their national ranks: what a row becomes, or why it waits.

"Report: accepted, changed, unchanged, rejected (line, column, reason, value), warnings […] Dirty rows
are put in quarantine and never block the rest" (experience.md). What is wrong with the file as a whole
refuses it whole; a row is brought in with all its cells or not at all.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Generic, NamedTuple, TypeVar

import msgspec

from amphi.rules.ranking.exams import Exam
from amphi.rules.ranking.perimeters import Profession
from amphi.rules.ranking.seniority import SemesterKind
from amphi.rules.table_faults import RowFault
from amphi.rules.table_rows import Findings, Row, Rows, columns, each_row, ignore_others, require

HIGHEST = 10_000_000  # of a rank


class ImportKind(StrEnum):
    INTERNS = "interns"
    SEMESTERS = "semesters"
    CNG_RANKS = "cng-ranks"


class Change(StrEnum):
    """What bringing a row in does to what is on record."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


class InternRow(msgspec.Struct, frozen=True, kw_only=True):
    """`intern`: the INE, by which files name a person. `entered`: the first semester."""

    intern: str
    last_name: str
    first_name: str
    email: str
    profession: Profession
    discipline: str
    des: str
    regime: str
    exam: Exam
    label: str
    cohort: int
    entered: str


class SemesterRow(msgspec.Struct, frozen=True, kw_only=True):
    """`kind` None: not begun, only its out-of-discipline stage is known; `elsewhere`: its discipline."""

    intern: str
    semester: str
    kind: SemesterKind | None
    regime: str
    elsewhere: str = ""


class RanksRow(msgspec.Struct, frozen=True, kw_only=True):
    """As CNG sends them; None: not given, and not taken away from what is on record."""

    intern: str
    rc: int | None
    rin: int | None
    ri3: int | None


class OnRecord(msgspec.Struct, frozen=True):
    """What is known of a territory's interns, by their INE; `elsewhere`: those of other territories.

    `disciplines`: keys of those of medicine in which somebody is ranked or trains; None: whatever is
    written. `ranked`: of those that a perimeter ranks; empty: there is no perimeter yet.
    """

    interns: Mapping[str, InternRow] = {}
    semesters: Mapping[tuple[str, str], SemesterRow] = {}
    ranks: Mapping[str, RanksRow] = {}
    elsewhere: frozenset[str] = frozenset()
    disciplines: frozenset[str] | None = None
    ranked: frozenset[str] = frozenset()


class Today(NamedTuple):
    """`semester`: the present one; `year`: for cohorts to come."""

    year: int
    semester: str


def today_in(year: int, month: int) -> Today:
    """November to April, May to October."""
    if month in range(5, 11):
        return Today(year, f"{year:04d}-05")
    return Today(year, f"{year if month > 10 else year - 1:04d}-11")


Read = TypeVar("Read")


class Accepted(msgspec.Struct, Generic[Read], frozen=True):
    line: int
    row: Read
    change: Change


class Sifted(msgspec.Struct, Generic[Read], frozen=True):
    """`refused`: what is wrong with the file itself, and then nothing of it is accepted.

    `rejected`: every fault of every row that waits, in the order of the file.
    """

    read: int
    accepted: tuple[Accepted[Read], ...]
    rejected: tuple[RowFault, ...]
    warnings: tuple[RowFault, ...]
    refused: tuple[RowFault, ...] = ()


class Columns(NamedTuple):
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()


def sift(
    header: Sequence[str],
    rows: Rows,
    wanted: Columns,
    judge: Callable[[Sequence["Cells"], Findings], Iterable[Accepted[Read]]],
) -> Sifted[Read]:
    """Every row read; `judge` is given them all, and yields those it finds sound."""
    findings = Findings()
    places = columns(header, findings)
    require(places, wanted.required, findings)
    ignore_others(places, (*wanted.required, *wanted.optional), findings)
    if findings.faults:
        return Sifted(0, (), (), tuple(findings.warnings), tuple(findings.faults))
    read = [Cells(row, places) for row in each_row(places, rows, findings)]
    if not read:
        return Sifted(0, (), (), tuple(findings.warnings), tuple(findings.faults))
    found = tuple(judge(read, findings))
    faults = sorted(findings.faults, key=lambda fault: fault.line)
    wrong = {fault.line for fault in faults}
    sound = tuple(each for each in found if each.line not in wrong)
    return Sifted(len(read), sound, tuple(faults), tuple(findings.warnings))


class Cells:
    """A row whose optional columns may be missing from the file."""

    def __init__(self, row: Row, places: Mapping[str, int]) -> None:
        self.row = row
        self._places = places

    @property
    def line(self) -> int:
        return self.row.line

    @property
    def sound(self) -> bool:
        return self.row.sound

    def has(self, field: str) -> bool:
        """Whether the file has that column at all."""
        return field in self._places

    def text(self, field: str) -> str:
        return self.row.text(field) if field in self._places else ""

    def required(self, field: str) -> str:
        return self.row.required(field)

    def whole_if_given(self, field: str, least: int, most: int) -> int | None:
        return self.row.whole_if_given(field, least, most) if field in self._places else None

    def fault(self, field: str, code: str, **facts: object) -> None:
        self.row.fault(field, code, **facts)

    def warn(self, field: str, code: str, **facts: object) -> None:
        self.row.warn(field, code, **facts)


def change_of(new: object, known: object | None) -> Change:
    """What `new` is to what was on record."""
    if known is None:
        return Change.ADDED
    return Change.UNCHANGED if new == known else Change.CHANGED
