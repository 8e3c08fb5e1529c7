"""Interns brought in, moved or corrected while rankings are under way.

"a removed intern leaves a hole; an added one is unranked until re-run" (ranking.md §4; R §1, §3).
"""

from collections.abc import Collection, Mapping

import msgspec

from amphi.actions.ranking_access import Actor, situation
from amphi.records.database import Connection
from amphi.records.perimeters import PerimeterRow, groups_of, list_perimeters
from amphi.records.ranking_inputs import InternFile, intern_files, lines_among
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
    desk = _Desk(connection, await groups_of(connection, actor.territory))
    touched = []
    for run in await list_runs(connection, actor.territory):
        present = run.superseded_at is None and Profession(run.profession) in professions
        if present and await _touched(desk, run, perimeters[run.perimeter], persons):
            touched.append(run.id)
    return touched


class _Desk:
    """Everybody's files, read once for all the rankings of a profession and semester."""

    def __init__(self, connection: Connection, groups: Mapping[str, str]) -> None:
        self.connection = connection
        self._groups = groups
        self._files: dict[tuple[Profession, str], list[InternFile]] = {}

    async def lines(self, perimeter: PerimeterRow, semester: str) -> list[Placed]:
        """As a preranking would have them now."""
        key = perimeter.profession, semester
        if key not in self._files:
            asked = perimeter.territory, *key
            self._files[key] = await intern_files(self.connection, *asked)
        return lines_among(self._files[key], perimeter, semester, self._groups)


async def _touched(
    desk: _Desk, run: RunRow, perimeter: PerimeterRow, persons: Collection[PersonId]
) -> bool:
    connection = desk.connection
    now = await situation(connection, perimeter.id, run.semester)
    locked = await one_run(connection, run.id, lock=True)
    if locked is None or locked.superseded_at is not None or now.next_choices_started:
        return False
    state = await run_state(connection, locked)
    after = _after(state, await desk.lines(perimeter, run.semester), persons)
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
