"""What the tests of the ranking are made of."""

from typing import Any

import msgspec

from amphi.rules.ids import PersonId
from amphi.rules.ranking.exams import Exam
from amphi.rules.ranking.local_rank import LocalStanding
from amphi.rules.ranking.perimeters import Perimeter, Profession
from amphi.rules.ranking.placing import Discipline, Member
from amphi.rules.ranking.preranking import Intern, Place, Placed, Preranking, prerank
from amphi.rules.ranking.seniority import Semesters


def semesters(validated: int, surnombre_non_validant: int = 0, research: int = 0) -> Semesters:
    return Semesters(validated, surnombre_non_validant, research)


def an_intern(name: str = "Ana", local: tuple[int, int] = (1, 10), **changes: Any) -> Intern:
    """On time, six semesters of six, of the cohort 2019; the name is the id too."""
    intern = Intern(
        id=PersonId(name.lower()),
        last_name=name.upper(),
        first_name="Zoé",
        exam=Exam.NATIONAL,
        cohort=2019,
        elapsed=6,
        semesters=Semesters(6),
        standing=LocalStanding(*local),
    )
    return msgspec.structs.replace(intern, **changes)


def own(name: str = "Ana", local: tuple[int, int] = (1, 10), **changes: Any) -> Placed:
    """A standard line; its theoretical size is given unless told otherwise."""
    size = changes.pop("size", 10)
    return Placed(an_intern(name, local, **changes), Place.STANDARD, "Psychiatrie", size)


def entering(name: str, local: tuple[int, int], **changes: Any) -> Placed:
    size = changes.pop("size", 10)
    return Placed(an_intern(name, local, **changes), Place.ENTERING, "Endocrinologie", size)


def ids(preranking: Preranking) -> list[str]:
    return [line.intern.id for line in preranking.lines]


def ranks(preranking: Preranking) -> list[int]:
    return [line.rank for line in preranking.lines]


def with_a_tie() -> Preranking:
    """Ana, then Bob and Zed together, then Yan."""
    lines = own("Zed", (2, 10)), own("Bob", (2, 10)), own("Yan", (3, 10)), own("Ana", (1, 10))
    return prerank(lines)


SURGERY = Perimeter(Profession.MEDICINE, "IDF", "chirurgie")
PUBLIC_HEALTH = Perimeter(Profession.MEDICINE, "IDF", "santepublique")
VISCERAL = Discipline("Chirurgie viscérale", SURGERY)
THORACIC = Discipline("Chirurgie thoracique", SURGERY)
PREVENTION = Discipline("Santé publique", PUBLIC_HEALTH)


def a_member(name: str, home: Discipline, destination: Discipline | None = None) -> Member:
    return Member(an_intern(name), home, destination)
