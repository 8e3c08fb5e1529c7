"""Gestures of the contest window. Each returns the new run, or a named refusal."""

import msgspec

from amphi.rules.ids import Millis, PersonId
from amphi.rules.ranking.final_ranking import Gesture
from amphi.rules.ranking.run import RankingRun, RunGesture, Stage, stage_refusal
from amphi.rules.ranking.run_contests import LONGEST, Contest, ContestState
from amphi.rules.refusals import Refusal

_change = msgspec.structs.replace


def open_contests(run: RankingRun) -> RankingRun | Refusal:
    """ "published provisional, a contest window, frozen" (ranking.md §5); it may be opened again."""
    refusal = stage_refusal(run, RunGesture.OPEN_CONTESTS)
    return refusal or _change(run, stage=Stage.CONTESTS)


def close_contests(run: RankingRun) -> RankingRun | Refusal:
    """Contests filed may still be answered."""
    refusal = stage_refusal(run, RunGesture.CLOSE_CONTESTS)
    return refusal or _change(run, stage=Stage.ANSWERED)


def file_contest(
    run: RankingRun, contest: str, person: PersonId, says: str, at: Millis
) -> RankingRun | Refusal:
    """By an intern of the list, one at a time; `contest`: its new id.

    Refused `contest_closed`, `not_on_the_list`, `contest_pending`, `reason_needed`, `text_too_long`.
    """
    if refusal := stage_refusal(run, RunGesture.FILE_CONTEST) or text_refusal(says):
        return refusal
    if not _is_listed(run, person):
        return Refusal("not_on_the_list")
    if any(each.person == person and each.state is ContestState.OPEN for each in run.contests):
        return Refusal("contest_pending")
    filed = Contest(id=contest, person=person, says=says.strip(), filed_at=at)
    return _change(run, contests=(*run.contests, filed))


def answer_contest(
    run: RankingRun, contest: str, state: ContestState, gesture: Gesture
) -> RankingRun | Refusal:
    """`gesture.why` is the answer the intern reads.

    Refused `unknown_contest`, `contest_answered`, `reason_needed`, `text_too_long`.
    """
    if refusal := stage_refusal(run, RunGesture.ANSWER_CONTEST) or text_refusal(gesture.why):
        return refusal
    found = next((each for each in run.contests if each.id == contest), None)
    if found is None:
        return Refusal("unknown_contest")
    if found.state is not ContestState.OPEN or state is ContestState.OPEN:
        return Refusal("contest_answered")
    answered = _change(
        found,
        state=state,
        answer=gesture.why.strip(),
        answered_by=gesture.by,
        answered_at=gesture.at,
    )
    return _change(
        run, contests=tuple(answered if each is found else each for each in run.contests)
    )


def text_refusal(text: str) -> Refusal | None:
    """Something must be said, and not a book."""
    if not text.strip():
        return Refusal("reason_needed")
    return Refusal("text_too_long", {"most": LONGEST}) if len(text) > LONGEST else None


def _is_listed(run: RankingRun, person: PersonId) -> bool:
    lines = run.final.lines if run.final is not None else ()
    return any(each.intern == person for each in lines)
