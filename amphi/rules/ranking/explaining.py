"""How each figure came about: its inputs, its formula, its figure, in the order of the computation.

"Every figure an intern is shown can be explained" (ranking.md §5). The French sentences stand in
`web/fr.json` under `ranking`, a line for each code here and for each reason of being unranked.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import msgspec

from amphi.rules.ranking.adjusted_rank import AdjustedRank, SizeFrom
from amphi.rules.ranking.figures import half_up, truncated
from amphi.rules.ranking.interranking import Interranked, Method
from amphi.rules.ranking.local_rank import LocalStanding
from amphi.rules.ranking.preranking import Intern, Line, Preranking, Unranked


class Step(msgspec.Struct, frozen=True):
    """`facts`: the inputs, plain JSON values; `formula`: with the inputs in it; `figure`: its result."""

    code: str
    facts: dict[str, Any]
    formula: str = ""
    figure: str = ""


STEPS = frozenset(
    {
        "local_rank_given",
        "local_rank_from",
        "seniority",
        "seniority_in_phase",
        "theoretical_cohort",
        *(f"size_{origin.value}" for origin in SizeFrom),
        "adjusted",
        "adjusted_kept",
        "exam_first",
        "exam_foreign",
        "place_standard",
        "place_leaving",
        "place_entering",
        "rank_alone",
        "rank_tied",
        "mark",
        "rule_of_three",
        "interrank_alone",
        "interrank_tied",
    }
)


def explain(preranking: Preranking, line: Line) -> tuple[Step, ...]:
    """A ranked line, from the local rank to the rank in the list."""
    return tuple(_line(preranking, line))


def explain_unranked(unranked: Unranked) -> tuple[Step, ...]:
    """As far as the figures go, then the reason."""
    intern = unranked.intern
    local = [_local(intern, intern.standing)] if isinstance(intern.standing, LocalStanding) else []
    reason = Step(unranked.reason.code, unranked.reason.facts)
    return (*local, *_seniority(intern), _cohort(intern), reason)


def explain_interrank(placed: Interranked) -> tuple[Step, ...]:
    """A candidate's place among all exams (R §2.3, §2.4)."""
    result = placed.result
    shown = half_up(result.normalised)
    facts = {"mark": plain(result.mark), "out_of": plain(result.out_of), "normalised": shown}
    marks = Step("mark", facts, f"{facts['mark']} / {facts['out_of']} × 1000", shown)
    place = {"rank": placed.rank, "candidates": placed.candidates}
    last = Step("interrank_tied" if placed.tied else "interrank_alone", place, "", str(placed.rank))
    return (marks, *_rule_of_three(placed), last)


def plain(value: Fraction) -> str:
    """`425`, `12.5`, `2330/307`: exact, a decimal where four places are enough."""
    if (value * 10_000).denominator > 1:
        return str(value)
    return half_up(value).rstrip("0").rstrip(".")


def _rule_of_three(placed: Interranked) -> Iterator[Step]:
    if placed.method is Method.RI3:
        own, total, size = placed.exam_rank, placed.candidates, placed.exam_size
        facts: dict[str, Any] = {"exam_rank": own, "candidates": total, "exam_size": size}
        facts |= {"exam": placed.result.exam, "value": half_up(placed.value)}
        formula = f"{own} × {total} / {size} = {plain(placed.value)}"
        yield Step("rule_of_three", facts, formula, half_up(placed.value))


def _line(preranking: Preranking, line: Line) -> Iterator[Step]:
    intern = line.intern
    yield _local(intern, line.standing)
    yield from _seniority(intern)
    yield _cohort(intern)
    yield _size(line)
    yield _adjusted(line.adjusted)
    yield Step("exam_foreign" if intern.exam.foreign else "exam_first", {"exam": intern.exam.value})
    yield Step(f"place_{line.placed.place.value}", {"discipline": line.placed.discipline})
    yield _rank(preranking, line)


def _local(intern: Intern, standing: LocalStanding) -> Step:
    facts: dict[str, Any] = {
        "local_rank": standing.local_rank,
        "cohort_size": standing.cohort_size,
        "cohort": intern.cohort,
    }
    if standing.fed_by is None:
        return Step("local_rank_given", facts, "", str(standing.local_rank))
    fed_by = standing.fed_by
    facts |= {"kind": fed_by.kind.value.upper(), "national_rank": fed_by.rank}
    facts |= {"discipline": fed_by.discipline}
    return Step("local_rank_from", facts, "", str(standing.local_rank))


def _seniority(intern: Intern) -> Iterator[Step]:
    for code, spent in (("seniority", intern.semesters), ("seniority_in_phase", intern.in_phase)):
        if spent is not None:
            facts = {
                "validated": spent.validated,
                "surnombre_non_validant": spent.surnombre_non_validant,
                "research": spent.research,
                "research_counted": spent.research_counted,
            }
            formula = (
                f"{spent.validated} + {spent.surnombre_non_validant} + {spent.research_counted}"
            )
            facts |= {"seniority": spent.seniority}
            yield Step(code, facts, f"{formula} = {spent.seniority}", str(spent.seniority))


def _cohort(intern: Intern) -> Step:
    seniority, figure = intern.semesters.seniority, intern.theoretical_cohort
    facts = {"cohort": intern.cohort, "elapsed": intern.elapsed, "seniority": seniority}
    facts |= {"theoretical_cohort": figure, "late": figure - intern.cohort}
    formula = f"{intern.cohort} + max(0, ⌊({intern.elapsed} - {seniority}) / 2⌋) = {figure}"
    return Step("theoretical_cohort", facts, formula, str(figure))


def _size(line: Line) -> Step:
    theoretical = line.adjusted.theoretical
    facts = {"theoretical_cohort": line.theoretical_cohort, "theoretical_size": theoretical.size}
    figure = "" if theoretical.size is None else str(theoretical.size)
    return Step(f"size_{theoretical.origin.value}", facts, "", figure)


def _adjusted(adjusted: AdjustedRank) -> Step:
    """Exact, then as shown: two decimals, truncated."""
    shown = truncated(adjusted.value)
    rank, size, theoretical = adjusted.local_rank, adjusted.cohort_size, adjusted.theoretical.size
    facts = {"local_rank": rank, "cohort_size": size, "adjusted_rank": shown}
    if theoretical is None:
        return Step("adjusted_kept", facts, str(rank), shown)
    formula = f"{rank} / {size} × {theoretical} = {plain(adjusted.value)}"
    return Step("adjusted", facts | {"theoretical_size": theoretical}, formula, shown)


def _rank(preranking: Preranking, line: Line) -> Step:
    facts: dict[str, Any] = {"rank": line.rank, "lines": len(preranking.lines)}
    if not line.tied:
        return Step("rank_alone", facts, "", str(line.rank))
    group = next(each for each in preranking.tie_groups if each[0].rank == line.rank)
    others = (each.intern for each in group if each is not line)
    facts |= {"others": ", ".join(f"{each.first_name} {each.last_name}".strip() for each in others)}
    return Step("rank_tied", facts, "", str(line.rank))
