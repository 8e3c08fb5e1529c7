"""The contest window of a published list: opened, closed, contests filed and answered (ranking.md §5)."""

from datetime import datetime

import msgspec

from amphi.actions.ranking import saved
from amphi.actions.ranking_access import Actor, OpenRun, now, open_run
from amphi.records.audit import Act
from amphi.records.contest_mails import tell_answer
from amphi.records.database import Connection
from amphi.records.ids import new_id
from amphi.records.ranking_runs import announce_contests_until, one_run
from amphi.rules.ids import PersonId
from amphi.rules.ranking import contesting
from amphi.rules.ranking.run import RankingRun
from amphi.rules.ranking.run_contests import Contest, ContestState
from amphi.rules.refusals import Refusal, Refused


class Answer(msgspec.Struct, frozen=True):
    accepted: bool
    text: str


async def open_contests(
    connection: Connection, actor: Actor, run: str, until: datetime | None = None
) -> RankingRun:
    """`until`: what interns are told; an operator closes the window."""
    opened = await open_run(connection, actor, run)
    await announce_contests_until(connection, run, until)
    act = Act(who=actor.who, what="contests_opened", subject=run, after=_written(until))
    return await saved(connection, opened, contesting.open_contests(opened.state), act)


def _written(until: datetime | None) -> str | None:
    return None if until is None else until.isoformat()


async def close_contests(connection: Connection, actor: Actor, run: str) -> RankingRun:
    """Contests filed may still be answered."""
    opened = await open_run(connection, actor, run)
    act = Act(who=actor.who, what="contests_closed", subject=run)
    return await saved(connection, opened, contesting.close_contests(opened.state), act)


async def file_contest(connection: Connection, person: PersonId, run: str, says: str) -> Contest:
    """By the intern; another's list is as unknown as one that does not exist.

    Raises Refused: `unknown_ranking`, and those of `rules.ranking.contesting.file_contest`.
    """
    row = await one_run(connection, run)
    if row is None:
        raise Refused(Refusal("unknown_ranking"))
    opened = await open_run(connection, Actor(person, row.territory), run)
    contest = new_id()
    after = contesting.file_contest(opened.state, contest, person, says, now())
    act = Act(who=person, what="contest_filed", subject=run, after=contest)
    return _found(await saved(connection, opened, after, act), contest)


async def answer_contest(
    connection: Connection, actor: Actor, run: str, contest: str, answer: Answer
) -> Contest:
    """What the intern reads, told by mail that it is there; correcting the list is another gesture."""
    opened = await open_run(connection, actor, run)
    after = contesting.answer_contest(
        opened.state, contest, _state(answer), actor.gesture(answer.text)
    )
    act = _answered(actor, opened, contest, answer)
    found = _found(await saved(connection, opened, after, act), contest)
    await tell_answer(connection, opened.row, found)
    return found


def _state(answer: Answer) -> ContestState:
    return ContestState.ACCEPTED if answer.accepted else ContestState.REJECTED


def _answered(actor: Actor, opened: OpenRun, contest: str, answer: Answer) -> Act:
    """The answer itself stands in the contest's row."""
    after = {"contest": contest, "accepted": answer.accepted}
    return Act(who=actor.who, what="contest_answered", subject=opened.row.id, after=after)


def _found(run: RankingRun, contest: str) -> Contest:
    return next(each for each in run.contests if each.id == contest)
