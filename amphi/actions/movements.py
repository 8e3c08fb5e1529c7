"""Late movements: what an intern's change does to the rankings under way (ranking.md §4; R §1)."""

import msgspec

from amphi.actions.ranking_access import Actor, own_intern, situation
from amphi.records.audit import Act, record
from amphi.records.database import Connection
from amphi.records.interns import InternRow, change_intern
from amphi.records.movements import Movement, insert_movement
from amphi.records.perimeters import PerimeterRow, groups_of, list_perimeters
from amphi.records.ranking_inputs import line_of
from amphi.records.ranking_runs import RunRow, list_runs, one_run
from amphi.records.ranking_states import run_state, save_state
from amphi.rules.ids import PersonId
from amphi.rules.ranking.movements import MovementKind, moved
from amphi.rules.ranking.preranking import Place, Placed
from amphi.rules.ranking.run import RankingRun
from amphi.rules.ranking.run_movements import arrives, leaves
from amphi.rules.refusals import Refusal, Refused


class Move(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`discipline`, `des`: where a droit au remords leads; nothing else takes them."""

    kind: MovementKind
    why: str
    discipline: str = ""
    des: str = ""


async def move(connection: Connection, actor: Actor, person: str, wanted: Move) -> list[str]:
    """The ids of the runs that it touched: each may be run again by hand.

    A list whose choices have started stays as it is: from then on an amphi's list changes by
    exclusions only (live-rules.md §1).

    Raises Refused: `no_such_intern`, `movement_impossible`, `reason_needed`, `discipline_needed`.
    """
    if not wanted.why.strip():
        raise Refused(Refusal("reason_needed"))
    intern = await own_intern(connection, actor, person, lock=True)
    state = moved(intern.state, wanted.kind)
    if isinstance(state, Refusal):
        raise Refused(state)
    after = msgspec.structs.replace(intern, state=state, **_new_training(intern, wanted))
    await _written(connection, actor, intern, after, wanted)
    return [run.id for run in await _runs(connection, actor, intern, after)]


def _new_training(intern: InternRow, wanted: Move) -> dict[str, str]:
    if wanted.kind is not MovementKind.REMORSE:
        return {}
    if not wanted.discipline.strip():
        raise Refused(Refusal("discipline_needed"))
    return {"discipline": wanted.discipline.strip(), "des": wanted.des.strip() or intern.des}


async def _written(
    connection: Connection, actor: Actor, before: InternRow, after: InternRow, wanted: Move
) -> None:
    old, new = _facts(before), _facts(after)
    await change_intern(connection, before.person, **new)
    await insert_movement(
        connection,
        Movement(
            person=before.person,
            kind=wanted.kind,
            who=actor.who,
            why=wanted.why,
            before=old,
            after=new,
        ),
    )
    act = Act(who=actor.who, what="intern_moved", subject=before.person, before=old, after=new)
    await record(connection, msgspec.structs.replace(act, why=wanted.why))


def _facts(intern: InternRow) -> dict[str, str]:
    state = intern.state.value
    return {"state": state, "discipline": intern.discipline, "des": intern.des}


async def _runs(
    connection: Connection, actor: Actor, before: InternRow, after: InternRow
) -> list[RunRow]:
    """Every present run of the profession in which the intern's lines are not what they were."""
    perimeters = {row.id: row for row in await list_perimeters(connection, actor.territory)}
    touched = []
    for run in await list_runs(connection, actor.territory):
        if run.superseded_at is None and run.profession == before.profession:
            perimeter = perimeters[run.perimeter]
            if await _touched(connection, run, perimeter, after.person):
                touched.append(run)
    return touched


async def _touched(
    connection: Connection, run: RunRow, perimeter: PerimeterRow, person: PersonId
) -> bool:
    now = await situation(connection, perimeter.id, run.semester)
    locked = await one_run(connection, run.id, lock=True)
    if locked is None or locked.superseded_at is not None or now.next_choices_started:
        return False
    state = await run_state(connection, locked)
    groups = await groups_of(connection, perimeter.territory)
    lines = await line_of(connection, perimeter, run.semester, groups, person)
    after = _moved(state, person, lines)
    if after is state:
        return False
    await save_state(connection, locked, state, after)
    return True


def _moved(run: RankingRun, person: PersonId, lines: list[Placed]) -> RankingRun:
    """Lines that are still due stay; "a removed intern leaves a hole; an added one is unranked"."""
    present = _present(run, person)
    if present == {each.place: each.discipline for each in lines}:
        return run
    if present:
        run = leaves(run, person)
    for each in lines:
        run = arrives(run, each)
    return run


def _present(run: RankingRun, person: PersonId) -> dict[Place, str]:
    """The places in which the intern stands there now, with their Discipline column."""
    ranked = () if person in run.removed else run.preranking.lines
    mine = [line.placed for line in ranked if line.intern.id == person]
    mine += [each.placed for each in run.preranking.unranked if each.intern.id == person]
    return {placed.place: placed.discipline for placed in mine}
