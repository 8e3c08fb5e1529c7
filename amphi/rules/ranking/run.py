"""A ranking run: one perimeter ranked for one semester, from the preranking to the frozen list.

    TIES ─validate─▶ FINAL ─publish─▶ PROVISIONAL ─open contests─▶ CONTESTS ─close─▶ ANSWERED ─freeze─▶ FROZEN

"Preranking … tie groups … final ranking … Then the call list: published provisional, a contest
window, frozen" (ranking.md §4, §5). What may be done in which stage is `REFUSED_IN`; the gestures
themselves are in `run_gestures`, `run_contests`, `run_movements`.
"""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from amphi.rules.ids import PersonId
from amphi.rules.ranking.final_ranking import CalledLine, FinalRanking
from amphi.rules.ranking.preranking import Line, Place, Preranking
from amphi.rules.ranking.run_contests import Contest
from amphi.rules.ranking.tie_breaks import TieBreaks, TieGroup, to_treat
from amphi.rules.refusals import Refusal


class Stage(StrEnum):
    """TIES: preranked; FINAL: ties validated, or there were none to treat."""

    TIES = "ties"
    FINAL = "final"
    PROVISIONAL = "provisional"
    CONTESTS = "contests"  # the window is open
    ANSWERED = "answered"  # it is closed
    FROZEN = "frozen"


class RunGesture(StrEnum):
    """What an operator does to a run; FILE_CONTEST is an intern's."""

    TREAT_TIES = "treat_ties"
    VALIDATE_TIES = "validate_ties"
    BACK_TO_TIES = "back_to_ties"
    SWAP = "swap"
    PUBLISH = "publish"
    OPEN_CONTESTS = "open_contests"
    CLOSE_CONTESTS = "close_contests"
    FILE_CONTEST = "file_contest"
    ANSWER_CONTEST = "answer_contest"
    FREEZE = "freeze"
    REOPEN = "reopen"


OK = ""
_DONE = "ties_validated"
_ORDER = tuple(Stage)


def _row(*codes: str) -> Mapping[Stage, str]:
    return dict(zip(_ORDER, codes, strict=True))


# The code with which each gesture is refused in each stage. A swap after the publication is how an
# accepted contest is put right; the next publication, or the freeze, shows it.
REFUSED_IN: Mapping[RunGesture, Mapping[Stage, str]] = {
    #                                 TIES              FINAL                PROVISIONAL          CONTESTS        ANSWERED             FROZEN
    RunGesture.TREAT_TIES: _row(OK, _DONE, _DONE, _DONE, _DONE, "ranking_frozen"),
    RunGesture.VALIDATE_TIES: _row(OK, _DONE, _DONE, _DONE, _DONE, "ranking_frozen"),
    RunGesture.BACK_TO_TIES: _row(
        *("nothing_to_reopen", OK, "already_provisional", "contest_open"),
        *("already_provisional", "ranking_frozen"),
    ),
    RunGesture.SWAP: _row("ties_not_validated", OK, OK, OK, OK, "ranking_frozen"),
    RunGesture.PUBLISH: _row("ties_not_validated", OK, OK, "contest_open", OK, "ranking_frozen"),
    RunGesture.OPEN_CONTESTS: _row(
        *("ties_not_validated", "not_provisional", OK, "contest_open", OK, "ranking_frozen"),
    ),
    RunGesture.CLOSE_CONTESTS: _row(
        *("contest_closed", "contest_closed", "contest_closed", OK),
        *("contest_closed", "contest_closed"),
    ),
    RunGesture.FILE_CONTEST: _row(
        *("contest_closed", "contest_closed", "contest_closed", OK),
        *("contest_closed", "contest_closed"),
    ),
    RunGesture.ANSWER_CONTEST: _row(
        *("contest_closed", "contest_closed", OK, OK, OK, "ranking_frozen")
    ),
    RunGesture.FREEZE: _row(
        *("ties_not_validated", "not_provisional", "contest_not_held", "contest_open", OK, OK),
    ),
    RunGesture.REOPEN: _row(
        *("nothing_to_reopen", "nothing_to_reopen", OK, "contest_open", OK, OK)
    ),
}


class RankingRun(msgspec.Struct, frozen=True, kw_only=True):
    """`final`: None while ties are treated. `removed`: who left the perimeter since the preranking.

    `changed`: the final ranking is not what was last frozen. `late_movement`: somebody used the
    droit au remords, was cancelled, reactivated, archived or restored since the preranking.
    """

    stage: Stage
    breaks: TieBreaks
    final: FinalRanking | None = None
    removed: frozenset[PersonId] = frozenset()
    contests: tuple[Contest, ...] = ()
    late_movement: bool = False
    changed: bool = False

    @property
    def preranking(self) -> Preranking:
        return self.breaks.preranking

    @property
    def unranked(self) -> int:
        return len(self.preranking.unranked)

    @property
    def holes(self) -> int:
        """Lines that nobody has any more."""
        return sum(line.intern.id in self.removed for line in self.preranking.lines)

    def present(self, group: TieGroup) -> list[Line]:
        """Those of a tie group who are still there."""
        return [line for line in group.lines if line.intern.id not in self.removed]

    def is_treated(self, group: TieGroup) -> bool:
        """ "each is *to treat* or *treated*"; whoever is left alone of a group is tied with nobody."""
        return group.treated or len(self.present(group)) < 2

    @property
    def ties_left(self) -> int:
        return sum(not self.is_treated(each) for each in self.breaks.groups.values())

    @property
    def callable_lines(self) -> tuple[CalledLine, ...]:
        """The call list: "only the row of the discipline where the intern will choose can be called"."""
        lines = self.final.lines if self.final is not None else ()
        return tuple(each for each in lines if each.line.placed.place is not Place.LEAVING)


def begun(preranking: Preranking) -> RankingRun:
    """What a preranking leaves: "ties being treated", even when there are none (R §3)."""
    return RankingRun(stage=Stage.TIES, breaks=to_treat(preranking))


def stage_refusal(run: RankingRun, gesture: RunGesture) -> Refusal | None:
    """What the table says."""
    code = REFUSED_IN[gesture][run.stage]
    return Refusal(code) if code else None
