"""Interns brought in, moved or corrected while rankings are under way.

"a removed intern leaves a hole; an added one is unranked until re-run" (ranking.md §4; R §1, §3).
"""

from collections.abc import Collection, Mapping

import msgspec

from amphi.actions.ranking_access import Actor, situation
from amphi.records.database import Connection
from amphi.records.perimeters import PerimeterRow, groups_of, list_perimeters
from amphi.records.ranking_inputs import lines_to_rank
from amphi.records.ranking_runs import RunRow, list_runs, one_run
from amphi.records.ranking_states import run_state, save_state
from amphi.rules.ids import PersonId
from amphi.rules.ranking.perimeters import Profession
from amphi.rules.ranking.preranking import Placed
from amphi.rules.ranking.run import RankingRun
from amphi.rules.ranking.run_movements import outdated, relisted


async def relist(
    connection: Connection,
    actor: Actor,
    persons: Collection[PersonId],
    professions: Collection[Profession],
) -> list[str]:
    """The present runs it touched: their lines, or the figures of others with them.

    A list whose choices have started stays as it is: from then on an amphi's list changes by
    exclusions only (live-rules.md §1). The caller holds the register's lock, so that no preranking
    is made meanwhile that would not know of it.
    """
    perimeters = {row.id: row for row in await list_perimeters(connection, actor.territory)}
    groups = await groups_of(connection, actor.territory)
    touched = []
    for run in await list_runs(connection, actor.territory):
        if run.superseded_at is None and Profession(run.profession) in professions:
            perimeter = perimeters[run.perimeter]
            if await _touched(connection, run, perimeter, groups, persons):
                touched.append(run.id)
    return touched


async def _touched(
    connection: Connection,
    run: RunRow,
    perimeter: PerimeterRow,
    groups: Mapping[str, str],
    persons: Collection[PersonId],
) -> bool:
    now = await situation(connection, perimeter.id, run.semester)
    locked = await one_run(connection, run.id, lock=True)
    if locked is None or locked.superseded_at is not None or now.next_choices_started:
        return False
    state = await run_state(connection, locked)
    everybody = await lines_to_rank(connection, perimeter, run.semester, groups)
    after = _after(state, everybody, persons)
    if after is state:
        return False
    await save_state(connection, locked, state, after)
    return True


def _after(
    run: RankingRun, everybody: Collection[Placed], persons: Collection[PersonId]
) -> RankingRun:
    due: dict[PersonId, list[Placed]] = {person: [] for person in persons}
    for each in everybody:
        if each.intern.id in due:
            due[each.intern.id].append(each)
    after = relisted(run, due)
    if after is run and outdated(run, everybody):
        return msgspec.structs.replace(run, late_movement=True)
    return after
