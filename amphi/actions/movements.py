"""Late movements: what an intern's change does to the rankings under way (ranking.md §4; R §1)."""

import msgspec

from amphi.actions.ranking_access import Actor, a_discipline, own_intern
from amphi.actions.relisting import relist
from amphi.records.audit import Act, record
from amphi.records.database import Connection
from amphi.records.interns import InternRow, change_intern
from amphi.records.interns_on_record import lock_register
from amphi.records.movements import Movement, insert_movement
from amphi.rules.ranking.movements import MovementKind, moved
from amphi.rules.refusals import Refusal, Refused


class Move(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`discipline`, `des`: where a droit au remords leads; nothing else takes them."""

    kind: MovementKind
    why: str
    discipline: str = ""
    des: str = ""


async def move(connection: Connection, actor: Actor, person: str, wanted: Move) -> list[str]:
    """The ids of the runs that it touched: each may be run again by hand.

    Raises Refused: `no_such_intern`, `movement_impossible`, `reason_needed`,
    `new_discipline_needed`, `unknown_discipline`.
    """
    if not wanted.why.strip():
        raise Refused(Refusal("reason_needed"))
    await lock_register(connection, actor.territory)
    intern = await own_intern(connection, actor, person, lock=True)
    state = moved(intern.state, wanted.kind)
    if isinstance(state, Refusal):
        raise Refused(state)
    training = await _new_training(connection, intern, wanted)
    after = msgspec.structs.replace(intern, state=state, **training)
    await _written(connection, actor, intern, after, wanted)
    return await relist(connection, actor, [intern.person], [intern.profession])


async def _new_training(connection: Connection, intern: InternRow, wanted: Move) -> dict[str, str]:
    if wanted.kind is not MovementKind.REMORSE:
        return {}
    if not wanted.discipline.strip():
        raise Refused(Refusal("new_discipline_needed"))
    place = intern.territory, intern.profession
    discipline = await a_discipline(connection, *place, wanted.discipline)
    return {"discipline": discipline, "des": wanted.des.strip() or intern.des}


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
