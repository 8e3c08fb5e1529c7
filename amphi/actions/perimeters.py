"""Perimeters founded, disciplines grouped, the choices of a semester validated."""

import msgspec

from amphi.actions.ranking_access import Actor, a_semester, own_perimeter
from amphi.records.audit import Act, record
from amphi.records.database import Connection
from amphi.records.interns_on_record import lateness, lock_register
from amphi.records.perimeters import (
    PerimeterRow,
    fed_amphis,
    insert_perimeter,
    insert_validation,
    put_in_group,
)
from amphi.records.validating_choices import campaigns_over, end_campaign, unserved_in
from amphi.rules.choosing.state import Phase
from amphi.rules.ranking.adjusted_rank import Adjustment
from amphi.rules.ranking.perimeters import Profession, discipline_key
from amphi.rules.ranking.seniority import SeniorityScope
from amphi.rules.refusals import Refusal, Refused


class NewPerimeter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`disciplines`: those of a group (medicine); empty: `name` is the one discipline."""

    name: str
    profession: Profession
    regime: str = ""
    disciplines: tuple[str, ...] = ()
    adjustment: Adjustment = Adjustment.DCI
    seniority_scope: SeniorityScope = SeniorityScope.TOTAL


async def found_perimeter(connection: Connection, actor: Actor, new: NewPerimeter) -> PerimeterRow:
    """ "profession × territory × discipline or specialty group (medicine) or profession × territory".

    Raises Refused `name_needed`, `discipline_needed`; Violated `perimeter_exists`.
    """
    name, divided = new.name.strip(), new.profession is Profession.MEDICINE
    if not name:
        raise Refused(Refusal("name_needed"))
    pool = discipline_key(name) if divided else ""
    if divided and not pool:
        raise Refused(Refusal("discipline_needed"))
    if divided and new.disciplines:
        await _grouped(connection, actor, new, pool)
    fields = msgspec.structs.asdict(new)
    del fields["disciplines"]
    row = PerimeterRow(id="", territory=actor.territory, pool=pool, **(fields | {"name": name}))
    made = await insert_perimeter(connection, row)
    await record(
        connection, Act(who=actor.who, what="perimeter_founded", subject=made.id, after=new)
    )
    return made


async def _grouped(connection: Connection, actor: Actor, new: NewPerimeter, pool: str) -> None:
    """Their interns are ranked elsewhere from now on: rankings under way learn of it."""
    await lock_register(connection, actor.territory)
    for each in new.disciplines:
        await put_in_group(connection, actor.territory, discipline_key(each), pool)
    await lateness(connection, actor.territory, [new.profession])


class Validated(msgspec.Struct, frozen=True):
    """`unserved`: how many were acknowledged; `ended`: campaigns that ended with it."""

    unserved: int
    ended: tuple[str, ...]


async def validate_choices(
    connection: Connection,
    actor: Actor,
    perimeter: str,
    semester: str,
    *,
    unserved: int = 0,
    why: str = "",
) -> Validated:
    """ "its amphis CLOSED, the unserved listed and acknowledged; it unlocks the perimeter's next ranking".

    `unserved`: how many the operator acknowledges. Without any amphi here the choices were held
    elsewhere, and `why` says so (live-rules.md §1).

    Raises:
        Refused: `unknown_perimeter`, `bad_semester`, `amphis_not_closed`, `unserved_left`,
            `reason_needed`.
        Violated: `choices_already_validated`.
    """
    row = await own_perimeter(connection, actor, perimeter, lock=True)
    halls = await fed_amphis(connection, row.id, a_semester(semester))
    still = [code for _, code, phase in halls if phase is not Phase.CLOSED]
    if still:
        raise Refused(Refusal("amphis_not_closed", {"amphis": ", ".join(still)}))
    if not halls and not why.strip():
        raise Refused(Refusal("reason_needed"))
    ids = [hall for hall, _, _ in halls]
    left = await unserved_in(connection, ids)
    if len(left) != unserved:
        raise Refused(Refusal("unserved_left", {"left": len(left)}))
    await insert_validation(connection, row.id, semester, actor.who, len(left), why)
    return await _ended(connection, actor, row.id, ids, Validated(len(left), ()))


async def _ended(
    connection: Connection, actor: Actor, perimeter: str, halls: list[str], done: Validated
) -> Validated:
    """ "The last perimeter ends the campaign" """
    over = tuple(await campaigns_over(connection, halls))
    for campaign in over:
        await end_campaign(connection, campaign)
    ended = Validated(done.unserved, over)
    act = Act(who=actor.who, what="choices_validated", subject=perimeter, after=ended)
    await record(connection, act)
    return ended
