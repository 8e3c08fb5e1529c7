"""The forms of an intern's semesters, each from the entry to the next one, and of stages elsewhere."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from amphi.actions.ranking_access import next_semester
from amphi.http.wording import REGIMES
from amphi.records.interns import InternRow, NewSemester
from amphi.rules.ranking.calendar import number, numbered
from amphi.rules.ranking.seniority import SemesterKind
from amphi.rules.refusals import Refusal, Refused

KIND, REGIME = "kind-", "regime-"  # of the fields' names, before the semester


class Spell(msgspec.Struct, frozen=True):
    """A line of the form; `kind` empty: nothing is known of that semester."""

    semester: str
    kind: str
    regime: str


def spells(
    intern: InternRow, known: Sequence[NewSemester], typed: Mapping[str, str]
) -> list[Spell]:
    """Every semester that may be, and what is on record besides; as typed when a form was refused."""
    on_record = {each.semester: each for each in known}
    return [
        _spell(semester, on_record.get(semester), intern.regime, typed)
        for semester in sorted({*_possible(intern), *on_record})
    ]


def _possible(intern: InternRow) -> Iterator[str]:
    return map(numbered, range(number(intern.entered), number(next_semester()) + 1))


def _spell(
    semester: str, known: NewSemester | None, regime: str, typed: Mapping[str, str]
) -> Spell:
    kind, of = ("", regime) if known is None else (known.kind.value, known.regime)
    return Spell(
        semester, typed.get(f"{KIND}{semester}", kind), typed.get(f"{REGIME}{semester}", of)
    )


def semesters_in(given: Mapping[str, str]) -> list[NewSemester]:
    """As the form sends them, those of no kind left out. Raises Refused `bad_request`."""
    written = (
        (name.removeprefix(KIND), kind)
        for name, kind in given.items()
        if name.startswith(KIND) and kind
    )
    return [_semester(semester, kind, given) for semester, kind in written]


def _semester(semester: str, kind: str, given: Mapping[str, str]) -> NewSemester:
    regime = given.get(f"{REGIME}{semester}", "")
    if regime not in REGIMES or kind not in set(SemesterKind):
        raise Refused(Refusal("bad_request", {"why": f"{KIND}{semester}"[:300]}))
    return NewSemester(semester, SemesterKind(kind), regime)


def plannable() -> list[str]:
    """The present semester and the next one."""
    last = next_semester()
    return [numbered(number(last) - 1), last]
