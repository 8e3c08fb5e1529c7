"""When a perimeter may be ranked (ranking.md §4; R §1, §3)."""

import msgspec

from amphi.rules.refusals import Refusal


class Situation(msgspec.Struct, frozen=True):
    """Where the choices and the ranking of a perimeter stand.

    `late_movement`: since the last ranking an intern used the droit au remords, was cancelled,
    reactivated, archived or restored, or what ranks are made of was corrected.
    """

    present_choices_validated: bool
    next_choices_started: bool
    ranked_before: bool = False
    unranked: int = 0
    holes: int = 0
    late_movement: bool = False


def choices_refusal(situation: Situation) -> Refusal | None:
    """What holds for all three phases.

    "allowed only when the present semester's choices in the perimeter are validated and next
    semester's have not started" (ranking.md §4)
    """
    if not situation.present_choices_validated:
        return Refusal("choices_not_validated")
    return Refusal("choices_started") if situation.next_choices_started else None


def preranking_refusal(situation: Situation) -> Refusal | None:
    """ "It may be run again when there are unranked interns or holes", or after a late movement."""
    refusal = choices_refusal(situation)
    incomplete = situation.unranked or situation.holes or situation.late_movement
    if refusal or not situation.ranked_before or incomplete:
        return refusal
    return Refusal("ranking_complete")


def must_run_again(situation: Situation) -> bool:
    """ "and must be while somebody is unranked" """
    return situation.ranked_before and situation.unranked > 0
