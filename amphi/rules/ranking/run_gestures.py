"""An operator's gestures on a ranking run. Each returns the new run, or a named refusal."""

from collections.abc import Sequence

import msgspec

from amphi.rules.ids import PersonId
from amphi.rules.ranking.final_ranking import (
    FinalRanking,
    Gesture,
    Swap,
    publishing_refusal,
    swap_with_next,
)
from amphi.rules.ranking.preranking import Line
from amphi.rules.ranking.run import RankingRun, RunGesture, Stage, stage_refusal
from amphi.rules.ranking.run_contests import ContestState
from amphi.rules.ranking.tie_breaks import TieBreaks, TieGroup, treat, validate
from amphi.rules.refusals import Refusal

_change = msgspec.structs.replace


class SwappedRun(msgspec.Struct, frozen=True):
    """The run after a swap, and what is logged of it."""

    run: RankingRun
    swap: Swap


def treat_ties(run: RankingRun, rank: int, order: Sequence[PersonId]) -> RankingRun | Refusal:
    """ "Tie groups are treated one by one, an operator orders each, over several sittings".

    `order`: those still there; who left meanwhile keeps the end of the group, as a hole.
    Refused `ties_validated`, `unknown_tie_group`, `tie_order_incomplete`.
    """
    if refusal := stage_refusal(run, RunGesture.TREAT_TIES):
        return refusal
    group = run.breaks.groups.get(rank)
    gone = [] if group is None else _gone(run, group)
    treated = treat(run.breaks, rank, [*order, *gone])
    return treated if isinstance(treated, Refusal) else _change(run, breaks=treated)


def _gone(run: RankingRun, group: TieGroup) -> list[PersonId]:
    return [line.intern.id for line in group.lines if line.intern.id in run.removed]


def validate_ties(run: RankingRun) -> RankingRun | Refusal:
    """ "when all are, the operator validates: every intern then has a unique call rank".

    Refused `ties_left`; "a removed intern leaves a hole".
    """
    if refusal := stage_refusal(run, RunGesture.VALIDATE_TIES):
        return refusal
    final = validate(_needing_an_operator(run))
    if isinstance(final, Refusal):
        return final
    # who left and came back is unranked: that line stays
    still = tuple(each for each in final.lines if each.intern not in run.removed)
    return _change(run, stage=Stage.FINAL, final=_change(final, lines=still))


def _needing_an_operator(run: RankingRun) -> TieBreaks:
    """Groups of which one at most is left need none: that one comes first, the holes after."""
    groups = {
        rank: TieGroup(rank, _holes_last(run, group), treated=True)
        if run.is_treated(group) and not group.treated
        else group
        for rank, group in run.breaks.groups.items()
    }
    return TieBreaks(run.preranking, groups)


def _holes_last(run: RankingRun, group: TieGroup) -> tuple[Line, ...]:
    return tuple(sorted(group.lines, key=lambda line: line.intern.id in run.removed))


def back_to_ties(run: RankingRun, gesture: Gesture) -> RankingRun | Refusal:
    """Undoes the validation, and the swaps with it, as long as nothing was published.

    Refused `already_provisional`, `reason_needed`.
    """
    if refusal := stage_refusal(run, RunGesture.BACK_TO_TIES) or _reason(gesture):
        return refusal
    return _change(run, stage=Stage.TIES, final=None)


def swap(run: RankingRun, call_rank: int, gesture: Gesture) -> SwappedRun | Refusal:
    """ "an operator may swap neighbours; each change is logged (who, when, before, after, why)".

    Refused `ties_not_validated`, `ranking_frozen`, `reason_needed`, `no_neighbour`.
    """
    refusal = stage_refusal(run, RunGesture.SWAP)
    if refusal or run.final is None:
        return refusal or Refusal("ties_not_validated")
    swapped = swap_with_next(run.final, call_rank, gesture, choices_started=False)
    if isinstance(swapped, Refusal):
        return swapped
    return SwappedRun(_change(run, final=swapped.final, changed=True), swapped.swap)


def publish(run: RankingRun) -> RankingRun | Refusal:
    """A provisional version of the call list. Refused `unranked_left` (ranking.md §4)."""
    refusal = stage_refusal(run, RunGesture.PUBLISH) or _unranked(run.final)
    return refusal or _change(run, stage=Stage.PROVISIONAL)


def freeze(run: RankingRun) -> RankingRun | Refusal:
    """ "A frozen list can be replaced by a newly frozen one until session 1 starts" (live-rules.md §1).

    Refused `contest_not_held`, `contest_open`, `contests_unanswered`, `unranked_left`,
    `nothing_changed` (frozen already, and as it is).
    """
    refusal = stage_refusal(run, RunGesture.FREEZE) or _unranked(run.final) or _unanswered(run)
    if refusal:
        return refusal
    if run.stage is Stage.FROZEN and not run.changed:
        return Refusal("nothing_changed")
    return _change(run, stage=Stage.FROZEN, changed=False)


def reopen(run: RankingRun, gesture: Gesture) -> RankingRun | Refusal:
    """One stage back: a frozen list to where it can be corrected, a published one to the final ranking.

    Lists already made stay on record. Refused `nothing_to_reopen`, `contest_open`, `reason_needed`.
    """
    if refusal := stage_refusal(run, RunGesture.REOPEN) or _reason(gesture):
        return refusal
    if run.stage is Stage.FROZEN:
        return _change(run, stage=Stage.ANSWERED, changed=True)
    return _change(run, stage=Stage.FINAL)


def _unranked(final: FinalRanking | None) -> Refusal | None:
    return Refusal("ties_not_validated") if final is None else publishing_refusal(final)


def _unanswered(run: RankingRun) -> Refusal | None:
    left = sum(each.state is ContestState.OPEN for each in run.contests)
    return Refusal("contests_unanswered", {"left": left}) if left else None


def _reason(gesture: Gesture) -> Refusal | None:
    return None if gesture.why.strip() else Refusal("reason_needed")
