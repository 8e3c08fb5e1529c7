"""A frozen call list: its sessions planned, an amphi fed with it (ranking.md §6, live-rules.md §1)."""

import msgspec

from amphi.actions.ranking_access import Actor, own_call_list
from amphi.records.audit import Act, record
from amphi.records.call_lists import CallListRow, latest_call_list, lines_of
from amphi.records.database import Connection
from amphi.records.feeding import feed_rows, insert_feeding, next_list, next_version
from amphi.records.perimeters import NOT_STARTED
from amphi.records.reads import AmphiRow, one_amphi
from amphi.records.session_plans import SessionPlan, plan_of, planned_sessions, put_plan
from amphi.rules.choosing.state import Phase
from amphi.rules.ids import AmphiId
from amphi.rules.ranking.session_planner import Expected, PlannedSession
from amphi.rules.refusals import Refusal, Refused


class Fed(msgspec.Struct, frozen=True):
    """`version`: of the amphi's call list. `staged`: `replace_call_list` is to be asked of the conductor."""

    amphi: AmphiRow
    version: int
    staged: bool


async def plan_sessions(
    connection: Connection, actor: Actor, call_list: str, settings: SessionPlan
) -> tuple[PlannedSession, ...]:
    """Kept for this version and those after it.

    Raises Refused: `unknown_call_list`, `bad_timetable`, `nobody_on_the_list`,
    `sessions_not_a_partition`.
    """
    row = await own_call_list(connection, actor, call_list)
    if min(msgspec.structs.astuple(settings.timetable)) < 1:
        raise Refused(Refusal("bad_timetable"))
    sessions = await _sessions(connection, row, settings)
    await put_plan(connection, call_list, settings)
    act = Act(who=actor.who, what="sessions_planned", subject=row.run, after=settings)
    await record(connection, act)
    return sessions


async def planned(
    connection: Connection, actor: Actor, call_list: str
) -> tuple[PlannedSession, ...]:
    """As they follow from the settings and the list. Raises Refused `sessions_not_planned`."""
    row = await own_call_list(connection, actor, call_list)
    settings = await plan_of(connection, call_list)
    if settings is None:
        raise Refused(Refusal("sessions_not_planned"))
    return await _sessions(connection, row, settings)


async def _sessions(
    connection: Connection, row: CallListRow, settings: SessionPlan
) -> tuple[PlannedSession, ...]:
    """Absences are looked up as an amphi would get them."""
    expected = await _expected(connection, row)
    if not expected:
        raise Refused(Refusal("nobody_on_the_list"))
    sessions = planned_sessions(settings, expected)
    if isinstance(sessions, Refusal):
        raise Refused(sessions)
    return sessions


async def _expected(connection: Connection, row: CallListRow) -> list[Expected]:
    given = await next_list(connection, AmphiId(""), row.regime, row.id)
    known = {
        each.person: Expected(each.call_rank, each.expected_absence, each.extra_seconds)
        for each in given.entries
    }
    lines = await lines_of(connection, row.id)
    return [known.get(each.person, Expected(each.call_rank)) for each in lines]


async def feed_amphi(connection: Connection, actor: Actor, amphi: str, call_list: str) -> Fed:
    """ "A frozen list can be replaced by a newly frozen one until session 1 starts".

    Before the amphi is validated its rows are written here; afterwards the list is staged, and the
    conductor journals and writes it on `replace_call_list`.

    Raises Refused: `unknown_call_list`, `unknown_amphi`, `list_not_frozen`, `list_replaced`,
    `amphi_elsewhere`, `choices_started`, `sessions_not_planned`, `nobody_on_the_list`.
    """
    row = await own_call_list(connection, actor, call_list)
    hall = await _own_hall(connection, actor, amphi)
    version, phase = await next_version(connection, hall.id)
    await _fits(connection, row, msgspec.structs.replace(hall, phase=phase))
    given = await next_list(connection, hall.id, hall.regime, call_list)
    if not given.entries:
        raise Refused(Refusal("nobody_on_the_list"))
    if not given.sessions:
        raise Refused(Refusal("sessions_not_planned"))
    staged = phase is not Phase.PLANNED
    if not staged:
        await feed_rows(connection, hall.id, given, version)
    await insert_feeding(connection, hall.id, version, call_list, actor.who)
    after = {"call_list": call_list, "list_version": row.version, "amphi_version": version}
    await record(connection, Act(who=actor.who, what="amphi_fed", subject=hall.id, after=after))
    return Fed(hall, version, staged)


async def _own_hall(connection: Connection, actor: Actor, amphi: str) -> AmphiRow:
    hall = await one_amphi(connection, AmphiId(amphi))
    if hall is None or hall.territory != actor.territory:
        raise Refused(Refusal("unknown_amphi", {"amphi": amphi[:64]}))
    return hall


async def _fits(connection: Connection, row: CallListRow, hall: AmphiRow) -> None:
    if row.state != "frozen":
        raise Refused(Refusal("list_not_frozen"))
    newest = await latest_call_list(connection, row.perimeter, row.semester, state="frozen")
    if newest is not None and newest.id != row.id:
        raise Refused(Refusal("list_replaced"))
    if row.semester != hall.semester or row.regime not in ("", hall.regime):
        raise Refused(Refusal("amphi_elsewhere"))
    if hall.phase not in NOT_STARTED:
        raise Refused(Refusal("choices_started"))
