"""Perimeters of an ARS, their groups of disciplines, and whose choices are validated."""

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Row, Select, exists, func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.records.ids import new_id
from amphi.records.tables.amphis import amphis
from amphi.records.tables.interns import interns
from amphi.records.tables.rankings import (
    amphi_feedings,
    call_lists,
    choice_validations,
    perimeters,
    ranking_runs,
    specialty_groups,
)
from amphi.rules.choosing.state import Phase
from amphi.rules.ranking.adjusted_rank import Adjustment
from amphi.rules.ranking.perimeters import Perimeter, Profession, discipline_key
from amphi.rules.ranking.seniority import SeniorityScope

NOT_STARTED = (Phase.PLANNED, Phase.VALIDATED, Phase.OPEN)


class PerimeterRow(msgspec.Struct, frozen=True, kw_only=True):
    """`name`: as people read it; `regime` empty: all of them together."""

    id: str
    territory: str
    profession: Profession
    pool: str
    regime: str
    name: str
    adjustment: Adjustment = Adjustment.DCI
    seniority_scope: SeniorityScope = SeniorityScope.TOTAL

    @property
    def ranked(self) -> Perimeter:
        """As the rules know it: local ranks do not depend on the regime."""
        return Perimeter(self.profession, self.territory, self.pool)


async def insert_perimeter(connection: AsyncConnection, new: PerimeterRow) -> PerimeterRow:
    """With a new id. Raises Violated `perimeter_exists`."""
    row = msgspec.structs.replace(new, id=new_id())
    await connection.execute(insert(perimeters).values(msgspec.to_builtins(row)))
    return row


async def list_perimeters(connection: AsyncConnection, territory: str) -> list[PerimeterRow]:
    """By profession and name."""
    order = (perimeters.c.profession, perimeters.c.name, perimeters.c.regime)
    query = select(perimeters).where(perimeters.c.territory == territory).order_by(*order)
    return [_row(row) for row in await connection.execute(query)]


async def one_perimeter(
    connection: AsyncConnection, perimeter: str, *, lock: bool = False
) -> PerimeterRow | None:
    """`lock`: whoever ranks it too waits."""
    query: Select[Any] = select(perimeters).where(perimeters.c.id == perimeter)
    found = await connection.execute(query.with_for_update() if lock else query)
    row = found.one_or_none()
    return None if row is None else _row(row)


async def lock_if_free(connection: AsyncConnection, perimeter: str) -> bool:
    """Without waiting: False while somebody ranks it."""
    mine = select(perimeters.c.id).where(perimeters.c.id == perimeter)
    found = await connection.execute(mine.with_for_update(key_share=True, skip_locked=True))
    return found.one_or_none() is not None


def _row(row: Row[Any]) -> PerimeterRow:
    fields = {name: getattr(row, name) for name in PerimeterRow.__struct_fields__}
    return msgspec.convert(fields, PerimeterRow)


# --- groups of disciplines ---------------------------------------------------


async def groups_of(connection: AsyncConnection, territory: str) -> Mapping[str, str]:
    """Discipline key → key of the group it is ranked in."""
    table = specialty_groups.c
    query = select(table.discipline, table.pool).where(table.territory == territory)
    return {row.discipline: row.pool for row in await connection.execute(query)}


async def put_in_group(
    connection: AsyncConnection, territory: str, discipline: str, pool: str
) -> None:
    """Keys, as `discipline_key` writes them."""
    row = {"territory": territory, "discipline": discipline, "pool": pool}
    await connection.execute(
        upsert(specialty_groups)
        .values(row)
        .on_conflict_do_update(index_elements=["territory", "discipline"], set_={"pool": pool})
    )


async def known_disciplines(
    connection: AsyncConnection, territory: str, profession: Profession
) -> frozenset[str]:
    """Keys of those that somebody here is ranked in, or trains for."""
    trained = (
        select(interns.c.discipline)
        .distinct()
        .where(interns.c.territory == territory, interns.c.profession == profession)
    )
    names = (await connection.execute(trained)).scalars()
    ranked = await ranked_disciplines(connection, territory, profession)
    return ranked | {discipline_key(name) for name in names if discipline_key(name)}


async def ranked_disciplines(
    connection: AsyncConnection, territory: str, profession: Profession
) -> frozenset[str]:
    """Keys of those that a perimeter ranks, by itself or in a group."""
    pools = select(perimeters.c.pool).where(
        perimeters.c.territory == territory, perimeters.c.profession == profession
    )
    group = specialty_groups.c
    grouped = select(group.discipline).where(group.territory == territory, group.pool.in_(pools))
    keys = {*(await connection.execute(pools)).scalars()}
    keys |= {*(await connection.execute(grouped)).scalars()}
    return frozenset(keys) - {""}


# --- where the choices of a perimeter stand ----------------------------------


async def are_validated(connection: AsyncConnection, perimeter: str, semester: str) -> bool:
    """The choices for that semester."""
    table = choice_validations.c
    here = (table.perimeter == perimeter, table.semester == semester)
    return bool(await connection.scalar(select(exists().where(*here))))


async def insert_validation(
    connection: AsyncConnection, perimeter: str, semester: str, who: str, unserved: int, why: str
) -> None:
    """Raises Violated `choices_already_validated`."""
    row = {"perimeter": perimeter, "semester": semester, "who": who}
    await connection.execute(
        insert(choice_validations).values(row | {"unserved": unserved, "why": why})
    )


async def have_started(connection: AsyncConnection, perimeter: str, semester: str) -> bool:
    """An amphi fed with a list of this perimeter and semester has begun its first session.

    So they have where they are validated: choices may be held without any amphi here.
    """
    if await are_validated(connection, perimeter, semester):
        return True
    query = _fed(perimeter, semester).where(amphis.c.phase.not_in(NOT_STARTED))
    return bool(await connection.scalar(select(func.count()).select_from(query.subquery())))


async def fed_amphis(
    connection: AsyncConnection, perimeter: str, semester: str
) -> list[tuple[str, str, Phase]]:
    """Id, code and phase of the amphis whose call lists come from this perimeter."""
    rows = await connection.execute(_fed(perimeter, semester).order_by(amphis.c.code))
    return [(row.id, row.code, Phase(row.phase)) for row in rows]


def _fed(perimeter: str, semester: str) -> Select[Any]:
    """ "next semester's have not started" (ranking.md §4)"""
    return (
        select(amphis.c.id, amphis.c.code, amphis.c.phase)
        .join(amphi_feedings, amphi_feedings.c.amphi == amphis.c.id)
        .join(call_lists, call_lists.c.id == amphi_feedings.c.call_list)
        .join(ranking_runs, ranking_runs.c.id == call_lists.c.run)
        .where(ranking_runs.c.perimeter == perimeter, ranking_runs.c.semester == semester)
        .distinct()
    )
