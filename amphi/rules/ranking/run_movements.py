"""What a late movement does to a run that has been begun (ranking.md §4; R §1, §3)."""

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from amphi.rules.ids import PersonId
from amphi.rules.ranking.final_ranking import FinalRanking, with_added, without
from amphi.rules.ranking.perimeters import discipline_key
from amphi.rules.ranking.preranking import Intern, Place, Placed
from amphi.rules.ranking.run import RankingRun

_change = msgspec.structs.replace

Places = Mapping[Place, str]  # where an intern stands, with the key of the Discipline column


def leaves(run: RankingRun, *persons: PersonId) -> RankingRun:
    """ "a removed intern leaves a hole": nobody else's rank changes; the ranking may be run again."""
    gone, preranking = frozenset(persons), run.preranking
    unranked = tuple(each for each in preranking.unranked if each.intern.id not in gone)
    ranked = gone & {line.intern.id for line in preranking.lines}
    return _change(
        run,
        breaks=_change(run.breaks, preranking=_change(preranking, unranked=unranked)),
        final=None if run.final is None else without(run.final, *persons),
        removed=run.removed | ranked,
        late_movement=True,
        changed=True,
    )


def arrives(run: RankingRun, *placed: Placed) -> RankingRun:
    """ "an added one is unranked until re-run", wherever the run stands.

    Who had left and comes back is added too: the old line stays a hole until then.
    """
    final = with_added(run.final or FinalRanking((), run.preranking.unranked), *placed)
    preranking = _change(run.preranking, unranked=final.unranked)
    return _change(
        run,
        breaks=_change(run.breaks, preranking=preranking),
        final=None if run.final is None else final,
        late_movement=True,
        changed=True,
    )


def relisted(run: RankingRun, due: Mapping[PersonId, Sequence[Placed]]) -> RankingRun:
    """`due`: the lines that some interns would have in a preranking run now; none: they left.

    Who stands there as is due stays; any other leaves, and is added as far as lines are due. The
    very same run when nobody's place changed.
    """
    present = _present(run, due.keys())
    moved = [person for person, lines in due.items() if present[person] != _places(lines)]
    if gone := [person for person in moved if present[person]]:
        run = leaves(run, *gone)
    if added := [line for person in moved for line in due[person]]:
        run = arrives(run, *added)
    return run


def _places(lines: Iterable[Placed]) -> Places:
    return {each.place: discipline_key(each.discipline) for each in lines}


def _present(run: RankingRun, persons: Collection[PersonId]) -> Mapping[PersonId, Places]:
    """Holes are nobody's place."""
    mine: dict[PersonId, list[Placed]] = {person: [] for person in persons}
    for line in run.preranking.lines:
        if line.intern.id in mine and line.intern.id not in run.removed:
            mine[line.intern.id].append(line.placed)
    for each in run.preranking.unranked:
        if each.intern.id in mine:
            mine[each.intern.id].append(each.placed)
    return {person: _places(placed) for person, placed in mine.items()}


def outdated(run: RankingRun, now: Iterable[Placed]) -> bool:
    """Whether anybody still there would be ranked by other figures now.

    "It moves when an intern is created, removed, reactivated, or uses the droit au remords": the
    local rank of others, in their own perimeter and where they are entering (ranking.md §1).
    """
    known = {
        (line.intern.id, line.placed.place): _figures(line.intern)
        for line in run.preranking.lines
        if line.intern.id not in run.removed
    }
    both = ((known.get((each.intern.id, each.place)), each.intern) for each in now)
    return any(ranked is not None and ranked != _figures(intern) for ranked, intern in both)


def _figures(intern: Intern) -> Intern:
    """Without names, by which nobody is ranked but among equals."""
    return _change(intern, last_name="", first_name="")
