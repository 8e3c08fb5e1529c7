"""Interns brought in while rankings are under way: "an added one is unranked until re-run"."""

from collections.abc import Collection

from amphi.actions.ranking_access import Actor, situation
from amphi.records.database import Connection
from amphi.records.perimeters import groups_of, list_perimeters
from amphi.records.ranking_inputs import lines_to_rank
from amphi.records.ranking_runs import RunRow, list_runs, one_run
from amphi.records.ranking_states import run_state, save_state
from amphi.rules.ids import PersonId
from amphi.rules.ranking.perimeters import Profession
from amphi.rules.ranking.run_movements import arrives


async def arrive(
    connection: Connection,
    actor: Actor,
    persons: Collection[PersonId],
    professions: Collection[Profession],
) -> None:
    """Into every present run whose perimeter lists them, unless its choices have started."""
    for run in await list_runs(connection, actor.territory):
        if run.superseded_at is None and Profession(run.profession) in professions:
            await _into(connection, actor, run, persons)


async def _into(
    connection: Connection, actor: Actor, run: RunRow, persons: Collection[PersonId]
) -> None:
    perimeters = await list_perimeters(connection, actor.territory)
    perimeter = next(each for each in perimeters if each.id == run.perimeter)
    now = await situation(connection, perimeter.id, run.semester)
    locked = await one_run(connection, run.id, lock=True)
    if locked is None or now.next_choices_started:
        return
    groups = await groups_of(connection, actor.territory)
    everybody = await lines_to_rank(connection, perimeter, run.semester, groups)
    before = after = await run_state(connection, locked)
    for each in everybody:
        if each.intern.id in persons:
            after = arrives(after, each)
    if after is not before:
        await save_state(connection, locked, before, after)
