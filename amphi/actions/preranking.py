"""Starting a preranking: asked for by an operator, done by a worker, followed by whoever asked (R §3)."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from amphi.actions.ranking_access import Actor, a_semester, own_perimeter, situation
from amphi.records.audit import Act, record
from amphi.records.contests import carry_open
from amphi.records.database import Connection
from amphi.records.interns_on_record import lock_register
from amphi.records.job_reports import NewJob, insert_job, last_job, tell_end
from amphi.records.jobs import RANK, enqueue
from amphi.records.perimeters import PerimeterRow, groups_of, lock_if_free
from amphi.records.ranking_inputs import cohort_sizes, lines_to_rank
from amphi.records.ranking_runs import NewRun, insert_run, present_run
from amphi.records.ranking_states import run_state
from amphi.rules.ranking.gate import preranking_refusal
from amphi.rules.ranking.preranking import Preranking, prerank
from amphi.rules.refusals import Refusal, Refused

GIVEN_UP = timedelta(minutes=5)  # far more than the largest perimeter takes

Progress = Callable[[int, dict[str, Any]], Awaitable[None]]


class Ranked(msgspec.Struct, frozen=True):
    """What a preranking found."""

    run: str
    lines: int
    tied: int
    tie_groups: int
    unranked: int


async def ask_preranking(
    connection: Connection, actor: Actor, perimeter: str, semester: str
) -> str:
    """The id of the job. Judged now, and again when the worker does it.

    Raises Refused: `unknown_perimeter`, `bad_semester`, `choices_not_validated`,
    `choices_started`, `ranking_complete`, `ranking_under_way`.
    """
    row = await own_perimeter(connection, actor, perimeter)
    if not await lock_if_free(connection, row.id):
        raise Refused(Refusal("ranking_under_way"))
    await _judged(connection, row, a_semester(semester))
    subject = f"{row.id}/{semester}"
    await _nothing_else_under_way(connection, subject)
    asked = {"perimeter": row.id, "semester": semester}
    new = NewJob(
        kind=RANK, territory=actor.territory, asked_by=actor.who, subject=subject, asked=asked
    )
    job = await insert_job(connection, new)
    await enqueue(connection, RANK, {"job": job})
    return job


async def _nothing_else_under_way(connection: Connection, subject: str) -> None:
    """A worker holds the perimeter while it ranks: with that lock in hand, one that began has died.

    Its job is over then, so that nothing is made of it should the queue bring it back. Raises
    Refused `ranking_under_way` for a job that waits for a worker, unless it has for long.
    """
    last = await last_job(connection, RANK, subject)
    if last is None or last.ended_at is not None:
        return
    if last.state == "queued" and datetime.now(UTC) - last.asked_at < GIVEN_UP:
        raise Refused(Refusal("ranking_under_way"))
    await tell_end(connection, last.id, "failed", {})


async def prerank_now(
    connection: Connection,
    actor: Actor,
    perimeter: str,
    semester: str,
    progress: Progress | None = None,
) -> Ranked:
    """Reads, ranks and writes, in the caller's transaction. Raises Refused like `ask_preranking`."""
    row = await own_perimeter(connection, actor, perimeter, lock=True)
    await lock_register(connection, row.territory, shared=True)
    await _judged(connection, row, a_semester(semester))
    groups = await groups_of(connection, row.territory)
    placed = await lines_to_rank(connection, row, semester, groups)
    await _told(progress, 30, {"read": len(placed)})
    sizes = await cohort_sizes(connection, row, groups)
    preranking = prerank(placed, row.adjustment, sizes)
    await _told(progress, 60, _counts(preranking))
    new = NewRun(
        perimeter=row.id,
        semester=semester,
        adjustment=row.adjustment,
        seniority_scope=row.seniority_scope.value,
        started_by=actor.who,
    )
    run = await insert_run(connection, new, preranking)
    counts = _counts(preranking)
    after = counts | {"contests_carried": await carry_open(connection, run)}
    await record(connection, Act(who=actor.who, what="preranked", subject=run, after=after))
    return Ranked(run, **counts)


async def _judged(connection: Connection, row: PerimeterRow, semester: str) -> None:
    present = await present_run(connection, row.id, semester)
    state = None if present is None else await run_state(connection, present)
    refusal = preranking_refusal(await situation(connection, row.id, semester, state))
    if refusal is not None:
        raise Refused(refusal)


def _counts(preranking: Preranking) -> dict[str, int]:
    groups = preranking.tie_groups
    return {
        "lines": len(preranking.lines),
        "tied": sum(map(len, groups)),
        "tie_groups": len(groups),
        "unranked": len(preranking.unranked),
    }


async def _told(progress: Progress | None, percent: int, counts: dict[str, Any]) -> None:
    if progress is not None:
        await progress(percent, counts)
