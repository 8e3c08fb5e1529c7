"""What a late movement does to a run that has been begun (ranking.md §4; R §1, §3)."""

import msgspec

from amphi.rules.ids import PersonId
from amphi.rules.ranking.final_ranking import FinalRanking, with_added, without
from amphi.rules.ranking.preranking import Placed
from amphi.rules.ranking.run import RankingRun

_change = msgspec.structs.replace


def leaves(run: RankingRun, person: PersonId) -> RankingRun:
    """ "a removed intern leaves a hole": nobody else's rank changes; the ranking may be run again."""
    preranking = run.preranking
    unranked = tuple(each for each in preranking.unranked if each.intern.id != person)
    ranked = any(line.intern.id == person for line in preranking.lines)
    return _change(
        run,
        breaks=_change(run.breaks, preranking=_change(preranking, unranked=unranked)),
        final=None if run.final is None else without(run.final, person),
        removed=run.removed | {person} if ranked else run.removed,
        late_movement=True,
        changed=True,
    )


def arrives(run: RankingRun, placed: Placed) -> RankingRun:
    """ "an added one is unranked until re-run", wherever the run stands.

    Who had left and comes back is added too: the old line stays a hole until then.
    """
    final = with_added(run.final or FinalRanking((), run.preranking.unranked), placed)
    preranking = _change(run.preranking, unranked=final.unranked)
    return _change(
        run,
        breaks=_change(run.breaks, preranking=preranking),
        final=None if run.final is None else final,
        late_movement=True,
        changed=True,
    )
