"""From rows and runs to the operators' JSON."""

from collections.abc import Iterator

import msgspec

from admin_api import ranking_wire as wire
from amphi.http.answers import stamp, stamp_or_none
from amphi.http.sentences import ranking_sentence, sentence
from amphi.records.call_lists import CallListRow, ListedLine
from amphi.records.instants import moment
from amphi.records.job_reports import JobRow
from amphi.records.perimeters import PerimeterRow
from amphi.records.ranking_runs import RunRow
from amphi.rules.ids import PersonId
from amphi.rules.ranking import run_contests as contests
from amphi.rules.ranking.explaining import Step, explain, explain_unranked
from amphi.rules.ranking.figures import truncated
from amphi.rules.ranking.preranking import Line, Unranked
from amphi.rules.ranking.run import OK, REFUSED_IN, RankingRun, RunGesture
from amphi.rules.ranking.session_planner import PlannedSession
from amphi.rules.refusals import Refusal


def perimeter(row: PerimeterRow) -> wire.Perimeter:
    """As the list shows it."""
    names = wire.Perimeter.__struct_fields__
    return wire.Perimeter(**{name: getattr(row, name) for name in names})


def ranking(row: RunRow) -> wire.Ranking:
    """As the list shows it."""
    same = ("id", "perimeter", "perimeter_name", "regime", "semester", "n", "stage")
    return wire.Ranking(
        **{name: getattr(row, name) for name in same},
        superseded=row.superseded_at is not None,
        late_movement=row.late_movement,
        changed=row.changed,
        contests_until=stamp_or_none(row.contests_until),
        started_at=stamp(row.started_at),
    )


def standing(row: RunRow, run: RankingRun) -> wire.Standing:
    """With its counts."""
    undecided = [each for each in run.contests if each.state is contests.ContestState.OPEN]
    over = row.superseded_at is not None
    allowed = [each for each in RunGesture if not over and REFUSED_IN[each][run.stage] == OK]
    return wire.Standing(
        ranking=ranking(row),
        lines=len(run.preranking.lines),
        unranked=run.unranked,
        holes=run.holes,
        tie_groups=len(run.breaks.groups),
        ties_left=run.ties_left,
        contests=len(run.contests),
        contests_open=len(undecided),
        allowed=allowed,
    )


def lines(run: RankingRun) -> Iterator[wire.RankedLine]:
    """ "unranked interns first, then call ranks"; before those, the order of the preranking."""
    yield from (unranked(each) for each in run.preranking.unranked)
    if run.final is None:
        yield from (line(each, None, run) for each in run.preranking.lines)
    else:
        yield from (line(each.line, each.call_rank, run) for each in run.final.lines)


def line(ranked: Line, call_rank: int | None, run: RankingRun) -> wire.RankedLine:
    """A ranked one."""
    return wire.RankedLine(
        person=ranked.intern.id,
        first_name=ranked.intern.first_name,
        last_name=ranked.intern.last_name,
        discipline=ranked.placed.discipline,
        place=ranked.placed.place.value,
        call_rank=call_rank,
        rank=ranked.rank,
        tied=ranked.tied,
        removed=ranked.intern.id in run.removed,
        seniority=ranked.seniority,
        cohort=ranked.intern.cohort,
        local_rank=ranked.standing.local_rank,
        cohort_size=ranked.standing.cohort_size,
        theoretical_cohort=ranked.theoretical_cohort,
        theoretical_size=ranked.adjusted.theoretical.size,
        adjusted_rank=truncated(ranked.adjusted.value),
        reason=None,
    )


def unranked(each: Unranked) -> wire.RankedLine:
    """One that has no rank, and why."""
    return wire.RankedLine(
        person=each.intern.id,
        first_name=each.intern.first_name,
        last_name=each.intern.last_name,
        discipline=each.placed.discipline,
        place=each.placed.place.value,
        call_rank=None,
        rank=None,
        tied=False,
        removed=False,
        seniority=each.intern.seniority,
        cohort=each.intern.cohort,
        local_rank=None,
        cohort_size=None,
        theoretical_cohort=None,
        theoretical_size=None,
        adjusted_rank=None,
        reason=ranking_sentence(each.reason.code, each.reason.facts),
    )


def ties(run: RankingRun) -> list[wire.Tie]:
    """By rank."""
    return [
        wire.Tie(
            rank,
            run.is_treated(group),
            [line(each, None, run) for each in run.present(group)],
            [each.intern.id for each in group.suggested if each.intern.id not in run.removed],
        )
        for rank, group in sorted(run.breaks.groups.items())
    ]


def explanations(run: RankingRun, person: PersonId) -> list[wire.Explanation]:
    """Every line of this intern, step by step."""
    ranks = {id(each.line): each.call_rank for each in (run.final.lines if run.final else ())}
    found = [
        wire.Explanation(
            line(each, ranks.get(id(each)), run), _steps(explain(run.preranking, each))
        )
        for each in run.preranking.lines
        if each.intern.id == person
    ]
    return found + [
        wire.Explanation(unranked(each), _steps(explain_unranked(each)))
        for each in run.preranking.unranked
        if each.intern.id == person
    ]


def _steps(steps: tuple[Step, ...]) -> list[wire.Step]:
    return [
        wire.Step(
            each.code,
            ranking_sentence(each.code, each.facts),
            each.formula,
            each.figure,
            each.facts,
        )
        for each in steps
    ]


def contest(each: contests.Contest) -> wire.Contest:
    """With its answer, if there is one."""
    return wire.Contest(
        id=each.id,
        person=each.person,
        says=each.says,
        filed_at=stamp(moment(each.filed_at)),
        state=each.state.value,
        answer=each.answer,
        answered_at=None if each.answered_at is None else stamp(moment(each.answered_at)),
    )


def call_list(row: CallListRow) -> wire.CallList:
    """One version."""
    same = ("id", "perimeter", "perimeter_name", "regime", "semester", "version", "state")
    return wire.CallList(
        **{name: getattr(row, name) for name in (*same, "digest", "interns")},
        ranking=row.run,
        made_at=stamp(row.made_at),
    )


def list_line(each: ListedLine) -> wire.ListLine:
    """The columns of DCI §7."""
    return wire.ListLine(
        call_rank=each.call_rank,
        person=each.person,
        first_name=each.first_name,
        last_name=each.last_name,
        des=each.des,
        place=each.place.value,
        seniority=each.line.seniority,
        cohort=each.cohort,
        cohort_size=each.line.standing.cohort_size,
        local_rank=each.line.standing.local_rank,
        theoretical_cohort=each.line.theoretical_cohort,
        theoretical_size=each.theoretical_size,
        adjusted_rank=each.adjusted_rank,
    )


def session(each: PlannedSession) -> wire.PlannedSession:
    """Its times as instants."""
    return wire.PlannedSession(
        n=each.n,
        from_rank=each.from_rank,
        to_rank=each.to_rank,
        starts_at=stamp(moment(each.starts_at)),
        ends_at=stamp(moment(each.ends_at)),
        worst_end=stamp(moment(each.worst_end)),
    )


def job(row: JobRow) -> wire.Job:
    """A refusal is told in French too."""
    report = dict(row.report)
    if row.state == "refused":
        report["detail"] = sentence(msgspec.convert(report, Refusal))
    return wire.Job(
        id=row.id,
        kind=row.kind,
        state=row.state,
        percent=row.percent,
        counts=row.counts,
        report=report,
        asked_at=stamp(row.asked_at),
        ended_at=stamp_or_none(row.ended_at),
    )
