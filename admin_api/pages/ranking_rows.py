"""Lines of a run as its pages show them: the preranking while ties are treated, then the call ranks."""

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from amphi.http.sentences import ranking_sentence
from amphi.records.ranking_pages import Trace
from amphi.rules.ids import PersonId
from amphi.rules.ranking.figures import truncated
from amphi.rules.ranking.preranking import Line
from amphi.rules.ranking.run import RankingRun
from amphi.rules.ranking.run_contests import Contest


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """`rank`: of the preranking, common to a tie, or the call rank; `above`: the call rank before.

    `tied`: nobody has settled it yet; `gone`: left since, a hole.
    """

    rank: int
    above: int | None = None
    last: bool = False
    line: Line
    name: str
    adjusted: str
    tied: bool
    settled: bool
    gone: bool


class Unplaced(msgspec.Struct, frozen=True):
    """An unranked intern, and why."""

    person: PersonId
    name: str
    discipline: str
    reason: str


class ContestShown(msgspec.Struct, frozen=True):
    """`rank`: the call rank that is contested, when there is one."""

    contest: Contest
    name: str
    rank: int | None


def name_of(line: Line) -> str:
    """As a French directory writes it."""
    intern = line.intern
    return f"{intern.last_name} {intern.first_name}".strip() or intern.id


def rows_of(state: RankingRun) -> list[Shown]:
    """All lines, in order."""
    return list(_preranked(state) if state.final is None else _called(state))


def _preranked(state: RankingRun) -> Iterator[Shown]:
    """ "Les internes ex-aequo sont classés avec leur rang commun puis par ordre alphabétique" (R §3)"""
    for line in state.preranking.lines:
        group = state.breaks.groups.get(line.rank) if line.tied else None
        yield _shown(line, line.rank, settled=group is not None and state.is_treated(group))


def _called(state: RankingRun) -> Iterator[Shown]:
    lines = state.final.lines if state.final is not None else ()
    for at, each in enumerate(lines):
        shown = _shown(each.line, each.call_rank, settled=True)
        above = lines[at - 1].call_rank if at else None
        yield msgspec.structs.replace(
            shown,
            above=above,
            last=at + 1 == len(lines),
            gone=each.line.intern.id in state.removed,
        )


def _shown(line: Line, rank: int, *, settled: bool) -> Shown:
    return Shown(
        rank=rank,
        line=line,
        name=name_of(line),
        adjusted=truncated(line.adjusted.value).replace(".", ","),
        tied=line.tied,
        settled=settled,
        gone=False,
    )


def unranked_of(state: RankingRun) -> list[Unplaced]:
    """ "unranked interns first", each with the reason (ranking.md §5)."""
    return [
        Unplaced(
            each.intern.id,
            f"{each.intern.last_name} {each.intern.first_name}".strip() or each.intern.id,
            each.placed.discipline,
            ranking_sentence(each.reason.code, each.reason.facts),
        )
        for each in state.preranking.unranked
    ]


def swapped_in(traces: Iterable[Trace]) -> frozenset[str]:
    """Who has not the call rank that the validated ties gave, by swaps; `traces`: newest first."""
    given: dict[str, str] = {}
    now: dict[str, str] = {}
    for each in traces:
        if each.what == "ties_reopened":
            break
        if each.what == "ranks_swapped":
            now = {person: rank for rank, person in each.after.items()} | now
            given |= {person: rank for rank, person in each.before.items()}
    return frozenset(person for person, rank in now.items() if rank != given[person])


def contests_shown(state: RankingRun, names: Mapping[PersonId, str]) -> list[ContestShown]:
    """In the order in which they were filed; `names`: also of those who have left the ranking."""
    called = state.final.lines if state.final is not None else ()
    ranks = {each.line.intern.id: each.call_rank for each in called}
    return [
        ContestShown(each, names.get(each.person, each.person), ranks.get(each.person))
        for each in state.contests
    ]
