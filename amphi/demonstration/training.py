"""What the demonstration's interns have behind them: an exam, semesters, some leave; the same for the same seed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count, repeat
from random import Random

import msgspec

from amphi.records.interns import ExamOf, NewIntern, NewSemester
from amphi.rules.campaign_file import AmphiLine, InternLine
from amphi.rules.ranking.calendar import before, elapsed, number, numbered
from amphi.rules.ranking.exams import Exam, NationalRanks
from amphi.rules.ranking.perimeters import Profession
from amphi.rules.ranking.seniority import SemesterKind

# How many years ago the youngest of each regime passed their exam, and how many cohorts there are.
COHORTS = {"BASE": (0, 1), "ADVANCED": (1, 3), "OLD": (9, 2), "CONSOLIDATION": (4, 1)}
LATE = 8  # one of so many took a year of leave

DISCIPLINES = {
    "DSM41": "Psychiatrie",
    "DSM12": "Chirurgie vasculaire",
    "DSM13": "Chirurgie viscérale et digestive",
    "DSM29": "Neurochirurgie",
    "DSM35": "Ophtalmologie",
    "DSM36": "ORL et chirurgie cervico-faciale",
    "DSM47": "Santé publique",
    "DSM54": "Chirurgie orthopédique et traumatologique",
    "DSM67": "Santé publique",
    "DSM68": "Urologie",
}


class Trainee(msgspec.Struct, frozen=True, kw_only=True):
    """`leaves`: semesters of personal leave, at the beginning; `rin` None: CNG sends none (PET)."""

    line: InternLine
    cohort: int
    leaves: int = 0
    rin: int | None

    @property
    def exam(self) -> Exam:
        return Exam.FOREIGN if self.rin is None else Exam.NATIONAL


def trainees(amphi: AmphiLine, semester: str, seed: int) -> list[Trainee]:
    """Everybody of an amphi, of as many cohorts as its regime has; somebody is always tied.

    An amphi without sessions is left to an operator, and has more to decide.
    """
    chance = Random(f"{seed} {amphi.code} {semester}")
    youngest, cohorts = COHORTS[amphi.regime]
    oldest = int(before(before(semester))[:4]) - youngest - cohorts
    ranks = chance.sample(range(1, 9000), len(amphi.interns))
    courses = _for_an_operator(oldest) if not amphi.sessions else _usual(oldest, cohorts, chance)
    return [
        Trainee(line=line, cohort=course.cohort, leaves=course.leaves, rin=course.ranked(rank))
        for line, rank, course in zip(amphi.interns, ranks, courses, strict=False)
    ]


class _Course(msgspec.Struct, frozen=True):
    cohort: int
    leaves: int = 0
    foreign: bool = False

    def ranked(self, rank: int) -> int | None:
        return None if self.foreign else rank


def _usual(oldest: int, cohorts: int, chance: Random) -> Iterator[_Course]:
    """The first is alone of the oldest cohort: 1 of 1, like the last of the cohort they are in now."""
    yield _Course(oldest, 2)
    for n in count():
        year = n % cohorts
        late = year < cohorts - 1 and chance.randrange(LATE) == 0
        yield _Course(oldest + 1 + year, 2 if late else 0)


def _for_an_operator(oldest: int) -> Iterator[_Course]:
    """1 of 2 like 2 of 4; 2 of 2 and 1 of 1 like 4 of 4; and one whose ranks are entered by hand."""
    yield _Course(oldest + 2, foreign=True)
    yield from (_Course(oldest, 2), _Course(oldest, 2), _Course(oldest - 1, 4))
    yield from repeat(_Course(oldest + 1), 4)
    for n in count():
        yield _Course(oldest + 2 + n % 2)


def exam_of(profession: Profession, each: Trainee) -> ExamOf:
    """The exam of the cohort: the national one, or the PET."""
    label = "PET" if each.exam.foreign else ""
    return ExamOf(profession, each.exam, each.cohort, label)


def interns_of(
    amphi: AmphiLine, people: Sequence[Trainee], semester: str, exams: Mapping[ExamOf, str]
) -> Iterator[NewIntern]:
    """As the ARS has them on file, with an INE by which files name them; `exams`: ids."""
    profession = profession_of(amphi)
    for n, each in enumerate(people, 1):
        yield NewIntern(
            ine=f"{amphi.code}{n:05}",
            first_name=each.line.first_name,
            last_name=each.line.last_name,
            email=each.line.email,
            profession=profession,
            discipline=DISCIPLINES.get(each.line.des, amphi.group.capitalize()),
            des=each.line.des,
            regime=amphi.regime,
            exam=exams[exam_of(profession, each)],
            entered=f"{each.cohort}-11",
            ranks=NationalRanks(rc=each.rin, rin=each.rin),
            semesters=tuple(_semesters(each, amphi.regime, semester)),
            choice_status=each.line.choice_status,
            extra_seconds=each.line.extra_seconds,
        )


def profession_of(amphi: AmphiLine) -> Profession:
    """Pharmacy is not divided into disciplines; the other groups are of medicine."""
    return Profession.PHARMACY if amphi.group == "PHARMACIE" else Profession.MEDICINE


def _semesters(each: Trainee, regime: str, semester: str) -> Iterable[NewSemester]:
    """Up to the present one; whoever will be absent has a leave for the next."""
    first, entered = number(f"{each.cohort}-11"), f"{each.cohort}-11"
    for n in range(elapsed(entered, before(semester))):
        kind = SemesterKind.PERSONAL_LEAVE if n < each.leaves else SemesterKind.VALIDATED
        yield NewSemester(numbered(first + n), kind, regime)
    if each.line.expected_absence:
        yield NewSemester(semester, SemesterKind.PERSONAL_LEAVE, regime)
