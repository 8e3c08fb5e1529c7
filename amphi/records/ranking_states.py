"""A run as the rules know it, from its rows; and back: only what a gesture changed is written."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from sqlalchemy import (
    ARRAY,
    Integer,
    Row,
    TableValuedAlias,
    Text,
    delete,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.records.bulk import copy_rows
from amphi.records.contests import contests_of, insert_contests, update_contests
from amphi.records.ranking_runs import COLUMNS, LINE_TEXT, RunRow, line_json
from amphi.records.tables.people import persons
from amphi.records.tables.rankings import ranking_rows, ranking_runs
from amphi.rules.ranking.final_ranking import CalledLine, FinalRanking
from amphi.rules.ranking.preranking import Line, Preranking, Unranked
from amphi.rules.ranking.run import RankingRun, Stage
from amphi.rules.ranking.tie_breaks import TieBreaks, TieGroup, to_treat

_line, _unranked = msgspec.json.Decoder(Line), msgspec.json.Decoder(Unranked)
_replace = msgspec.structs.replace


class _Ranked(msgspec.Struct, frozen=True, gc=False):
    """A ranked row: what gestures change of it, beside the line itself."""

    line: Line
    tie_order: int | None
    call_rank: int | None
    removed: bool


async def run_state(connection: AsyncConnection, run: RunRow) -> RankingRun:
    """All of it, with names."""
    query = (
        select(
            *(ranking_rows.c.ranked, ranking_rows.c.tie_order, ranking_rows.c.call_rank),
            *(ranking_rows.c.removed, LINE_TEXT, persons.c.last_name, persons.c.first_name),
        )
        .join(persons, persons.c.id == ranking_rows.c.person)
        .where(ranking_rows.c.run == run.id)
        .order_by(ranking_rows.c.ranked.desc(), ranking_rows.c.position)
    )
    rows = (await connection.execute(query)).all()
    contests = tuple(await contests_of(connection, run.id))
    return _state(run, rows, contests)


def _state(run: RunRow, rows: Iterable[Row[Any]], contests: Any) -> RankingRun:
    ranked, unranked = [], []
    for row in rows:
        if row.ranked:
            line = named(_line.decode(row.line), row.last_name, row.first_name)
            ranked.append(_Ranked(line, row.tie_order, row.call_rank, row.removed))
        elif not row.removed:
            unranked.append(named(_unranked.decode(row.line), row.last_name, row.first_name))
    preranking = Preranking(run.adjustment, tuple(each.line for each in ranked), tuple(unranked))
    return RankingRun(
        stage=run.stage,
        breaks=_breaks(preranking, ranked),
        final=None if run.stage is Stage.TIES else _final(ranked, preranking.unranked),
        removed=frozenset(each.line.intern.id for each in ranked if each.removed),
        contests=contests,
        late_movement=run.late_movement,
        changed=run.changed,
    )


def named(line: Any, last_name: str, first_name: str) -> Any:
    """A line (ranked or not) whose intern is told by name again."""
    intern = _replace(line.placed.intern, last_name=last_name, first_name=first_name)
    return _replace(line, placed=_replace(line.placed, intern=intern))


def _breaks(preranking: Preranking, ranked: list[_Ranked]) -> TieBreaks:
    """A group is treated when its lines have the operator's order."""
    order = {id(each.line): each.tie_order for each in ranked}
    breaks = to_treat(preranking)
    return TieBreaks(
        preranking, {rank: _group(each, order) for rank, each in breaks.groups.items()}
    )


def _group(group: TieGroup, order: dict[int, int | None]) -> TieGroup:
    places = {id(line): order[id(line)] for line in group.lines}
    if any(place is None for place in places.values()):
        return group
    lines = sorted(group.lines, key=lambda line: places[id(line)] or 0)
    return TieGroup(group.rank, tuple(lines), treated=True)


def _final(ranked: list[_Ranked], unranked: tuple[Unranked, ...]) -> FinalRanking:
    called = [CalledLine(each.call_rank, each.line) for each in ranked if each.call_rank]
    return FinalRanking(tuple(sorted(called, key=lambda each: each.call_rank)), unranked)


# --- writing -----------------------------------------------------------------

_Key = tuple[str, str]  # person and place


class _Changing(msgspec.Struct, frozen=True, gc=False):
    tie_order: int | None
    call_rank: int | None
    removed: bool


async def save_state(
    connection: AsyncConnection, run: RunRow, before: RankingRun, after: RankingRun
) -> None:
    """What the gesture changed, in the caller's transaction."""
    await _save_run(connection, run, after)
    old, new = _changing(before), _changing(after)
    await _save_rows(connection, run.id, {key: new[key] for key in new if new[key] != old[key]})
    await _save_unranked(connection, run.id, before.preranking, after.preranking)
    known = {each.id: each for each in before.contests}
    fresh = [each for each in after.contests if each.id not in known]
    await insert_contests(connection, run.id, fresh)
    changed = [each for each in after.contests if known.get(each.id, each) != each]
    await update_contests(connection, changed)


async def _save_run(connection: AsyncConnection, run: RunRow, after: RankingRun) -> None:
    await connection.execute(
        update(ranking_runs)
        .where(ranking_runs.c.id == run.id)
        .values(stage=after.stage, late_movement=after.late_movement, changed=after.changed)
    )


def _changing(run: RankingRun) -> dict[_Key, _Changing]:
    order = dict(_tie_orders(run))
    ranks = {_key(each.line): each.call_rank for each in (run.final.lines if run.final else ())}
    keys = ((line, _key(line)) for line in run.preranking.lines)
    return {
        key: _Changing(order.get(key), ranks.get(key), line.intern.id in run.removed)
        for line, key in keys
    }


def _key(line: Line | Unranked) -> _Key:
    return line.intern.id, line.placed.place.value


def _tie_orders(run: RankingRun) -> Iterator[tuple[_Key, int]]:
    for group in run.breaks.groups.values():
        if group.treated:
            for place, line in enumerate(group.lines, 1):
                yield _key(line), place


async def _save_rows(connection: AsyncConnection, run: str, changed: dict[_Key, _Changing]) -> None:
    """One statement for all of them; call ranks are unique when the transaction ends."""
    if not changed:
        return
    given = _listed(
        changed,
        tie_order=[each.tie_order for each in changed.values()],
        call_rank=[each.call_rank for each in changed.values()],
    )
    await connection.execute(
        update(ranking_rows)
        .where(ranking_rows.c.run == run, ranking_rows.c.ranked)
        .where(ranking_rows.c.person == given.c.person, ranking_rows.c.place == given.c.place)
        .values(tie_order=given.c.tie_order, call_rank=given.c.call_rank)
    )
    gone = [key[0] for key, each in changed.items() if each.removed]
    if gone:
        await _mark_removed(connection, run, gone)


def _listed(keys: Iterable[_Key], **beside: list[int | None]) -> TableValuedAlias:
    """As a table, however many they are: each person and place with what stands beside it."""
    persons, places = zip(*keys, strict=True)
    arrays = [literal(list(column), ARRAY(Text)) for column in (persons, places)]
    arrays += [literal(column, ARRAY(Integer)) for column in beside.values()]
    return func.unnest(*arrays).table_valued("person", "place", *beside).render_derived()


async def _mark_removed(connection: AsyncConnection, run: str, gone: list[str]) -> None:
    mine = ranking_rows.c.person == func.any(literal(gone, ARRAY(Text)))
    theirs = (ranking_rows.c.run == run, mine, ranking_rows.c.ranked)
    await connection.execute(update(ranking_rows).where(*theirs).values(removed=True))


async def _save_unranked(
    connection: AsyncConnection, run: str, before: Preranking, after: Preranking
) -> None:
    """Who was added, who is no longer there, and who is there as somebody else."""
    old, new = ({_key(each): each for each in one.unranked} for one in (before, after))
    gone = [key for key in old if new.get(key) != old[key]]
    if gone:
        theirs = _listed(gone)
        same = (ranking_rows.c.person == theirs.c.person, ranking_rows.c.place == theirs.c.place)
        here = (ranking_rows.c.run == run, ranking_rows.c.ranked.is_(False))
        await connection.execute(delete(ranking_rows).where(*here, *same))
    added = [
        (run, person, place, False, len(old) + n, line_json(each))
        for n, ((person, place), each) in enumerate(sorted(new.items()), 1)
        if old.get((person, place)) != each
    ]
    if added:
        await copy_rows(connection, ranking_rows, COLUMNS, added)
