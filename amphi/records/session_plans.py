"""How the choice sessions of a call list are planned: the settings are kept, the sessions follow from them."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.records.instants import millis, moment
from amphi.records.tables.rankings import call_lists, ranking_runs, session_plans
from amphi.rules.choosing.facts import SessionFacts
from amphi.rules.ids import Millis
from amphi.rules.ranking.session_planner import (
    Expected,
    PlannedSession,
    Timetable,
    plan,
    plan_with_bounds,
)
from amphi.rules.refusals import Refusal


class SessionPlan(msgspec.Struct, frozen=True, kw_only=True):
    """`last_ranks`: of each session, when set by hand."""

    starts_at: Millis
    timetable: Timetable = Timetable()
    last_ranks: tuple[int, ...] | None = None


def planned_sessions(
    settings: SessionPlan, expected: Sequence[Expected]
) -> tuple[PlannedSession, ...] | Refusal:
    """Refused `sessions_not_a_partition` when bounds set by hand do not fit the list."""
    if settings.last_ranks is None:
        return plan(expected, settings.starts_at, settings.timetable)
    return plan_with_bounds(expected, settings.last_ranks, settings.starts_at, settings.timetable)


async def put_plan(connection: AsyncConnection, call_list: str, settings: SessionPlan) -> None:
    """Anew, if there is one."""
    ranks = None if settings.last_ranks is None else list(settings.last_ranks)
    row = msgspec.to_builtins(settings.timetable) | {
        "starts_at": moment(settings.starts_at),
        "last_ranks": ranks,
    }
    await connection.execute(
        insert(session_plans)
        .values(call_list=call_list, **row)
        .on_conflict_do_update(index_elements=["call_list"], set_=row)
    )


async def plan_of(connection: AsyncConnection, call_list: str) -> SessionPlan | None:
    """The list's own settings, or those of the newest version before it: "the planner follows"."""
    this = select(ranking_runs.c.perimeter, ranking_runs.c.semester, call_lists.c.version)
    this = this.join(call_lists, call_lists.c.run == ranking_runs.c.id)
    here = (await connection.execute(this.where(call_lists.c.id == call_list))).one()
    query = (
        select(session_plans)
        .join(call_lists, call_lists.c.id == session_plans.c.call_list)
        .join(ranking_runs, ranking_runs.c.id == call_lists.c.run)
        .where(ranking_runs.c.perimeter == here.perimeter)
        .where(ranking_runs.c.semester == here.semester, call_lists.c.version <= here.version)
        .order_by(call_lists.c.version.desc())
        .limit(1)
    )
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _settings(row)


def _settings(row: Row[Any]) -> SessionPlan:
    fields = {name: getattr(row, name) for name in Timetable.__struct_fields__}
    return SessionPlan(
        starts_at=millis(row.starts_at),
        timetable=Timetable(**fields),
        last_ranks=None if row.last_ranks is None else tuple(row.last_ranks),
    )


async def sessions_for(
    connection: AsyncConnection, call_list: str, expected: Iterable[Expected]
) -> tuple[SessionFacts, ...]:
    """As an amphi needs them. Bounds set by hand that no longer fit give way to the usual ones."""
    settings, everybody = await plan_of(connection, call_list), list(expected)
    if settings is None:
        return ()
    sessions = planned_sessions(settings, everybody)
    if isinstance(sessions, Refusal):
        sessions = plan(everybody, settings.starts_at, settings.timetable)
    return tuple(
        SessionFacts(
            n=each.n,
            from_rank=each.from_rank,
            to_rank=each.to_rank,
            starts_at=each.starts_at,
            ends_at=each.ends_at,
        )
        for each in sessions
    )
